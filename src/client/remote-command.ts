import type { Readable, Writable } from 'node:stream';

/** Which of its streams a caller wants to have. */
export interface StreamRequest {
  readonly stdin: boolean;
  readonly stdout: boolean;
  /** Not with a terminal, which has one output only. */
  readonly stderr: boolean;
  /** Whether the command is to have a terminal. */
  readonly tty: boolean;
}

export interface CommandRequest extends StreamRequest {
  readonly command: readonly string[];
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** A command that runs somewhere else, with the streams that were asked for. All output is to be read: without a reader the
 *  command stands still, and never ends. */
export interface RemoteCommand {
  readonly stdin: Writable | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  /** Nothing happens without a terminal. */
  resize(size: TerminalSize): void;
  /** The exit code, after the outputs have ended. Rejects when it cannot be known. */
  readonly ended: Promise<number>;
  /** Nobody is interested any more: the command is told to hang up. */
  abandon(): void;
}
