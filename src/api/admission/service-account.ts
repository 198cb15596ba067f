import { type Clock, sleep } from '#base/clock.ts';
import type { RandomStream } from '#base/random.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { ServiceAccount } from '#kinds/service-account/schema.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { podReferences } from '../access/pod-references.ts';
import { plainError } from '../metadata.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';
import { limitsSecrets, unlistedEphemeralSecret, unlistedSecret } from './mountable-secrets.ts';
import { asPod, createsPod, isMirror, type PodDraft } from './pods.ts';

const defaultAccount = 'default';
/** The account `default` is made by a controller, which may need a moment after its namespace was created. */
const lookupTries = 10;
const lookupPauseMs = 150;

const volumePrefix = 'kube-api-access-';
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const tokenSeconds = 3607;

export interface ServiceAccountParts {
  readonly objects: ObjectStore;
  readonly clock: Clock;
  readonly names: RandomStream;
}

/** Every pod runs under a service account that exists, and gets its token mounted unless it does not want it
 *  (spec: api.md section 18, nodes-and-scheduling.md section 11). */
export function serviceAccount(parts: ServiceAccountParts): AdmissionPlugin {
  return {
    name: 'ServiceAccount',
    handles: (resource, subresource, operation) =>
      createsPod(resource, subresource, operation) ||
      (operation === 'UPDATE' && subresource === 'ephemeralcontainers' && resource.plural === pods.plural),
    admit: (draft, request) => {
      const pod = asPod(draft);
      if (request.operation === 'UPDATE') return;
      return isMirror(pod) ? refuseAccountUse(pod, request) : completePod(parts, pod, request);
    },
    validate: (object, request) =>
      request.operation === 'UPDATE' ? limitAdded(parts, object as Pod, request) : undefined,
  };
}

/** Containers that are added to a running pod name no secrets that its account does not list, if the account says so. */
async function limitAdded(parts: ServiceAccountParts, { spec }: Pod, request: AdmissionRequest): Promise<void> {
  const { serviceAccountName = '' } = spec;
  if (serviceAccountName === '') {
    const why = `no service account specified for pod ${request.namespace}/${request.name}`;
    throw apiErrors.forbidden(pods, request.name, why);
  }
  const account = await lookUp(parts, request, serviceAccountName);
  const unlisted = limitsSecrets(account) ? unlistedEphemeralSecret(account, spec) : undefined;
  if (unlisted !== undefined) throw plainError(unlisted);
}

async function completePod(parts: ServiceAccountParts, pod: PodDraft, request: AdmissionRequest): Promise<void> {
  const { spec } = pod;
  const name = spec.serviceAccountName || defaultAccount;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
  const account = await lookUp(parts, request, name);
  const automount = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
  if (automount) mountToken(pod, parts.names);
  if ((spec.imagePullSecrets ?? []).length === 0 && account.imagePullSecrets !== undefined) {
    spec.imagePullSecrets = account.imagePullSecrets.map((reference) => ({ ...reference }));
  }
  const unlisted = limitsSecrets(account) ? unlistedSecret(account, spec as PodSpec) : undefined;
  if (unlisted !== undefined) throw apiErrors.forbidden(pods, request.name, unlisted);
}

async function lookUp(parts: ServiceAccountParts, request: AdmissionRequest, name: string): Promise<ServiceAccount> {
  const { objects, clock } = parts;
  const { namespace = '' } = request;
  const tries = name === defaultAccount ? lookupTries : 1;
  for (let tried = 1; ; tried++) {
    const account = objects.peek(serviceAccounts, namespace, name);
    if (account !== undefined) return account;
    if (tried >= tries) break;
    await sleep(clock, lookupPauseMs, request.context.signal);
  }
  const why = `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`;
  throw apiErrors.forbidden(pods, request.name, why);
}

function mountToken({ spec }: PodDraft, names: RandomStream): void {
  const present = spec.volumes?.find((volume) => volume.name.startsWith(volumePrefix));
  const volumeName = present?.name ?? volumePrefix + names.text(5, suffixAlphabet);
  let mounted = false;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    if (container.volumeMounts?.some((mount) => mount.mountPath === mountPath)) continue;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name: volumeName, readOnly: true, mountPath }];
    mounted = true;
  }
  if (mounted && present === undefined) spec.volumes = [...(spec.volumes ?? []), tokenVolume(volumeName)];
}

type VolumeDraft = NonNullable<PodDraft['spec']['volumes']>[number];

/** The token, the cluster's certificate authority and the namespace's name, as files. The second ConfigMap is one that the
 *  reference server projects too; whoever publishes `kube-root-ca.crt` publishes it beside that. */
function tokenVolume(name: string): VolumeDraft {
  const fieldRef = { apiVersion: 'v1', fieldPath: 'metadata.namespace' };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef }] } },
        { configMap: { name: 'openshift-service-ca.crt', items: [{ key: 'service-ca.crt', path: 'service-ca.crt' }] } },
      ],
      defaultMode: 0o644,
    },
  };
}

/** A mirror pod is the image of something a node runs without the API: it can have no account and no secrets. */
function refuseAccountUse(pod: PodDraft, request: AdmissionRequest): void {
  const { spec } = pod;
  const refuse = (why: string): never => {
    throw apiErrors.forbidden(pods, request.name, why);
  };
  if (spec.serviceAccountName) refuse('a mirror pod may not reference service accounts');
  if (podReferences(pod as Pod).secrets.size > 0) refuse('a mirror pod may not reference secrets');
  const sources = (spec.volumes ?? []).flatMap((volume) => volume.projected?.sources ?? []);
  if (sources.some((source) => source.serviceAccountToken !== undefined)) {
    refuse('a mirror pod may not use ServiceAccountToken volume projections');
  }
}
