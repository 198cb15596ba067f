import { CelError, type CelOpaque } from '#kinds/cel/values.ts';

/** A URL as Go reads it, which rules take apart. */
export class CelUrl implements CelOpaque {
  readonly typeName = 'kubernetes.URL';
  readonly text: string;
  readonly scheme: string;
  /** With the port, if there is one. */
  readonly host: string;
  /** As it was written, where that is valid. */
  readonly escapedPath: string;
  readonly query: string;

  constructor(text: string, parts: Parts) {
    this.text = text;
    this.scheme = parts.scheme;
    this.host = parts.host;
    this.escapedPath = parts.path;
    this.query = parts.query;
  }

  equals(other: unknown): boolean {
    return other instanceof CelUrl && other.text === this.text;
  }

  hostname(): string {
    const host = this.host.replace(/:[0-9]*$/, '');
    return /^\[.*\]$/.test(host) ? host.slice(1, -1) : host;
  }

  port(): string {
    return /:([0-9]*)$/.exec(this.host)?.[1] ?? '';
  }

  /** All values of each parameter, in their order. */
  parameters(): ReadonlyMap<string, readonly string[]> {
    const found = new Map<string, string[]>();
    for (const part of this.query.split('&')) {
      if (part === '' || part.includes(';')) continue;
      const equals = part.indexOf('=');
      const [name, value] = equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
      const [key, text] = [name, value].map((one) => unescaped(one.replaceAll('+', ' ')));
      if (key === undefined || text === undefined) continue;
      found.set(key, [...(found.get(key) ?? []), text]);
    }
    return found;
  }
}

interface Parts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** Reads an absolute URL or path. Throws `CelError` with Go's reason. */
export function parseUrl(text: string): CelUrl {
  const [withoutFragment = ''] = text.split('#');
  const why = urlProblem(text) ?? problemOf(text, () => partsOf(withoutFragment, true));
  if (why !== undefined) throw new CelError(`URL parse error during conversion from string: ${why}`);
  return new CelUrl(text, partsOf(withoutFragment, true));
}

/** Why the text is no absolute URL or path, as Go tells; undefined if it is one. */
export function urlProblem(text: string): string | undefined {
  return problemOf(text, () => partsOf(text, false));
}

function problemOf(text: string, read: () => Parts): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof CelError) return `parse ${JSON.stringify(text)}: ${error.message}`;
    throw error;
  }
}

/** `isReference` takes what stands behind two slashes for a host although there is no scheme. */
function partsOf(text: string, isReference: boolean): Parts {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: just what must not be there
  if (/[\x00-\x1f\x7f]/.test(text)) throw new CelError('net/url: invalid control character in URL');
  if (text === '') throw new CelError('empty url');
  if (text === '*') return { scheme: '', host: '', path: '*', query: '' };
  if (text.startsWith(':')) throw new CelError('missing protocol scheme');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1] ?? '';
  const rest = scheme === '' ? text : text.slice(scheme.length + 1);
  const mark = rest.indexOf('?');
  const [body, query] = mark < 0 ? [rest, ''] : [rest.slice(0, mark), rest.slice(mark + 1)];
  if (!body.startsWith('/')) {
    if (scheme === '') throw new CelError('invalid URI for request');
    return { scheme: scheme.toLowerCase(), host: '', path: '', query };
  }
  const hasHost = /^\/\//.test(body) && (scheme !== '' || (isReference && !body.startsWith('///')));
  const [, authority = '', path = ''] = hasHost ? (/^\/\/([^/]*)(.*)$/s.exec(body) ?? []) : ['', '', body];
  return { scheme: scheme.toLowerCase(), host: hostOf(authority), path: pathOf(path), query };
}

function hostOf(authority: string): string {
  const at = authority.lastIndexOf('@');
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw new CelError('net/url: invalid userinfo');
    decoded(user);
  }
  const host = authority.slice(at + 1);
  const end = host.startsWith('[') ? host.lastIndexOf(']') : host.lastIndexOf(':') - 1;
  if (host.startsWith('[') && end < 0) throw new CelError("missing ']' in host");
  const port = end === -2 ? '' : host.slice(end + 1);
  if (port !== '' && !/^:[0-9]*$/.test(port)) throw new CelError(`invalid port ${JSON.stringify(port)} after host`);
  const odd = /[\x20#/?\\^`{|}]/.exec(host.startsWith('[') ? '' : host);
  if (odd !== null) throw new CelError(`invalid character ${JSON.stringify(odd[0])} in host name`);
  const ascii = /%(?![89A-Fa-f][0-9A-Fa-f]|25).{0,2}/.exec(host);
  if (ascii !== null) throw new CelError(`invalid URL escape ${JSON.stringify(ascii[0])}`);
  return decoded(host);
}

/** The path, escaped anew unless it was rightly. */
function pathOf(path: string): string {
  const plain = decoded(path);
  if (/^[A-Za-z0-9\-._~!$&'()*+,;=:@[\]%/]*$/.test(path)) return path;
  return plain.replaceAll(/[^A-Za-z0-9\-._~$&+,/:;=@]/gu, (char) =>
    [...Buffer.from(char)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

function decoded(text: string): string {
  const plain = unescaped(text);
  if (plain !== undefined) return plain;
  const [odd = ''] = /%(?![0-9A-Fa-f]{2}).{0,2}/su.exec(text) ?? [];
  throw new CelError(`invalid URL escape ${JSON.stringify(odd)}`);
}

/** The text that percent signs stand in; undefined if one escapes nothing. */
function unescaped(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  const pieces = text.split(/%([0-9A-Fa-f]{2})/);
  return Buffer.concat(
    pieces.map((piece, at) => (at % 2 === 0 ? Buffer.from(piece) : Buffer.from(piece, 'hex'))),
  ).toString();
}
