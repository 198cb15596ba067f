import { Writable } from 'node:stream';
import { CommandOutput } from '#client/command-output.ts';
import { type EndStatus, exitCodeOf } from '#client/command-status.ts';
import type { RemoteCommand, StreamRequest, TerminalSize } from '#client/remote-command.ts';
import { channel } from '#wire/streams/channel-protocol.ts';
import type { ChannelSocket } from '#wire/streams/channel-socket.ts';

/** The other end of `serveCommand`: a command that runs behind channels. `lost` says what it means when they break. */
export function dialledCommand(channels: ChannelSocket, request: StreamRequest, lost: string): RemoteCommand {
  return new DialledCommand(channels, request, lost);
}

class DialledCommand implements RemoteCommand {
  readonly stdin: Writable | undefined;
  readonly stdout: CommandOutput | undefined;
  readonly stderr: CommandOutput | undefined;
  readonly ended: Promise<number>;
  private readonly channels: ChannelSocket;
  private readonly end = Promise.withResolvers<number>();

  constructor(channels: ChannelSocket, { stdin, stdout, stderr, tty }: StreamRequest, lost: string) {
    this.channels = channels;
    this.ended = this.end.promise;
    // Who abandons it does not wait for its end.
    this.ended.catch(() => {});
    this.stdin = stdin ? inputOf(channels) : undefined;
    this.stdout = stdout ? new CommandOutput(channels) : undefined;
    this.stderr = stderr && !tty ? new CommandOutput(channels) : undefined;
    channels.listen({
      data: (number, bytes) => this.take(number, bytes),
      ended: () => {},
      closed: () => this.finish(() => this.end.reject(new Error(lost))),
    });
  }

  resize({ width, height }: TerminalSize): void {
    const size = Buffer.from(JSON.stringify({ Width: width, Height: height }));
    this.channels.send(channel.resize, size).catch(() => {});
  }

  abandon(): void {
    this.channels.cut();
  }

  private take(number: number, bytes: Buffer): void {
    if (number === channel.error) {
      this.finish(() => this.settle(bytes.toString()));
      return;
    }
    if (number === channel.stdout) this.stdout?.give(bytes);
    if (number === channel.stderr) this.stderr?.give(bytes);
  }

  private settle(text: string): void {
    try {
      this.end.resolve(exitCodeOf(JSON.parse(text) as EndStatus));
    } catch (error) {
      this.end.reject(error as Error);
    }
  }

  /** All output has arrived by now. */
  private finish(settle: () => void): void {
    this.stdout?.finish();
    this.stderr?.finish();
    this.stdin?.destroy();
    settle();
  }
}

function inputOf(channels: ChannelSocket): Writable {
  return new Writable({
    write: (bytes: Buffer, _encoding, done) => void channels.send(channel.stdin, bytes).then(() => done(), done),
    final: (done) => void channels.end(channel.stdin).then(() => done(), done),
  });
}
