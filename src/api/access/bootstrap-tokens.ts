import { timingSafeEqual } from 'node:crypto';
import type { Millis } from '#base/units.ts';
import {
  bootstrapTokenExpiry,
  bootstrapTokenNamespace,
  bootstrapTokenType,
  secretText,
} from '#kinds/secret/bootstrap-token.ts';
import { secrets } from '#kinds/secret/secret.ts';
import type { User } from '../api.ts';
import type { ObjectStore } from '../object-store.ts';

const tokenPattern = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const extraGroupPattern = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;

/** Whose bootstrap token it is: those of Secrets `bootstrap-token-<id>` in kube-system, of upstream's type and with its keys, so
 *  that tools which make such tokens work. Undefined for one that is unknown, expired or not meant for signing in. */
export function bootstrapUser(objects: ObjectStore, token: string, now: Millis): User | undefined {
  const [, id = '', given = ''] = tokenPattern.exec(token) ?? [];
  if (id === '') return undefined;
  const secret = objects.peek(secrets, bootstrapTokenNamespace, `bootstrap-token-${id}`);
  if (secret?.type !== bootstrapTokenType || secret.metadata.deletionTimestamp !== undefined) return undefined;
  const value = (key: string): string => secretText(secret, key);
  const isSame = value('token-id') === id && same(value('token-secret'), given);
  if (!isSame || value('usage-bootstrap-authentication') !== 'true') return undefined;
  if ((bootstrapTokenExpiry(secret) ?? Number.POSITIVE_INFINITY) <= now) return undefined;
  const extra = value('auth-extra-groups')
    .split(',')
    .filter((group) => group !== '');
  if (!extra.every((group) => extraGroupPattern.test(group))) return undefined;
  return { name: `system:bootstrap:${id}`, groups: ['system:bootstrappers', ...new Set(extra)] };
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
