import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import { forwardPort, type PortForwardTarget } from '#client/port-forward/forward-port.ts';
import type { SpdyHeaders } from '#wire/spdy/header-block.ts';
import { SpdySession } from '#wire/spdy/spdy-session.ts';
import type { SpdyStream } from '#wire/spdy/spdy-stream.ts';

/** How long the second stream of a connection may take after the first (spec: api.md section 19.6). */
const pairingMs: Millis = 30_000;

/** The streams of a connection that have been opened. */
interface Pair {
  readonly data?: SpdyStream;
  readonly error?: SpdyStream;
}

interface Waiting {
  readonly pair: Pair;
  readonly timer: Timer;
}

/** Serves the connections that a client opens over `carrier`: two streams each, one for the data and one for what is wrong, which
 *  find each other by their request. */
export function forwardStreams(carrier: Duplex, target: PortForwardTarget, clock: Clock): SpdySession {
  const waiting = new Map<string, Waiting>();
  const opened = (stream: SpdyStream): void => {
    const type = typeOf(stream.headers);
    const request = requestOf(stream, type);
    const known = waiting.get(request);
    if (type === undefined || known?.pair[type] !== undefined) {
      stream.destroy();
      return;
    }
    known?.timer.cancel();
    waiting.delete(request);
    const { data, error }: Pair = { ...known?.pair, [type]: stream };
    if (data !== undefined && error !== undefined) {
      // Nobody says anything here.
      error.resume();
      void forwardPort(target, portOf(data.headers), data, error);
      return;
    }
    const late = (): void => {
      waiting.delete(request);
      stream.destroy();
    };
    const timer = clock.after(pairingMs, late, { background: true });
    waiting.set(request, { pair: { [type]: stream }, timer });
  };
  const closed = (): void => {
    for (const { timer } of waiting.values()) timer.cancel();
    waiting.clear();
  };
  const accepts = (headers: SpdyHeaders): boolean => typeOf(headers) !== undefined && portOf(headers) > 0;
  return new SpdySession(carrier, { accepts, opened, closed }, clock);
}

function typeOf(headers: SpdyHeaders): keyof Pair | undefined {
  const type = headers.get('streamtype');
  return type === 'data' || type === 'error' ? type : undefined;
}

/** 0 when there is none. */
function portOf(headers: SpdyHeaders): number {
  const text = headers.get('port') ?? '';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port <= 65_535 ? port : 0;
}

/** Old clients number no requests, but always open the stream for data right after the one for errors. */
function requestOf({ id, headers }: SpdyStream, type: keyof Pair | undefined): string {
  return headers.get('requestid') ?? `stream ${type === 'data' ? id - 2 : id}`;
}
