import type { Clock } from '#base/clock.ts';
import type { Client } from '#client/client.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { SchedulerEvents } from '#scheduler/events.ts';
import type { Victims } from '#scheduler/preemption.ts';

export interface VerdictsDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly events: SchedulerEvents;
}

/** Carries out what was decided about a pod: requests and events, in upstream's words (spec: nodes-and-scheduling.md
 *  sections 7.6, 7.7, 7.9). Every method throws what the API answers. */
export class Verdicts {
  private readonly client: Client;
  private readonly clock: Clock;
  private readonly events: SchedulerEvents;

  constructor({ client, clock, events }: VerdictsDeps) {
    this.client = client;
    this.clock = clock;
    this.events = events;
  }

  async bind(pod: Pod, node: string): Promise<void> {
    const { namespace, name, uid } = pod.metadata;
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { namespace, name, uid },
      target: { kind: 'Node', name: node },
    };
    await this.client.createSubresource(pods, { namespace, name }, 'binding', body);
    const message = `Successfully assigned ${namespace}/${name} to ${node}`;
    this.events.note({ pod, type: 'Normal', reason: 'Scheduled', action: 'Binding', message });
  }

  /** The pod found no node. `nominated`: the node it was promised a place on, if any. */
  async refused(
    pod: Pod,
    reason: 'Unschedulable' | 'SchedulerError',
    message: string,
    nominated: string | undefined,
  ): Promise<void> {
    this.events.note({ pod, type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', message });
    const condition = { type: 'PodScheduled', status: 'False', reason, message };
    const known = findCondition(pod.status.conditions, 'PodScheduled');
    const same = known?.status === 'False' && known.reason === reason && known.message === message;
    if (same && pod.status.nominatedNodeName === nominated) return;
    await this.patchStatus(pod, condition, known?.status, {
      ...(pod.status.nominatedNodeName === nominated ? {} : { nominatedNodeName: nominated ?? null }),
    });
  }

  /** The place that the pod was promised has been promised to a more important one. */
  async withdrawn({ metadata: { namespace, name, uid } }: Pod): Promise<void> {
    const body = { metadata: { uid }, status: { nominatedNodeName: null } };
    await this.client.patch(pods, { namespace, name }, { type: 'strategic', body }, { subresource: 'status' });
  }

  /** The pod is being deleted: it needs no node. */
  skipped(pod: Pod): void {
    const message = `skip schedule deleting pod: ${pod.metadata.namespace}/${pod.metadata.name}`;
    this.events.note({ pod, type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', message });
  }

  /** Lets the victims end gracefully, all at once. */
  async preempt(pod: Pod, { load, pods: victims }: Victims): Promise<void> {
    await Promise.all(victims.map((victim) => this.evict(victim, pod, load.name)));
  }

  private async evict(victim: Pod, pod: Pod, node: string): Promise<void> {
    if (victim.metadata.deletionTimestamp !== undefined) return;
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    };
    const { namespace, name, uid } = victim.metadata;
    try {
      await this.patchStatus(victim, condition, findCondition(victim.status.conditions, condition.type)?.status, {});
      await this.client.delete(pods, { namespace, name }, { preconditions: { uid } });
    } catch (error) {
      // It has gone by itself, which is as good.
      if (isNotFound(error)) return;
      throw error;
    }
    const message = `Preempted by pod ${pod.metadata.uid} on node ${node}`;
    this.events.note({ pod: victim, type: 'Normal', reason: 'Preempted', action: 'Preempting', message, related: pod });
  }

  private async patchStatus(
    pod: Pod,
    condition: { readonly type: string; readonly status: string; readonly reason: string; readonly message: string },
    before: string | undefined,
    more: { readonly nominatedNodeName?: string | null },
  ): Promise<void> {
    const { namespace, name, uid, generation } = pod.metadata;
    const changed = {
      ...condition,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      ...(before === condition.status ? {} : { lastTransitionTime: timestamp(this.clock.now()) }),
    };
    const body = { metadata: { uid }, status: { conditions: [changed], ...more } };
    await this.client.patch(pods, { namespace, name }, { type: 'strategic', body }, { subresource: 'status' });
  }
}
