import { jsonEqual } from '#base/json.ts';
import type { CSIDriver, CSIDriverSpec, TokenRequest } from '#kinds/csi-driver/schema.ts';
import { checkImmutable, checkOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

/** Fills in what a driver leaves out (storage.k8s.io/v1 CSIDriverSpec). */
export function defaultDriver({ spec }: Draft<CSIDriver>): void {
  spec.attachRequired ??= true;
  spec.podInfoOnMount ??= false;
  spec.storageCapacity ??= false;
  spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
  spec.volumeLifecycleModes ??= ['Persistent'];
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
}

/** Nothing keeps pods from nodes that lack a driver: upstream drops the wish while the feature is off. */
export function dropDisabled({ spec }: Draft<CSIDriver>, old?: CSIDriver): void {
  if (old?.spec.preventPodSchedulingIfMissing === undefined) delete spec.preventPodSchedulingIfMissing;
}

/** Drivers count their generations from their first change on. */
export function countChange(draft: Draft<CSIDriver>, old: CSIDriver): void {
  if (!jsonEqual(draft.spec, old.spec)) draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

/** Findings on a new driver, as upstream words them. */
export function validateDriver({ spec }: CSIDriver): Findings {
  const { fsGroupPolicy, tokenRequests = [], volumeLifecycleModes = [] } = spec;
  return [
    ...checkOneOf('spec.fsGroupPolicy', fsGroupPolicy, ['File', 'None', 'ReadWriteOnceWithFSType']),
    ...tokenRequests.flatMap((request, index) => validateToken(request, index, tokenRequests)),
    ...volumeLifecycleModes.flatMap((mode) =>
      checkOneOf('spec.volumeLifecycleModes', mode, ['Persistent', 'Ephemeral']),
    ),
    ...validatePeriod(spec),
    ...validateSecrets(spec),
  ];
}

/** Findings on a change: how volumes come to nodes stays. Upstream names the first field as it does on a create. */
export function validateDriverUpdate(driver: CSIDriver, old: CSIDriver): Findings {
  const [now, before] = [driver.spec, old.spec];
  return [
    ...validateDriver(driver),
    ...checkImmutable('spec.attachedRequired', now.attachRequired, before.attachRequired),
    ...checkImmutable('spec.volumeLifecycleModes', now.volumeLifecycleModes, before.volumeLifecycleModes),
  ];
}

const tokenSecondsMin = 600;
const tokenSecondsMax = 2 ** 32;

function validateToken(request: TokenRequest, index: number, all: readonly TokenRequest[]): Findings {
  const field = `spec.tokenRequests[${index}]`;
  const { audience, expirationSeconds: seconds } = request;
  if (all.findIndex((other) => other.audience === audience) < index) {
    return [fieldError.duplicate(`${field}.audience`, audience)];
  }
  if (seconds === undefined) return [];
  const wrong = (why: string): Findings => [fieldError.invalid(`${field}.expirationSeconds`, seconds, why)];
  if (seconds < tokenSecondsMin) return wrong('may not specify a duration less than 10 minutes');
  return seconds > tokenSecondsMax ? wrong('may not specify a duration larger than 2^32 seconds') : [];
}

function validatePeriod({ nodeAllocatableUpdatePeriodSeconds: seconds }: CSIDriverSpec): Findings {
  if (seconds === undefined || seconds >= 10) return [];
  const why = 'must be greater than or equal to 10 seconds';
  return [fieldError.invalid('spec.nodeAllocatableUpdatePeriodSeconds', seconds, why)];
}

function validateSecrets({ serviceAccountTokenInSecrets: inSecrets, tokenRequests = [] }: CSIDriverSpec): Findings {
  if (inSecrets === undefined || tokenRequests.length > 0) return [];
  const why = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
  return [fieldError.invalid('spec.serviceAccountTokenInSecrets', inSecrets, why)];
}

/** Tokens among the attributes of a volume may end up in logs. */
export function driverWarnings({ spec }: CSIDriver, old: CSIDriver | undefined): readonly string[] {
  const { tokenRequests = [], serviceAccountTokenInSecrets } = spec;
  if (tokenRequests.length === 0 || serviceAccountTokenInSecrets !== undefined) return [];
  if (old !== undefined && jsonEqual(tokenRequests, old.spec.tokenRequests ?? [])) return [];
  return [
    'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, ' +
      'set to true to prevent possible logging of tokens in volume attributes',
  ];
}
