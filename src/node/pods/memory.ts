import type { Millis } from '#base/units.ts';
import type { FailedStart } from '#node/pods/instance.ts';
import type { BackOff } from '#node/pods/restart.ts';
import type { Sandbox } from '#node/runtime/runtime.ts';

/** Why and how a pod is being torn down. Once set it stays: a pod that is ending never runs again on this node (spec:
 *  node-agent.md section 2). */
export interface Ending {
  readonly why: 'deleted' | 'removed' | 'finished' | 'completed' | 'deadline' | 'rejected';
  /** For `status.reason` and `status.message`; empty when the exit codes say it all. */
  readonly reason: string;
  readonly message: string;
  readonly since: Millis;
  readonly grace: Millis;
}

/** A container that cannot be created for now; tried again at `retryAt`. */
export interface Blocked {
  readonly reason: string;
  /** Empty when users are told by an event alone. */
  readonly message: string;
  /** How long it waits this time. */
  readonly delay: Millis;
  readonly retryAt: Millis;
}

/** What the worker of a pod remembers that neither the API nor the runtime knows. Lost when the agent restarts, as it is
 *  upstream (spec: node-agent.md section 32.1). */
export interface PodMemory {
  /** When this worker first saw the pod: its start time, unless the API has one. */
  readonly seenAt: Millis;
  readonly sandbox: Sandbox | undefined;
  readonly ending: Ending | undefined;
  readonly failedStarts: readonly FailedStart[];
  readonly blocked: ReadonlyMap<string, Blocked>;
  readonly backOffs: ReadonlyMap<string, BackOff>;
  /** Runs that were stopped as the pod asks for another image now, by runtime id: the next one follows in any case. */
  readonly outdated: ReadonlySet<string>;
  /** Last words of ended containers, by runtime id. */
  readonly messages: ReadonlyMap<string, string>;
}

/** Of a pod that the agent has just met, be it new or found running. */
export function newMemory(seenAt: Millis, sandbox: Sandbox | undefined): PodMemory {
  return {
    seenAt,
    sandbox,
    ending: undefined,
    failedStarts: [],
    blocked: new Map(),
    backOffs: new Map(),
    outdated: new Set(),
    messages: new Map(),
  };
}
