import type { Secret } from '#kinds/secret/schema.ts';
import { secrets } from '#kinds/secret/secret.ts';
import type { ServiceAccount } from '#kinds/service-account/schema.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import type { User } from '../api.ts';
import type { ObjectStore } from '../object-store.ts';

/** Who issues the tokens that are kept in Secrets. */
export const secretTokenIssuer = 'kubernetes/serviceaccount';

const prefix = 'kubernetes.io/serviceaccount/';
const invalidSince = 'kubernetes.io/legacy-token-invalid-since';

/** What a token says that is kept in a Secret: it has no end and no audience of its own, and is good as long as it stands in its
 *  Secret and the account exists (spec: api.md section 16, item 6). */
export interface SecretTokenClaims {
  readonly iss: typeof secretTokenIssuer;
  readonly sub: string;
  readonly 'kubernetes.io/serviceaccount/namespace': string;
  readonly 'kubernetes.io/serviceaccount/secret.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.uid': string;
}

/** The account a token is for, as far as it is named in the token. */
export interface TokenAccount {
  readonly name: string;
  readonly uid: string;
}

export function secretTokenClaims(namespace: string, secret: string, { name, uid }: TokenAccount): SecretTokenClaims {
  return {
    iss: secretTokenIssuer,
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': secret,
    'kubernetes.io/serviceaccount/service-account.name': name,
    'kubernetes.io/serviceaccount/service-account.uid': uid,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
}

export function secretTokenUser(claims: SecretTokenClaims): User {
  const namespace = claims[`${prefix}namespace`];
  return {
    name: claims.sub,
    uid: claims[`${prefix}service-account.uid`],
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

/** Why the token does not hold; undefined when it does. `isGone` says whether a deletion has taken effect. */
export function secretTokenProblem(
  objects: ObjectStore,
  claims: SecretTokenClaims,
  token: string,
  isGone: (object: Secret | ServiceAccount) => boolean,
): string | undefined {
  const namespace = claims[`${prefix}namespace`];
  const name = claims[`${prefix}secret.name`];
  const account = claims[`${prefix}service-account.name`];
  const uid = claims[`${prefix}service-account.uid`];
  const secret = objects.peek(secrets, namespace, name);
  if (secret === undefined || isGone(secret)) return 'Token has been invalidated';
  const copy = Buffer.from(secret.data?.token ?? '', 'base64').toString();
  if (copy !== token) return "Token does not match server's copy";
  const found = objects.peek(serviceAccounts, namespace, account);
  if (found === undefined) return `serviceaccounts ${JSON.stringify(account)} not found`;
  if (isGone(found)) return `ServiceAccount ${namespace}/${account} has been deleted`;
  if (found.metadata.uid !== uid) {
    return `ServiceAccount UID (${found.metadata.uid}) does not match claim (${uid})`;
  }
  if (secret.metadata.labels?.[invalidSince] === undefined) return undefined;
  const what = `the token in secret ${namespace}/${name} for service account ${namespace}/${account} has been marked invalid`;
  return (
    `${what}. Use tokens from the TokenRequest API or manually created secret-based tokens, ` +
    `or remove the '${invalidSince}' label from the secret to temporarily allow use of this token`
  );
}
