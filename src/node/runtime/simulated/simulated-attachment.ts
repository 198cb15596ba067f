import { Readable, Writable } from 'node:stream';
import type { LogOptions } from '#client/node-port.ts';
import type { RemoteCommand, StreamRequest } from '#client/remote-command.ts';
import type { Runtime } from '#node/runtime/runtime.ts';

const fromNow: Omit<LogOptions, 'stream'> = { follow: true, previous: false, timestamps: false, tailLines: 0 };

/** What a container writes until it ends, each output by itself. Nobody reads what it is given, and there is no terminal. */
export class SimulatedAttachment implements RemoteCommand {
  readonly stdin: Writable | undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  readonly ended: Promise<number>;
  private readonly abort = new AbortController();

  constructor(runtime: Pick<Runtime, 'logs'>, id: string, { stdin, stdout, stderr }: StreamRequest) {
    this.stdin = stdin ? new Writable({ write: (_bytes, _encoding, done) => done() }) : undefined;
    const follow = (stream: LogOptions['stream']): Readable =>
      Readable.from(runtime.logs(id, { ...fromNow, stream }, this.abort.signal), { objectMode: false });
    this.stdout = stdout ? follow('Stdout') : undefined;
    this.stderr = stderr ? follow('Stderr') : undefined;
    const outputs = [this.stdout, this.stderr].filter((output) => output !== undefined);
    this.ended = Promise.all(outputs.map(endOf)).then(() => 0);
    // Who abandons it does not wait for its end.
    this.ended.catch(() => {});
  }

  resize(): void {}

  abandon(): void {
    this.abort.abort(new Error('the client has gone away'));
  }
}

function endOf(output: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    output.on('end', resolve);
    output.on('error', reject);
  });
}
