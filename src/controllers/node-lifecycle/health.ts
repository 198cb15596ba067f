import type { Millis } from '#base/units.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { timestamp } from '#kinds/meta/time.ts';
import type { Node, NodeCondition } from '#kinds/node/schema.ts';

/** What is remembered of a node's signs of life. */
export interface Pulse {
  /** When the last sign of life was seen, in time that only passes: a node's clock need not be right, and ours may be set. */
  readonly seenAt: Millis;
  /** What the Ready condition says of its time, which may be nothing; undefined without that condition. */
  readonly heartbeat: string | undefined;
  /** What its Lease last said of its renewal. */
  readonly renewal: string | undefined;
}

/** How long a node that has reported before may be silent, and one that never has. */
export interface Grace {
  readonly usual: Millis;
  readonly startup: Millis;
}

/** The grace for leases of so many seconds: upstream's 50 s and 60 s for its leases of 40 s. */
export function graceFor(leaseSeconds: number): Grace {
  return { usual: leaseSeconds * 1250, startup: leaseSeconds * 1500 };
}

const watchedTypes = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The time by both clocks: that on the wall, and the one that only passes. */
export interface Now {
  readonly wall: Millis;
  readonly monotonic: Millis;
}

/** The pulse after looking at the node and its Lease: another heartbeat or renewal is a sign of life, an earlier one too, as the
 *  node's clock may have been set back (upstream takes it for dead until then). Of a node that has never given one the last is that
 *  it was made (spec: nodes-and-scheduling.md section 3.1). */
export function nextPulse(node: Node, renewal: string | undefined, last: Pulse | undefined, now: Now): Pulse {
  const ready = findCondition(node.status.conditions, 'Ready');
  const heartbeat = ready === undefined ? undefined : (ready.lastHeartbeatTime ?? '');
  const isRenewed = renewal !== undefined && renewal !== last?.renewal;
  const isAlive = isRenewed || (last === undefined ? ready !== undefined : last.heartbeat !== heartbeat);
  const seenAt = isAlive ? now.monotonic : (last?.seenAt ?? now.monotonic - ageOf(node, now.wall));
  return { seenAt, heartbeat, renewal: isRenewed ? renewal : last?.renewal };
}

function ageOf({ metadata }: Node, now: Millis): Millis {
  return Math.max(0, now - Date.parse(metadata.creationTimestamp));
}

/** Until when the node is given credit, in the time of its pulse. */
export function graceEnd(node: Node, pulse: Pulse, grace: Grace): Millis {
  const hasReported = findCondition(node.status.conditions, 'Ready') !== undefined;
  return pulse.seenAt + (hasReported ? grace.usual : grace.startup);
}

/** The conditions of a node that has fallen silent: nobody knows how it is. Undefined when they say so already. */
export function silentConditions(node: Node, now: Millis): readonly NodeCondition[] | undefined {
  const conditions = node.status.conditions ?? [];
  if (findCondition(conditions, 'Ready')?.status === 'Unknown') return undefined;
  const lastTransitionTime = timestamp(now);
  const changed = conditions.map((condition): NodeCondition => {
    if (!watchedTypes.includes(condition.type) || condition.status === 'Unknown') return condition;
    const message = 'Kubelet stopped posting node status.';
    return { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message, lastTransitionTime };
  });
  const missing = watchedTypes
    .filter((type) => findCondition(conditions, type) === undefined)
    .map(
      (type): NodeCondition => ({
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata.creationTimestamp,
        lastTransitionTime,
      }),
    );
  return [...changed, ...missing];
}

/** "True", "False" or "Unknown"; a node without the condition is Unknown. */
export function readiness(node: Node): string {
  return findCondition(node.status.conditions, 'Ready')?.status ?? 'Unknown';
}
