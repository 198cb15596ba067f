import type { Secret } from '#kinds/secret/schema.ts';
import type { Draft } from '#schema/type.ts';

/** A secret is opaque unless it says what it is; what was written as text is kept as base64 and not shown again. */
export function defaultSecret(secret: Draft<Secret>): void {
  secret.type ||= 'Opaque';
  const { stringData } = secret;
  if (stringData === undefined) return;
  const written = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const);
  if (written.length > 0) secret.data = { ...secret.data, ...Object.fromEntries(written) };
  delete secret.stringData;
}
