import { goQuote } from '#kinds/meta/quote.ts';

/** The parts of an address; empty where there are none. */
export interface UrlParts {
  readonly scheme: string;
  /** Name and password as written, and undefined without an @. */
  readonly user: string | undefined;
  readonly host: string;
  readonly query: string;
  readonly fragment: string;
}

/** Takes an address apart by the rules of RFC 3986 as Go reads them, or says what is wrong with it in Go's words. */
export function parseUrl(text: string): UrlParts | string {
  const [whole = '', fragment = ''] = cut(text, '#');
  const failed = (why: string): string => `parse ${goQuote(whole)}: ${why}`;
  if ([...whole].some((char) => char < ' ' || char === '\x7f'))
    return failed('net/url: invalid control character in URL');
  if (whole.startsWith(':')) return failed('missing protocol scheme');
  const scheme = /^([a-zA-Z][-+.a-zA-Z0-9]*):/.exec(whole)?.[1];
  const [rest = '', query = ''] = cut(scheme === undefined ? whole : whole.slice(scheme.length + 1), '?');
  const none = { scheme: scheme?.toLowerCase() ?? '', user: undefined, host: '', query, fragment };
  const isOpaque = scheme !== undefined && !rest.startsWith('/');
  if (isOpaque) return none;
  const hasColon = !rest.startsWith('/') && rest.split('/')[0]?.includes(':');
  if (hasColon) return failed('first path segment in URL cannot contain colon');
  const [, authority, path = ''] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? [undefined, undefined, rest];
  const { user, host } = authority === undefined ? none : splitAuthority(authority);
  const problem = hostProblem(host) ?? userProblem(user) ?? escapeProblem(path);
  return problem === undefined ? { ...none, user, host } : failed(problem);
}

function splitAuthority(authority: string): Pick<UrlParts, 'user' | 'host'> {
  const at = authority.lastIndexOf('@');
  return { user: at < 0 ? undefined : authority.slice(0, at), host: authority.slice(at + 1) };
}

function hostProblem(host: string): string | undefined {
  const isBracketed = host.startsWith('[');
  if (isBracketed && !host.includes(']')) return "missing ']' in host";
  const name = isBracketed ? host.slice(0, host.lastIndexOf(']') + 1) : host.replace(/:[^:]*$/, '');
  const port = host.slice(name.length);
  if (!/^(:[0-9]*)?$/.test(port)) return `invalid port ${goQuote(port)} after host`;
  const strange = /[^-\w.~!$&'()*+,;=:[\]<>"%\u0080-\uffff]/.exec(name)?.[0];
  if (strange !== undefined) return `invalid character ${goQuote(strange)} in host name`;
  return isBracketed ? undefined : escapeProblem(name);
}

function userProblem(user: string | undefined): string | undefined {
  return user === undefined || /^[-\w.:~!$&'()*+,;=%@]*$/.test(user) ? undefined : 'net/url: invalid userinfo';
}

function escapeProblem(text: string): string | undefined {
  const wrong = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text)?.[0];
  return wrong === undefined ? undefined : `invalid URL escape ${goQuote(wrong)}`;
}

function cut(text: string, mark: string): readonly string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
