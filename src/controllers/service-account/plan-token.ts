import type { Secret } from '#kinds/secret/schema.ts';
import type { ServiceAccount } from '#kinds/service-account/schema.ts';

export const tokenSecretType = 'kubernetes.io/service-account-token';
const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';

/** What is to become of a Secret that holds an account's token. */
export type TokenPlan =
  | { readonly do: 'nothing' }
  /** The account it is for is no more. */
  | { readonly do: 'delete' }
  | { readonly do: 'fill'; readonly secret: Secret };

/** The account that a Secret is for. */
export function accountNameOf({ metadata }: Secret): string {
  return metadata.annotations?.[nameAnnotation] ?? '';
}

export interface TokenMaterial {
  /** PEM certificates of the API server's authority; empty: none are given. */
  readonly rootCa: string;
  /** Makes the token. */
  issue(secret: Secret, account: ServiceAccount): string;
}

/** Fills in what the Secret lacks: token, namespace, certificates and the uid of the account. A token that is there stays; an account
 *  of the same name that came later is another one (spec: api.md section 16, item 6). Pure, but for the making of the token. */
export function planToken(secret: Secret, account: ServiceAccount | undefined, material: TokenMaterial): TokenPlan {
  const { annotations = {}, namespace } = secret.metadata;
  const uid = annotations[uidAnnotation] ?? '';
  if (account === undefined || (uid !== '' && uid !== account.metadata.uid)) return { do: 'delete' };
  const { data = {} } = secret;
  const given = {
    ...(material.rootCa === '' ? {} : { 'ca.crt': encoded(material.rootCa) }),
    namespace: encoded(namespace),
    token: data.token || encoded(material.issue(secret, account)),
  };
  const isFull = Object.entries(given).every(([key, value]) => data[key] === value);
  if (isFull && uid !== '') return { do: 'nothing' };
  const metadata = { ...secret.metadata, annotations: { ...annotations, [uidAnnotation]: account.metadata.uid } };
  return { do: 'fill', secret: { ...secret, metadata, data: { ...data, ...given } } };
}

function encoded(text: string): string {
  return Buffer.from(text).toString('base64');
}
