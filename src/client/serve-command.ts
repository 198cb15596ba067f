import type { Readable } from 'node:stream';
import { type EndStatus, exitStatus, failureStatus } from '#client/command-status.ts';
import type { RemoteCommand, StreamRequest, TerminalSize } from '#client/remote-command.ts';
import { channel } from '#wire/streams/channel-protocol.ts';
import type { Channels } from '#wire/streams/channels.ts';

/** Gives a client what it asked for of a command's streams, then tells it how the command ended, and says goodbye (spec: api.md
 *  section 19.4). `open` starts the command; why it cannot is told over the connection as well. Resolves when all is said. */
export async function serveCommand(
  channels: Channels,
  request: StreamRequest,
  open: () => Promise<RemoteCommand>,
): Promise<void> {
  try {
    await channels.send(lowestOf(request), Buffer.alloc(0));
    await tell(channels, await outcome(channels, open));
    channels.close();
  } catch {
    // The client has gone: nobody is left to be told.
    channels.cut();
  }
}

/** Clients wait for an empty message: where it comes from they may write. */
function lowestOf({ stdout, stderr, tty }: StreamRequest): number {
  if (stdout) return channel.stdout;
  return stderr && !tty ? channel.stderr : channel.error;
}

async function outcome(channels: Channels, open: () => Promise<RemoteCommand>): Promise<EndStatus> {
  try {
    const command = await open();
    const outputs = [pour(channels, channel.stdout, command.stdout), pour(channels, channel.stderr, command.stderr)];
    take(channels, command);
    const [exitCode] = await Promise.all([command.ended, ...outputs]);
    return exitStatus(exitCode);
  } catch (error) {
    return failureStatus(error);
  }
}

/** Leaving the loop early closes the output. */
async function pour(channels: Channels, number: number, output: Readable | undefined): Promise<void> {
  if (output === undefined) return;
  for await (const bytes of output) await channels.send(number, bytes as Buffer);
}

/** Hands on what the client sends. */
function take(channels: Channels, command: RemoteCommand): void {
  const { stdin } = command;
  let waiting = false;
  const taken = (): void => {
    if (waiting) channels.release();
    waiting = false;
  };
  // A command need not read what it is given.
  stdin?.on('error', () => {});
  stdin?.on('drain', taken);
  stdin?.on('close', taken);
  channels.listen({
    data: (number, bytes) => {
      if (number === channel.resize) resize(command, bytes);
      if (number !== channel.stdin || stdin?.writable !== true || bytes.length === 0) return;
      if (stdin.write(bytes) || waiting) return;
      waiting = true;
      channels.hold();
    },
    ended: (number) => {
      if (number === channel.stdin) stdin?.end();
    },
    closed: () => command.abandon(),
  });
}

function resize(command: RemoteCommand, bytes: Buffer): void {
  const size = sizeIn(bytes.toString());
  if (size !== undefined) command.resize(size);
}

function sizeIn(text: string): TerminalSize | undefined {
  try {
    const { Width: width, Height: height } = JSON.parse(text) as {
      readonly Width?: unknown;
      readonly Height?: unknown;
    };
    return isLength(width) && isLength(height) ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

/** As the kernel keeps it: 16 bits. */
function isLength(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
}

async function tell(channels: Channels, status: EndStatus): Promise<void> {
  if (channels.protocol.status) return channels.send(channel.error, Buffer.from(JSON.stringify(status)));
  if (status.status !== 'Success') return channels.send(channel.error, Buffer.from(status.message ?? ''));
}
