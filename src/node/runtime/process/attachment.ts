import { Readable, type Writable } from 'node:stream';
import type { RemoteCommand, StreamRequest, TerminalSize } from '#client/remote-command.ts';
import type { LogStream } from '#node/logs/cri-format.ts';
import type { ProcessContainer } from '#node/runtime/process/process-container.ts';

export interface AttachmentOptions {
  readonly container: ProcessContainer;
  readonly request: StreamRequest;
  /** The way to the container's input and terminal, if it has any. */
  readonly feed: RemoteCommand | undefined;
  /** Whether the end of the input ends the attachment: the container knows nothing of it. */
  readonly detaches: boolean;
}

/** Somebody who sees what a container writes, byte by byte, and writes what it reads. */
export class Attachment implements RemoteCommand {
  readonly stdin: Writable | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  readonly ended: Promise<number>;
  private readonly feed: RemoteCommand | undefined;
  private readonly enough = new AbortController();

  constructor({ container, request, feed, detaches }: AttachmentOptions) {
    this.feed = feed;
    this.stdin = request.stdin && container.config.input !== undefined ? feed?.stdin : undefined;
    const fromStart = container.beginAttaching();
    const follow = (stream: LogStream): Readable =>
      Readable.from(container.follow(stream, fromStart, this.enough.signal), { objectMode: false });
    this.stdout = request.stdout ? follow('stdout') : undefined;
    this.stderr = request.stderr && container.config.tty !== true ? follow('stderr') : undefined;
    // What it says to the last of the input is still worth a moment.
    const leave = (): void => void container.changed(this.enough.signal).then(() => this.detach());
    if (detaches) this.stdin?.on('finish', leave);
    this.ended = this.end(container);
    // Who abandons it does not wait for its end.
    this.ended.catch(() => {});
  }

  resize(size: TerminalSize): void {
    this.feed?.resize(size);
  }

  abandon(): void {
    this.detach();
    this.feed?.abandon();
    for (const output of [this.stdout, this.stderr]) output?.destroy();
  }

  private detach(): void {
    this.enough.abort(new Error('nobody is interested any more'));
  }

  private async end(container: ProcessContainer): Promise<number> {
    const { signal } = this.enough;
    const outputs = [this.stdout, this.stderr].filter((output) => output !== undefined);
    try {
      await Promise.all(outputs.map(endOf));
      while (outputs.length === 0 && container.running && !signal.aborted) await container.changed(signal);
      return 0;
    } finally {
      this.feed?.abandon();
    }
  }
}

function endOf(output: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    output.on('close', resolve);
    output.on('error', reject);
  });
}
