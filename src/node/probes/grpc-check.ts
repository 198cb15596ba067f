import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { type Address, type CheckResult, dialError, hostPort } from '#node/probes/check-result.ts';

/** The answers of a health service, by their numbers in the protocol. */
const servingStates = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;
const serving = 1;

const unimplemented = 12;
const deadlineExceeded = 4;

interface Answer {
  readonly code: number;
  readonly message: string;
  readonly body: Buffer;
}

/** Asks the gRPC health service (grpc.health.v1.Health/Check, without TLS) how `service` fares; SERVING passes. */
export async function checkGrpc(
  address: Address,
  service: string,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<CheckResult> {
  const target = `"${hostPort(address)}"`;
  try {
    return judge(await call(address, service, timeoutSeconds, signal), timeoutSeconds);
  } catch (error) {
    const output = signal.aborted
      ? `timeout: failed to connect service ${target} within ${timeoutSeconds}s: context deadline exceeded`
      : `error: failed to connect service at ${target}: ${dialError(address, causeOf(error))}`;
    return { outcome: 'failure', output };
  }
}

function judge({ code, message, body }: Answer, timeoutSeconds: number): CheckResult {
  const cause = `rpc error: code = ${codeNames[code] ?? code} desc = ${message}`;
  if (code === unimplemented) {
    const output = `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${message}`;
    return { outcome: 'failure', output };
  }
  if (code === deadlineExceeded) {
    return { outcome: 'failure', output: `timeout: health rpc did not complete within ${timeoutSeconds}s: ${cause}` };
  }
  if (code !== 0) return { outcome: 'failure', output: `error: health rpc probe failed: ${cause}` };
  const state = statusIn(body);
  if (state === serving) return { outcome: 'success', output: 'service healthy' };
  return { outcome: 'failure', output: `service unhealthy (responded with "${servingStates[state] ?? state}")` };
}

const codeNames: { readonly [code: number]: string } = {
  1: 'Canceled',
  2: 'Unknown',
  4: 'DeadlineExceeded',
  5: 'NotFound',
  7: 'PermissionDenied',
  12: 'Unimplemented',
  13: 'Internal',
  14: 'Unavailable',
  16: 'Unauthenticated',
};

/** One unary call. Rejects when there is no connection, or no answer before `signal` aborts. */
function call(address: Address, service: string, timeoutSeconds: number, signal: AbortSignal): Promise<Answer> {
  const authority = hostPort(address);
  const session = connect(`http://${authority}`);
  const done = new Promise<Answer>((resolve, reject) => {
    session.on('error', reject);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: '/grpc.health.v1.Health/Check',
      [constants.HTTP2_HEADER_SCHEME]: 'http',
      'content-type': 'application/grpc',
      'user-agent': 'kube-probe/1.36',
      te: 'trailers',
      'grpc-timeout': `${timeoutSeconds}S`,
    });
    const chunks: Buffer[] = [];
    // Errors come without a body: then the status stands in the first headers.
    let fields: IncomingHttpHeaders = {};
    const add = (more: IncomingHttpHeaders): void => {
      fields = { ...fields, ...more };
    };
    stream.on('response', add);
    stream.on('trailers', add);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => resolve(answerOf(fields, Buffer.concat(chunks))));
    stream.end(frame(requestFor(service)));
  });
  return done.finally(() => session.destroy());
}

function answerOf(fields: IncomingHttpHeaders, bytes: Buffer): Answer {
  const status = fields['grpc-status'];
  const message = decodeURIComponent(String(fields['grpc-message'] ?? ''));
  if (status !== undefined) return { code: Number(status), message, body: bytes.subarray(5) };
  const http = `unexpected HTTP status code received from server: ${fields[':status'] ?? 'none'}`;
  return { code: Number(fields[':status']) === 404 ? unimplemented : 2, message: http, body: Buffer.alloc(0) };
}

/** A request that was waiting for the connection fails with an error of its own, which names the real one. */
function causeOf(error: unknown): unknown {
  return (error as Error).cause ?? error;
}

/** A gRPC message on the wire: not compressed, its length, its bytes. */
function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** HealthCheckRequest: field 1 is the service's name. */
function requestFor(service: string): Buffer {
  const name = Buffer.from(service);
  if (name.length === 0) return name;
  return Buffer.concat([Buffer.from([0x0a, ...varint(name.length)]), name]);
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

/** HealthCheckResponse: field 1 is the state, 0 when it is left out. */
function statusIn(message: Buffer): number {
  return message[0] === 0x08 ? (message[1] ?? 0) : 0;
}
