import { Readable } from 'node:stream';
import type { LogOptions, NodePort } from '#client/node-port.ts';
import type { RemoteCommand, StreamRequest } from '#client/remote-command.ts';
import { ApiError, apiErrors, isApiError } from '#kinds/meta/errors.ts';
import type { ContainersOf } from '#node/logs/pod-logs.ts';
import type { Container, Runtime } from '#node/runtime/runtime.ts';

/** Runs commands in a node's pods, and shows what their containers write (spec: node-agent.md section 28). */
export function createPodCommands(runtime: Runtime, containersOf: ContainersOf): Pick<NodePort, 'exec' | 'attach'> {
  const running = (podUid: string, name: string): Container => {
    const found = containersOf(podUid).find((one) => one.name === name && one.state.is === 'running');
    if (found !== undefined) return found;
    throw new ApiError({ code: 500, reason: 'InternalError', message: `container not found ("${name}")` });
  };
  return {
    async exec(pod, name, request) {
      const { id } = running(pod.metadata.uid, name);
      try {
        return await runtime.open(id, request);
      } catch (error) {
        if (isApiError(error)) throw error;
        throw apiErrors.internal(`error executing command in container: ${(error as Error).message}`);
      }
    },
    async attach(pod, name, request) {
      const { id } = running(pod.metadata.uid, name);
      if (request.stdin) {
        throw apiErrors.badRequest(
          `container ${name} of pod ${pod.metadata.name} takes no input: attach without stdin`,
        );
      }
      return new Attachment(runtime, id, request);
    },
  };
}

const fromNow: Omit<LogOptions, 'stream'> = { follow: true, previous: false, timestamps: false, tailLines: 0 };

/** What a container writes until it ends, each output by itself. It has neither input nor terminal. */
class Attachment implements RemoteCommand {
  readonly stdin = undefined;
  readonly stdout: Readable | undefined;
  readonly stderr: Readable | undefined;
  readonly ended: Promise<number>;
  private readonly abort = new AbortController();

  constructor(runtime: Runtime, id: string, { stdout, stderr }: StreamRequest) {
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
