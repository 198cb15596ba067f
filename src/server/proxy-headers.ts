import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** Headers about one connection, which mean nothing on the next (RFC 9110 section 7.6.1). */
const hopByHop = [
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** What tells us who asks is for nobody else to see. */
const ours = /^(authorization|impersonate-.*)$/;
const bearerProtocol = /^base64url\.bearer\.authorization\.k8s\.io\./;

/** What the asker is told of who is behind us. */
export interface Forwarding {
  /** The address of the asker. */
  readonly peer: string;
  /** The whole path that was asked for. */
  readonly uri: string;
  /** Whether the connection is to become another protocol. */
  readonly upgrade: boolean;
}

/** The headers of a request as they are handed on. */
export function forwardedHeaders(given: IncomingHttpHeaders, { peer, uri, upgrade }: Forwarding): OutgoingHttpHeaders {
  const kept = Object.entries(withoutHops(given)).filter(
    ([name]) => !name.startsWith(':') && !ours.test(name) && name !== 'expect',
  );
  const before = given['x-forwarded-for'];
  const headers: OutgoingHttpHeaders = Object.fromEntries(kept);
  const { host = given[':authority'] } = given;
  if (host !== undefined) headers.host = String(host);
  headers['x-forwarded-for'] = before === undefined ? peer : `${before}, ${peer}`;
  headers['x-forwarded-uri'] = uri;
  if (upgrade) Object.assign(headers, { connection: 'Upgrade', upgrade: given.upgrade });
  const protocols = withoutBearer(given['sec-websocket-protocol']);
  if (protocols === undefined) delete headers['sec-websocket-protocol'];
  else headers['sec-websocket-protocol'] = protocols;
  return headers;
}

function withoutBearer(protocols: string | undefined): string | undefined {
  const left = (protocols ?? '').split(',').filter((one) => one.trim() !== '' && !bearerProtocol.test(one.trim()));
  return left.length === 0 ? undefined : left.join(',').trim();
}

/** Of which pages a browser may show the answer to is for us to say, not for a pod. */
const origins = /^access-control-allow-(credentials|headers|methods|origin)$/;
/** So is what browsers are to do with all that comes from our host, not from the pod's paths alone. */
const ofWholeHost = /^(alt-svc|clear-site-data|service-worker-allowed|strict-transport-security)$/;

/** The headers of an answer as they are handed back. `location` rewrites where to look instead; an answer that can have no body
 *  (`bodiless`) has no length either. */
export function answeredHeaders(
  given: IncomingHttpHeaders,
  location: (url: string) => string,
  { bodiless = false }: { readonly bodiless?: boolean } = {},
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(withoutHops(given))) {
    if (value !== undefined && !origins.test(name) && !ofWholeHost.test(name)) headers[name] = value;
  }
  if (bodiless) delete headers['content-length'];
  if (given.location !== undefined) headers.location = location(given.location);
  // Both are said upstream: ours forbids to keep what the pod allows.
  if (given['cache-control'] !== undefined) headers['cache-control'] = `no-cache, private, ${given['cache-control']}`;
  return headers;
}

function withoutHops(given: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = (given.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set([...hopByHop, ...named]);
  return Object.fromEntries(Object.entries(given).filter(([name]) => !dropped.has(name)));
}

/** Where a redirect of somebody behind us leads for whoever asked us: a path on the same host lies below our own. `known` are
 *  the hosts that mean the same one: what it was asked under, and where it is. */
export function rewrittenLocation(location: string, prefix: string, known: readonly string[]): string {
  const [, scheme = '', authority, path = ''] = /^([a-z][a-z0-9+.-]*:)?(?:\/\/([^/?#]*))?(.*)$/is.exec(location) ?? [];
  const elsewhere = authority === undefined ? scheme !== '' : !known.includes(authority);
  const relative = !path.startsWith('/');
  if (elsewhere || (relative && !(authority !== undefined && path === ''))) return location;
  const [before = ''] = path.split(/[?#]/);
  if (before === prefix || before.startsWith(`${prefix}/`)) return path;
  return `${prefix}${path === '' ? '/' : path}`;
}
