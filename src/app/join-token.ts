import { randomInt } from 'node:crypto';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { timestamp } from '#kinds/meta/time.ts';
import type { Secret } from '#kinds/secret/schema.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { fingerprint } from '#wire/pki/trust.ts';

/** What `sampan token` gives out: a bootstrap token as Kubernetes knows them and, behind it, the fingerprint of the server's
 *  authority, by which a machine that has never seen the server knows that it speaks to the right one. */
export interface JoinToken {
  /** Such as "h2k9xa.8c1f0e5d3b7a9264": what the server is shown. */
  readonly bearer: string;
  /** Absent in tokens that other tools made. */
  readonly fingerprint: string | undefined;
}

const pattern = /^([a-z0-9]{6}\.[a-z0-9]{16})(?:\.([\w-]{43}))?$/;
const namespace = 'kube-system';
const secretType = 'bootstrap.kubernetes.io/token';

/** Reads a token as it was pasted; undefined when it is none. */
export function parseJoinToken(text: string): JoinToken | undefined {
  const [, bearer, print] = pattern.exec(text.trim()) ?? [];
  return bearer === undefined ? undefined : { bearer, fingerprint: print };
}

/** The text to paste. `authority`: the server's, in PEM. */
export function joinTokenText(bearer: string, authority: string): string {
  return `${bearer}.${fingerprint(authority)}`;
}

/** Makes a bootstrap token that lasts for `ttlMs`, for ever when that is 0, and removes those that have expired. Resolves with
 *  what the server is to be shown. */
export async function createJoinToken(client: Client, now: Millis, ttlMs: Millis): Promise<string> {
  await removeExpired(client, now);
  const id = randomText(6);
  const secret = randomText(16);
  await client.create(secrets, {
    metadata: { namespace, name: `bootstrap-token-${id}` },
    type: secretType,
    stringData: {
      'token-id': id,
      'token-secret': secret,
      'usage-bootstrap-authentication': 'true',
      description: 'Lets machines join as nodes.',
      ...(ttlMs === 0 ? {} : { expiration: timestamp(now + ttlMs) }),
    },
  });
  return `${id}.${secret}`;
}

async function removeExpired(client: Client, now: Millis): Promise<void> {
  const { items } = await client.list(secrets, { namespace, fieldSelector: `type=${secretType}` });
  for (const { metadata } of items.filter((secret) => expiresAt(secret) <= now)) {
    await client.delete(secrets, metadata, { preconditions: { uid: metadata.uid } }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

function expiresAt({ data = {} }: Secret): Millis {
  const time = Date.parse(Buffer.from(data.expiration ?? '', 'base64').toString('utf8'));
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}

/** Not drawn from `Random`: it must be guessed by nobody, and repeat for nobody. */
function randomText(length: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}
