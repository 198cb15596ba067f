/** How one check of a container went, and what users are told of it. */
export interface CheckResult {
  /** `warning` passes, but is worth a word. `error`: the check could not be made, which says nothing. */
  readonly outcome: 'success' | 'warning' | 'failure' | 'error';
  readonly output: string;
}

/** Where to connect. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** As it stands in messages: IPv6 addresses in brackets. */
export function hostPort({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** More of an output is not kept (spec: node-agent.md section 10). */
export const outputBytesMax = 10 * 1024;

/** A failure to connect in the words that users of Kubernetes know. */
export function dialError(address: Address, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const dial = `dial tcp ${hostPort(address)}:`;
  const cause = causes[code];
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${address.host}: no such host`;
  return cause === undefined ? `${dial} ${(error as Error).message}` : `${dial} connect: ${cause}`;
}

const causes: { readonly [code: string]: string } = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ECONNRESET: 'connection reset by peer',
};
