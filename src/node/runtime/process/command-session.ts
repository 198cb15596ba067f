import { Writable } from 'node:stream';
import { CommandOutput } from '#client/command-output.ts';
import type { RemoteCommand, StreamRequest, TerminalSize } from '#client/remote-command.ts';
import type { OutputName, SessionNews, SessionWord } from '#node/runtime/process/launcher-protocol.ts';

/** Our end of a command that the launcher runs for somebody who holds its streams. */
export class CommandSession implements RemoteCommand {
  readonly stdin: Writable | undefined;
  readonly stdout: CommandOutput | undefined;
  readonly stderr: CommandOutput | undefined;
  readonly ended: Promise<number>;
  private readonly say: (word: SessionWord) => void;
  private readonly end = Promise.withResolvers<number>();
  private taken: (() => void) | undefined;
  private abandoned = false;
  /** Not acknowledged while the reader lags behind; undefined when it does not. */
  private readonly owed: { stdout: number | undefined; stderr: number | undefined } = {
    stdout: undefined,
    stderr: undefined,
  };

  constructor({ stdin, stdout, stderr, tty }: StreamRequest, say: (word: SessionWord) => void) {
    this.say = say;
    this.ended = this.end.promise;
    // Who abandons it does not wait for its end.
    this.ended.catch(() => {});
    this.stdin = stdin ? this.input() : undefined;
    this.stdout = stdout ? this.output('stdout') : undefined;
    this.stderr = stderr && !tty ? this.output('stderr') : undefined;
  }

  resize({ width, height }: TerminalSize): void {
    this.say({ do: 'resize', width, height });
  }

  /** What was written before is still for the command: there are clients that leave when their input is over. */
  abandon(): void {
    if (this.abandoned) return;
    this.abandoned = true;
    const { stdin } = this;
    const patient = stdin !== undefined && !stdin.destroyed;
    const leave = (): void => {
      this.say({ do: 'hang-up', patient });
      this.lost(new Error('the command was abandoned'));
    };
    if (!patient) {
      leave();
      return;
    }
    stdin.end(leave);
    this.took();
  }

  private took(): void {
    const { taken } = this;
    this.taken = undefined;
    taken?.();
  }

  /** What the launcher tells of it. */
  hear(news: SessionNews): void {
    switch (news.is) {
      case 'output':
        this.give(news.output, Buffer.from(news.base64, 'base64'));
        break;
      case 'took':
        this.took();
        break;
      case 'ended':
        this.close();
        this.end.resolve(news.exitCode);
        break;
    }
  }

  /** Nothing more will be told. */
  lost(cause: Error): void {
    this.close();
    this.end.reject(cause);
  }

  private close(): void {
    this.stdout?.finish();
    this.stderr?.finish();
    this.stdin?.destroy();
  }

  private give(name: OutputName, bytes: Buffer): void {
    const output = this[name];
    output?.give(bytes);
    const owed = this.owed[name];
    if (owed === undefined) this.say({ do: 'took', output: name, bytes: bytes.length });
    else this.owed[name] = owed + bytes.length;
  }

  private input(): Writable {
    return new Writable({
      write: (bytes: Buffer, _encoding, done) => {
        this.say({ do: 'input', base64: bytes.toString('base64') });
        if (this.abandoned) done();
        else this.taken = done;
      },
      final: (done) => {
        this.say({ do: 'end-input' });
        done();
      },
    });
  }

  private output(name: OutputName): CommandOutput {
    return new CommandOutput({
      hold: () => {
        this.owed[name] = 0;
      },
      release: () => {
        const bytes = this.owed[name] ?? 0;
        this.owed[name] = undefined;
        if (bytes > 0) this.say({ do: 'took', output: name, bytes });
      },
    });
  }
}
