import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { Container, ContainerPort } from '#kinds/pod/schema/container.ts';
import type { HTTPGetAction, Probe } from '#kinds/pod/schema/probes.ts';
import { expand } from '#node/pods/expansion.ts';
import { type CheckResult, outputBytesMax } from '#node/probes/check-result.ts';
import { checkGrpc } from '#node/probes/grpc-check.ts';
import { checkHttp, type HttpCheck } from '#node/probes/http-check.ts';
import { checkTcp } from '#node/probes/tcp-check.ts';
import type { Runtime } from '#node/runtime/runtime.ts';

/** The container that is looked at. */
export interface CheckTarget {
  readonly container: Container;
  /** The runtime's id. */
  readonly id: string;
  readonly podIP: string;
}

export interface CheckerDeps {
  readonly runtime: Pick<Runtime, 'exec'>;
  readonly clock: Clock;
}

/** Makes the check that a probe asks for, once. Never throws. */
export async function check(probe: Probe, target: CheckTarget, deps: CheckerDeps): Promise<CheckResult> {
  const seconds = probe.timeoutSeconds ?? 1;
  if (probe.exec !== undefined) return checkExec(probe.exec.command ?? [], target, seconds * 1000, deps.runtime);
  const abort = new AbortController();
  const timer = deps.clock.after(seconds * 1000, () => abort.abort(new Error('the check took too long')));
  try {
    return await checkNetwork(probe, target, seconds, abort.signal);
  } catch (error) {
    return { outcome: 'error', output: (error as Error).message };
  } finally {
    timer.cancel();
  }
}

function checkNetwork(
  { httpGet, tcpSocket, grpc }: Probe,
  { container, podIP }: CheckTarget,
  seconds: number,
  signal: AbortSignal,
): Promise<CheckResult> {
  if (httpGet !== undefined) return checkHttp(httpCheckOf(httpGet, container, podIP, 'kube-probe/1.36'), signal);
  if (tcpSocket !== undefined) {
    return checkTcp({ host: tcpSocket.host || podIP, port: portOf(tcpSocket.port, container) }, signal);
  }
  if (grpc !== undefined) return checkGrpc({ host: podIP, port: grpc.port }, grpc.service, seconds, signal);
  throw new Error(`missing probe handler for ${container.name}`);
}

/** The request that an action describes. Throws for a port that nothing is called. */
export function httpCheckOf(action: HTTPGetAction, container: Container, podIP: string, userAgent: string): HttpCheck {
  const { scheme = 'HTTP', host, port, path = '', httpHeaders = [] } = action;
  const address = { host: host || podIP, port: portOf(port, container) };
  return { scheme: scheme === 'HTTPS' ? 'https' : 'http', address, path, headers: httpHeaders, userAgent };
}

function portOf(port: number | string, { ports = [] }: { readonly ports?: readonly ContainerPort[] }): number {
  const number = Number(port);
  const found = Number.isInteger(number) ? number : ports.find(({ name }) => name === port)?.containerPort;
  if (found === undefined) throw new Error(`couldn't find port: ${JSON.stringify(port)} in container ports`);
  if (found < 1 || found > 65_535) throw new Error(`invalid port number: ${found}`);
  return found;
}

async function checkExec(
  command: readonly string[],
  { container, id }: CheckTarget,
  timeout: Millis,
  runtime: CheckerDeps['runtime'],
): Promise<CheckResult> {
  const words = staticWords(command, container);
  try {
    const { exitCode, output, timedOut } = await runtime.exec(id, words, timeout);
    if (timedOut) {
      const late = `command timed out: "${words.join(' ')}" timed out after ${timeout / 1000}s`;
      return { outcome: 'failure', output: late };
    }
    return { outcome: exitCode === 0 ? 'success' : 'failure', output: output.slice(0, outputBytesMax) };
  } catch (error) {
    return { outcome: 'error', output: (error as Error).message };
  }
}

/** The words of a command that runs beside a container: of its variables only those with a plain value are known here. */
export function staticWords(command: readonly string[], { env = [] }: Pick<Container, 'env'>): readonly string[] {
  const plain = new Map(env.flatMap(({ name, value = '', valueFrom }) => (valueFrom ? [] : [[name, value] as const])));
  return command.map((word) => expand(word, (name) => plain.get(name)));
}
