import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { AnyContainer } from '#kinds/pod/security/finding.ts';
import type { ServiceAccount } from '#kinds/service-account/schema.ts';

const annotation = 'kubernetes.io/enforce-mountable-secrets';
const yes = ['1', 't', 'T', 'true', 'TRUE', 'True'];

/** Whether pods of the account may name only those secrets that the account lists. */
export function limitsSecrets({ metadata }: ServiceAccount): boolean {
  return yes.includes(metadata.annotations?.[annotation] ?? '');
}

/** Which secret of a pod its account does not list, as a text; undefined if it lists all of them. */
export function unlistedSecret(account: ServiceAccount, spec: PodSpec): string | undefined {
  const [volume] = (spec.volumes ?? []).flatMap(({ secret }) => {
    const name = secret?.secretName;
    return name === undefined || isListed(account, name) ? [] : [`volume with ${named(name)}`];
  });
  const found =
    volume ??
    unlistedUse(account, 'init container', spec.initContainers) ??
    unlistedUse(account, 'container', spec.containers);
  if (found !== undefined) return refused(account, found);
  const pullable = (account.imagePullSecrets ?? []).map(({ name }) => name);
  const pulled = (spec.imagePullSecrets ?? []).map(({ name = '' }) => name);
  const index = pulled.findIndex((name) => !pullable.includes(name));
  if (index < 0) return undefined;
  return refused(account, `imagePullSecrets[${index}].name="${pulled[index]}"`, 'imagePullSecret');
}

/** As `unlistedSecret`, for the containers that were added to a running pod. */
export function unlistedEphemeralSecret(account: ServiceAccount, spec: PodSpec): string | undefined {
  const found = unlistedUse(account, 'ephemeral container', spec.ephemeralContainers);
  return found === undefined ? undefined : refused(account, found);
}

function unlistedUse(
  account: ServiceAccount,
  what: string,
  containers: readonly AnyContainer[] = [],
): string | undefined {
  for (const { name, env = [], envFrom = [] } of containers) {
    for (const { name: variable, valueFrom } of env) {
      const secret = valueFrom?.secretKeyRef;
      if (secret === undefined || isListed(account, secret.name)) continue;
      return `${what} ${name} with envVar ${variable} referencing ${named(secret.name)}`;
    }
    for (const { secretRef } of envFrom) {
      if (secretRef === undefined || isListed(account, secretRef.name)) continue;
      return `${what} ${name} with envFrom referencing ${named(secretRef.name)}`;
    }
  }
  return undefined;
}

function isListed({ secrets = [] }: ServiceAccount, name = ''): boolean {
  return secrets.some((secret) => secret.name === name);
}

function named(secret = ''): string {
  return `secret.secretName="${secret}"`;
}

function refused({ metadata }: ServiceAccount, use: string, what = 'secret'): string {
  return `${use} is not allowed because service account ${metadata.name} does not reference that ${what}`;
}
