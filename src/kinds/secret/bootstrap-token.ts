import type { Millis } from '#base/units.ts';
import type { Secret } from '#kinds/secret/schema.ts';

/** The type of Secrets that hold a token with which machines join, and where they count. */
export const bootstrapTokenType = 'bootstrap.kubernetes.io/token';
export const bootstrapTokenNamespace = 'kube-system';

/** The text that a Secret holds under `key`; empty if there is none. */
export function secretText({ data = {} }: Secret, key: string): string {
  return Buffer.from(data[key] ?? '', 'base64').toString('utf8');
}

/** When a bootstrap token ends; undefined: never. What cannot be read as a time has passed long ago. */
export function bootstrapTokenExpiry(secret: Secret): Millis | undefined {
  const text = secretText(secret, 'expiration');
  if (text === '') return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}
