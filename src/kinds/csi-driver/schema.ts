import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { boolean, int64, list, listSet, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.storage.v1';

export const TokenRequest = object(`${prefix}.TokenRequest`, 'A token of the pod’s service account, for the driver.', {
  audience: required(1, string, 'Whom the token is for; the API server if it is "".'),
  expirationSeconds: optional(2, int64, 'For how many seconds it is good.'),
});
export interface TokenRequest extends Infer<typeof TokenRequest> {}

export const CSIDriverSpec = object(`${prefix}.CSIDriverSpec`, 'What a storage driver needs and can do.', {
  attachRequired: optional(
    1,
    boolean,
    'Whether volumes are attached to a node first; they are unless this says false.',
  ),
  podInfoOnMount: optional(2, boolean, 'Whether the driver is told for which pod it mounts; not unless given.'),
  volumeLifecycleModes: optional(
    3,
    listSet(string),
    'Which volumes it makes: Persistent, Ephemeral (as long as a pod), or both; Persistent unless given.',
  ),
  storageCapacity: optional(
    4,
    boolean,
    'Whether pods wait until CSIStorageCapacities say that there is room; not unless given.',
  ),
  fsGroupPolicy: optional(
    5,
    string,
    'Whether files get the group that pods ask for: None, File, or ReadWriteOnceWithFSType (as the volume is mounted); the last unless given.',
  ),
  tokenRequests: optional(6, list(TokenRequest), 'Tokens that the driver is handed when it mounts.'),
  requiresRepublish: optional(7, boolean, 'Whether it is asked to mount again from time to time; not unless given.'),
  seLinuxMount: optional(8, boolean, 'Whether it can mount with a label of SELinux; not unless given.'),
  nodeAllocatableUpdatePeriodSeconds: optional(
    9,
    int64,
    'How often, in seconds, nodes ask how many volumes they can have: 10 or more; never again unless given.',
  ),
  serviceAccountTokenInSecrets: optional(
    10,
    boolean,
    'Whether tokens are handed over among the secrets, instead of among the attributes of the volume.',
  ),
  preventPodSchedulingIfMissing: optional(
    11,
    boolean,
    'Whether pods keep away from nodes without the driver; has no effect unless that is switched on.',
  ),
});
export interface CSIDriverSpec extends Infer<typeof CSIDriverSpec> {}

export const CSIDriver = object(
  `${prefix}.CSIDriver`,
  'A storage driver, by the name it goes by; what nodes and controllers must know of it.',
  { ...objectFields, spec: required(2, CSIDriverSpec, 'What it needs and can do.') },
);
export interface CSIDriver extends Stored<Infer<typeof CSIDriver>> {}
