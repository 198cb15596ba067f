import type { Millis } from '#base/units.ts';
import type { ExitRecord } from '#node/runtime/process/exit-file.ts';
import type { Supervised } from '#node/runtime/process/supervisor.ts';
import type { PayloadFile } from '#node/volumes/payload.ts';

/** What the launcher can be asked to do. */
export type Order =
  /** Write down a container, then start its supervisor. Answer: undefined, or why the record could not be written: then nothing
   *  was started. */
  | ({
      readonly do: 'start';
      readonly id: string;
      /** The record to find it by, which must be there before anything runs. */
      readonly record: string;
      readonly terminationFile: string | undefined;
      readonly env: { readonly [name: string]: string };
    } & Supervised)
  /** Kill every process of these containers except their live `supervisors`, which record the exits. Answer: how many are
   *  left. */
  | { readonly do: 'kill'; readonly ids: readonly string[]; readonly supervisors: readonly number[] }
  /** Run a command to its end. Answer: `ExecResult`. */
  | {
      readonly do: 'run';
      readonly command: readonly string[];
      readonly env: { readonly [name: string]: string };
      readonly cwd: string;
      readonly timeout: Millis;
    }
  /** Run a command whose streams somebody holds. Answer: nothing, when it runs. What follows is told as `SessionNews`. */
  | {
      readonly do: 'open';
      /** Chosen by whoever asks. */
      readonly session: number;
      readonly command: readonly string[];
      readonly env: { readonly [name: string]: string };
      readonly cwd: string;
      readonly stdin: boolean;
      readonly stdout: boolean;
      readonly stderr: boolean;
      /** Whether the command makes a terminal. */
      readonly tty: boolean;
    }
  /** Open a session with a container that runs, which is given input and the size of its terminal. Answer: nothing, when it takes
   *  input. */
  | {
      readonly do: 'feed';
      readonly session: number;
      readonly directory: string;
      /** Whether the end of the session ends the container's input. */
      readonly once: boolean;
    }
  /** Make a pod's directory and write its record. Answer: nothing. */
  | { readonly do: 'sandbox'; readonly directory: string; readonly recordFile: string; readonly record: string }
  /** Make a directory show these files; see `writePayload`. Answer: nothing. */
  | {
      readonly do: 'volume';
      readonly directory: string;
      readonly files: readonly PortableFile[];
      /** Whom they belong to; undefined for the node's own group. */
      readonly group: number | undefined;
      readonly now: Millis;
    }
  /** Remove files and directories, in this order. Refused when anything is mounted in one. Answer: nothing. */
  | { readonly do: 'remove'; readonly paths: readonly string[] }
  /** Free the disk space of a part of a file. Answer: whether that was possible. */
  | { readonly do: 'punch'; readonly path: string; readonly offset: number; readonly length: number };

/** A file on its way to the launcher. */
export interface PortableFile extends Omit<PayloadFile, 'bytes'> {
  readonly path: string;
  readonly base64: string;
}

export type OutputName = 'stdout' | 'stderr';

/** What is said to an open session. */
export type SessionWord =
  /** Followed by no other before it was taken. */
  | { readonly do: 'input'; readonly base64: string }
  | { readonly do: 'end-input' }
  /** So much of an output has been read: as much more may come. */
  | { readonly do: 'took'; readonly output: OutputName; readonly bytes: number }
  | { readonly do: 'resize'; readonly width: number; readonly height: number }
  /** `patient`: only once the command has had its time for the rest of its input. */
  | { readonly do: 'hang-up'; readonly patient: boolean };

/** What is told of one. */
export type SessionNews =
  | { readonly is: 'output'; readonly output: OutputName; readonly base64: string }
  /** The command has taken the input, or never will. */
  | { readonly is: 'took' }
  /** The last. */
  | { readonly is: 'ended'; readonly exitCode: number };

export type ToLauncher =
  | { readonly ask: number; readonly order: Order }
  | { readonly session: number; readonly word: SessionWord };

export type FromLauncher =
  | { readonly ask: number; readonly value: unknown }
  | { readonly ask: number; readonly error: string }
  | { readonly session: number; readonly news: SessionNews }
  | { readonly gone: string; readonly end: Ended };

/** A supervisor has ended. */
export interface Ended {
  /** Its own exit code; null when it was killed, as it is when all went well. */
  readonly code: number | null;
  /** What it wrote down; undefined if it did not. */
  readonly exit?: ExitRecord | undefined;
  /** Whether the container has any output. */
  readonly wrote: boolean;
}
