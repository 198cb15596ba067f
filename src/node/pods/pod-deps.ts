import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { RandomStream } from '#base/random.ts';
import type { Client } from '#client/client.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { NodeAdmission } from '#node/pods/admission.ts';
import type { PodFacts } from '#node/pods/downward.ts';
import type { KnownObjects } from '#node/pods/known-objects.ts';
import type { KnownServices } from '#node/pods/known-services.ts';
import type { PodEvents } from '#node/pods/pod-events.ts';
import type { BackOffLimits } from '#node/pods/restart.ts';
import type { RuntimeView } from '#node/pods/runtime-view.ts';
import type { ServiceAddress } from '#node/pods/service-variables.ts';
import type { Runtime } from '#node/runtime/runtime.ts';

/** What all pod workers of a node share. */
export interface PodDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jitter: RandomStream;
  readonly runtime: Runtime;
  readonly view: RuntimeView;
  readonly events: PodEvents;
  readonly admission: NodeAdmission;
  /** The node as it is now. */
  readonly readNode: () => Promise<Node>;
  readonly objects: KnownObjects;
  readonly services: KnownServices;
  readonly hostIP: string;
  readonly allocatable: PodFacts['allocatable'];
  readonly apiServer: () => ServiceAddress | undefined;
  readonly limits: BackOffLimits;
  /** The worker has cleaned up after a pod that is gone. */
  readonly onGone: (podUid: string) => void;
}
