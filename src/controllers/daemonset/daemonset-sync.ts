import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { planManage } from '#controllers/daemonset/manage.ts';
import type { Followed, Memory } from '#controllers/daemonset/memory.ts';
import { type Newest, templateGenerationOf } from '#controllers/daemonset/pod-facts.ts';
import type { Changes, PodWriter } from '#controllers/daemonset/pod-writer.ts';
import type { History, RevisionHistory } from '#controllers/daemonset/revision-history.ts';
import { planRollingUpdate } from '#controllers/daemonset/rolling-update.ts';
import { countNodes, nextAvailability, withCounts } from '#controllers/daemonset/status.ts';
import { type View, viewOf } from '#controllers/daemonset/view.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { isConflict, isNotFound } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { isControlledBy } from '#kinds/meta/owners.ts';
import { selectorOf } from '#kinds/meta/selector.ts';
import type { Node } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { byController, candidatesOf } from '#reconcile/adoption.ts';
import { claimDependents } from '#reconcile/claim.ts';
import type { ReconcileResult } from '#reconcile/controller.ts';
import type { Recorder } from '#reconcile/event-recorder.ts';
import type { Informer } from '#reconcile/informer.ts';

const controllerIndex = 'controller';

export interface DaemonSetSyncDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly daemonSets: Informer<DaemonSet>;
  readonly pods: Informer<Pod>;
  readonly nodes: Informer<Node>;
  readonly revisions: { readonly revision: number };
  readonly recorder: Recorder;
  readonly memory: Memory;
  readonly history: RevisionHistory;
  readonly writer: PodWriter;
}

/** One pass over one DaemonSet: observe, decide, act, count (spec: daemonset.md section 5). What is decided, and why, stands
 *  in the pure parts; here they are called in order. */
export class DaemonSetSync {
  private readonly deps: DaemonSetSyncDeps;

  constructor(deps: DaemonSetSyncDeps) {
    this.deps = deps;
    deps.pods.addIndex(controllerIndex, byController);
  }

  /** Throws when an API call failed or a cache lags behind our own writes; the status tells how far things got. */
  async run(key: string): Promise<ReconcileResult> {
    const daemonSet = this.deps.daemonSets.get(key);
    if (daemonSet === undefined || daemonSet.metadata.deletionTimestamp !== undefined) return 'done';
    this.assertFresh(daemonSet);
    try {
      return await this.sync(daemonSet);
    } finally {
      // Deleted meanwhile: what this pass noted must not stay for ever.
      const { uid } = daemonSet.metadata;
      if (this.deps.daemonSets.get(key)?.metadata.uid !== uid) this.deps.memory.forget(uid);
    }
  }

  /** A cache older than our own last write would have us do things twice. */
  private assertFresh({ metadata }: DaemonSet): void {
    const remembered = this.deps.memory.of(metadata.uid);
    const followed: readonly Followed[] = ['daemonSets', 'pods', 'revisions'];
    remembered.waiting = followed.some((cache) => this.deps[cache].revision < remembered.written[cache]);
    if (remembered.waiting) throw new Error('Cannot sync the DaemonSet yet: the caches are older than its last write');
  }

  private async sync(daemonSet: DaemonSet): Promise<ReconcileResult> {
    const { memory, history } = this.deps;
    const { uid, generation = 0 } = daemonSet.metadata;
    const claimed = await this.claim(daemonSet);
    const settled = await history.settle(daemonSet, memory.compiledOf(daemonSet).snapshot, claimed);
    const newest = { hash: settled.hash, generation: templateGenerationOf(daemonSet) };
    if (!memory.deletions.satisfied(uid)) {
      return this.report(this.view(daemonSet, newest, settled.pods), undefined, undefined);
    }
    const view = this.view(daemonSet, newest, settled.pods);
    try {
      const { changed, lookAfter } = await this.act(view, settled);
      return await this.report(changed ? this.viewNow(daemonSet, newest) : view, generation, lookAfter);
    } catch (error) {
      await this.report(this.viewNow(daemonSet, newest), generation, undefined);
      throw error;
    }
  }

  private claim(daemonSet: DaemonSet): Promise<readonly Pod[]> {
    const { client, memory } = this.deps;
    const written = (pod: Pod): void => memory.note(daemonSet.metadata.uid, 'pods', pod);
    const candidates = candidatesOf(this.deps.pods, controllerIndex, daemonSet);
    const claimant = { client, owners: daemonSets, dependents: pods, written };
    return claimDependents(claimant, daemonSet, selectorOf(daemonSet.spec.selector), candidates);
  }

  private view(daemonSet: DaemonSet, newest: Newest, owned: readonly Pod[]): View {
    const { nodes, clock, memory } = this.deps;
    const { placement } = memory.compiledOf(daemonSet);
    return viewOf({ daemonSet, newest, nodes: nodes.list(), pods: owned, placement, now: clock.now() });
  }

  /** As the caches show it by now, after what this pass has done. */
  private viewNow(daemonSet: DaemonSet, newest: Newest): View {
    const candidates = candidatesOf(this.deps.pods, controllerIndex, daemonSet);
    return this.view(
      daemonSet,
      newest,
      candidates.filter((pod) => isControlledBy(pod, daemonSet)),
    );
  }

  private async act(view: View, history: History): Promise<Acted> {
    const { memory, writer } = this.deps;
    const { daemonSet, newest } = view;
    const key = (nodeName: string): string => failureKey(daemonSet, nodeName);
    const managed = planManage(view, (nodeName) => memory.failures.remaining(key(nodeName)));
    for (const { nodeName } of managed.failed) memory.failures.next(key(nodeName));
    this.tellEnds(daemonSet, managed);
    const rolls = isNothing(managed) && daemonSet.spec.updateStrategy.type === 'RollingUpdate';
    const changes = rolls ? planRollingUpdate(view) : managed;
    const { more } = await writer.perform(daemonSet, newest, changes);
    await this.deps.history.trim(daemonSet, history);
    return { changed: !isNothing(changes), lookAfter: more ? 0 : managed.lookAfter };
  }

  private tellEnds(daemonSet: DaemonSet, { failed, succeeded }: ReturnType<typeof planManage>): void {
    const { recorder } = this.deps;
    for (const { pod, nodeName } of failed) {
      const text = `Found failed daemon pod ${keyOf(pod.metadata)} on node ${nodeName}, will try to kill it`;
      recorder.event(daemonSet, 'Warning', 'FailedDaemonPod', text);
    }
    for (const { pod, nodeName } of succeeded) {
      const text = `Found succeeded daemon pod ${keyOf(pod.metadata)} on node ${nodeName}, will try to delete it`;
      recorder.event(daemonSet, 'Normal', 'SucceededDaemonPod', text);
    }
  }

  /** Writes the numbers if they changed; a pass that got to its end also says which generation they are about. */
  private async report(
    view: View,
    generation: number | undefined,
    lookAfter: Millis | undefined,
  ): Promise<ReconcileResult> {
    const { daemonSet, now } = view;
    const counts = countNodes(view);
    const { uid } = daemonSet.metadata;
    for (let current = daemonSet, tries = 1; ; tries++) {
      const status = withCounts(current.status, counts, generation);
      if (status === current.status) break;
      try {
        const written = await this.deps.client.update(daemonSets, { ...current, status }, { subresource: 'status' });
        this.deps.memory.note(uid, 'daemonSets', written);
        break;
      } catch (error) {
        if (isNotFound(error)) break;
        if (!isConflict(error) || tries > 1) throw error;
        current = await this.deps.client.get(daemonSets, daemonSet.metadata);
        if (current.metadata.uid !== uid) break;
      }
    }
    const next = nextAvailability(view);
    const waits = [lookAfter, next === undefined ? undefined : next - now].filter((wait) => wait !== undefined);
    return waits.length === 0 ? 'done' : { after: Math.min(...waits) };
  }
}

interface Acted {
  readonly changed: boolean;
  /** When to look again, in milliseconds from now, if there is a reason to. */
  readonly lookAfter: Millis | undefined;
}

function isNothing({ create, remove }: Changes): boolean {
  return create.length === 0 && remove.length === 0;
}

/** A new template is a new chance: its failures count from the beginning. */
function failureKey({ metadata, status }: DaemonSet, nodeName: string): string {
  return `${metadata.uid}/${status.observedGeneration ?? 0}/${nodeName}`;
}
