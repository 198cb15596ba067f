import { X509Certificate } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { type Introduction, introduce, JoinError, type NodeNames, requestIdentity, tryIdentity } from '#app/join.ts';
import { parseJoinToken } from '#app/join-token.ts';
import type { Millis } from '#base/units.ts';
import { mergeKubeconfig, readKubeconfig } from '#client/kubeconfig.ts';
import type { Endpoint } from '#wire/http-client.ts';
import { fingerprint } from '#wire/pki/trust.ts';

/** A node towards its server: where that is, whom to trust, and the node's own certificate and key. */
export type NodeIdentity = Endpoint & Required<Pick<Endpoint, 'authority' | 'certificate' | 'key'>>;

export interface NodeIdentityOptions extends NodeNames {
  /** A kubeconfig that keeps the identity from one start to the next. */
  readonly file: string;
  readonly now: Millis;
  /** Undefined when all that is known stands in the file. */
  readonly introduction: Introduction | { readonly kubeconfig: string } | undefined;
}

/** Who we are: as in the file, while that holds; otherwise as the server says whom we are introduced to. Throws `JoinError`. */
export async function openNodeIdentity(options: NodeIdentityOptions): Promise<NodeIdentity> {
  const { name, introduction } = options;
  const stored = await storedIdentity(options);
  if (stored !== undefined) {
    const standing = await tryIdentity(stored, name);
    // A server that is down for a moment is waited for, and pods that run are looked after meanwhile.
    if (standing === 'good' || (standing === 'unreachable' && isOf(stored, introduction))) return stored;
  }
  if (introduction === undefined) {
    const why = stored === undefined ? 'it has not joined yet' : `${stored.server} takes its certificate no more`;
    throw new JoinError(
      `Node "${name}" needs a server and a token: ${why}. Run "sampan token" on the server, and here what it prints.`,
    );
  }
  return renewNodeIdentity(await introducer(introduction), options);
}

/** Gets a new certificate by showing `known`, and keeps it. */
export async function renewNodeIdentity(
  known: Endpoint,
  { file, name, addresses }: Pick<NodeIdentityOptions, 'file' | 'name' | 'addresses'>,
): Promise<NodeIdentity> {
  const endpoint = (await requestIdentity(known, { name, addresses })) as NodeIdentity;
  await rm(file, { force: true });
  await mergeKubeconfig(file, { cluster: 'sampan', user: `system:node:${name}`, context: 'sampan', endpoint });
  return endpoint;
}

async function introducer(introduction: NonNullable<NodeIdentityOptions['introduction']>): Promise<Endpoint> {
  if (!('kubeconfig' in introduction)) return introduce(introduction);
  const { kubeconfig } = introduction;
  return readKubeconfig(kubeconfig).catch((error: Error) => {
    throw new JoinError(`Cannot join by the kubeconfig ${kubeconfig}: ${error.message}`);
  });
}

/** What the file says, as long as its certificate lasts; at the server's new address if one is given. */
async function storedIdentity({ file, now, introduction }: NodeIdentityOptions): Promise<NodeIdentity | undefined> {
  const there = await readFile(file, 'utf8').catch(() => '');
  if (there === '') return undefined;
  const { server, authority, certificate, key } = await readKubeconfig(file);
  if (authority === undefined || certificate === undefined || key === undefined) return undefined;
  if (new X509Certificate(certificate).validToDate.getTime() <= now) return undefined;
  const given = introduction !== undefined && 'server' in introduction ? introduction : { server, insecure: false };
  return { server: given.server, authority, certificate, key, ...(given.insecure ? { insecure: true } : {}) };
}

/** Whether the introduction is, as far as it says, to the server that the identity is from. */
function isOf({ authority }: NodeIdentity, introduction: NodeIdentityOptions['introduction']): boolean {
  if (introduction === undefined || 'kubeconfig' in introduction || introduction.token === undefined) return true;
  const print = parseJoinToken(introduction.token)?.fingerprint;
  return print === undefined || print === fingerprint(authority);
}
