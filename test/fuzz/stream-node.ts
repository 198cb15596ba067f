import { createServer } from 'node:http';
import { type Duplex, duplexPair, PassThrough } from 'node:stream';
import type { NodeDirectory } from '#client/node-port.ts';
import type { RemoteCommand, StreamRequest } from '#client/remote-command.ts';

/** What streams lead into: a pod of this name in the namespace of this name, on the node of this name. */
export const streamPlace = 'streams';

/** No pod listens there. */
const deafPort = 9;

/** A node whose containers echo what they are told until that ends, and whose pods speak HTTP on all ports but one. */
export function streamNode(): NodeDirectory {
  const backend = createServer((request, response) => {
    request.pipe(response);
  });
  backend.on('clientError', (_error, socket) => void socket.destroy());
  const command = async (_pod: unknown, _container: unknown, request: StreamRequest) => echo(request);
  const dial = async (_pod: unknown, port: number): Promise<Duplex> => {
    if (port === deafPort) throw new Error(`dial tcp 127.0.0.1:${port}: connect: connection refused`);
    const [near, far] = duplexPair();
    far.on('error', () => {});
    backend.emit('connection', far);
    return near;
  };
  const node = {
    ...{ exec: command, attach: command, dial },
    logs: async function* () {},
    removeVolume: async () => {},
  };
  return (name) => (name === streamPlace ? node : undefined);
}

function echo({ stdin, stdout, stderr, tty }: StreamRequest): RemoteCommand {
  const through = new PassThrough();
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  through.on('close', () => resolve(0));
  if (!stdin) through.end('words');
  if (!stdout) through.resume();
  return {
    stdin: stdin ? through : undefined,
    stdout: stdout ? through : undefined,
    stderr: stderr && !tty ? new PassThrough().end() : undefined,
    resize: () => {},
    ended,
    abandon: () => void through.destroy(),
  };
}
