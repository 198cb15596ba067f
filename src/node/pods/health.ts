import type { Millis } from '#base/units.ts';

/** What probes and hooks say of one run of a container. */
export interface Health {
  /** As in `status.started`. */
  readonly started: boolean;
  /** As in `status.ready`. */
  readonly ready: boolean;
  /** Its postStart hook has not ended: containers after it wait. */
  readonly hooking: boolean;
  /** It is to be killed, or was. Kept after its end, as such an end is restarted whatever the exit code. */
  readonly condemned: Condemned | undefined;
}

export interface Condemned {
  /** For the event; the restart is added to it. */
  readonly message: string;
  /** Instead of the pod's. */
  readonly grace: Millis | undefined;
}

/** By the runtime's id. Containers without probes and hooks are missing: they are well as long as they run. */
export type HealthOf = ReadonlyMap<string, Health>;

export const noHealth: HealthOf = new Map();
