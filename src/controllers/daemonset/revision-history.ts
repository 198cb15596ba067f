import { jsonEqual } from '#base/json.ts';
import type { Client, Patch } from '#client/client.ts';
import type { Memory } from '#controllers/daemonset/memory.ts';
import { hashOf } from '#controllers/daemonset/pod-facts.ts';
import { planRevisions, revisionLabel, surplusRevisions } from '#controllers/daemonset/revisions.ts';
import { revisionHash, type Snapshot } from '#controllers/daemonset/snapshot.ts';
import { controllerRevisions } from '#kinds/controller-revision/controller-revision.ts';
import type { ControllerRevision } from '#kinds/controller-revision/schema.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import { revisionHashLabel } from '#kinds/daemon-set/labels.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { isAlreadyExists, isNotFound } from '#kinds/meta/errors.ts';
import { ownerReference } from '#kinds/meta/owners.ts';
import { selectorOf } from '#kinds/meta/selector.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { byController, candidatesOf } from '#reconcile/adoption.ts';
import { claimDependents } from '#reconcile/claim.ts';
import type { Informer } from '#reconcile/informer.ts';

const controllerIndex = 'controller';

/** Today's revision and the earlier ones, and the pods as they are after putting both in order. */
export interface History {
  readonly hash: string;
  readonly old: readonly ControllerRevision[];
  readonly pods: readonly Pod[];
}

/** Keeps the templates a DaemonSet had as ControllerRevisions (spec: daemonset.md section 10). */
export class RevisionHistory {
  private readonly client: Client;
  private readonly cache: Informer<ControllerRevision>;
  private readonly memory: Memory;

  constructor(client: Client, cache: Informer<ControllerRevision>, memory: Memory) {
    this.client = client;
    this.cache = cache;
    this.memory = memory;
    cache.addIndex(controllerIndex, byController);
  }

  /** Makes sure that today's template has exactly one revision, the newest. Throws when that could not be done. */
  async settle(daemonSet: DaemonSet, snapshot: Snapshot, owned: readonly Pod[]): Promise<History> {
    const claimed = await this.claim(daemonSet);
    const labelled = await Promise.all(claimed.map((one) => this.withLabel(daemonSet, one)));
    const plan = planRevisions(labelled, snapshot);
    if (plan.current === undefined) {
      const created = await this.create(daemonSet, snapshot, plan.number);
      return { hash: revisionLabel(created), old: plan.old, pods: owned };
    }
    const hash = revisionLabel(plan.current);
    const kept = await this.mergeInto(daemonSet, hash, plan.duplicates, owned);
    if (plan.current.revision !== plan.number) {
      await this.patch(daemonSet, plan.current, { revision: plan.number });
    }
    return { hash, old: plan.old, pods: kept };
  }

  /** Deletes old revisions above the limit. */
  async trim(daemonSet: DaemonSet, { old, pods: live }: History): Promise<void> {
    const { revisionHistoryLimit = 10 } = daemonSet.spec;
    await Promise.all(surplusRevisions(old, revisionHistoryLimit, live).map((one) => this.remove(one)));
  }

  private claim(daemonSet: DaemonSet): Promise<readonly ControllerRevision[]> {
    const { uid } = daemonSet.metadata;
    const written = (object: ControllerRevision): void => this.memory.note(uid, 'revisions', object);
    const claimant = { client: this.client, owners: daemonSets, dependents: controllerRevisions, written };
    const candidates = candidatesOf(this.cache, controllerIndex, daemonSet);
    return claimDependents(claimant, daemonSet, selectorOf(daemonSet.spec.selector), candidates);
  }

  private async withLabel(daemonSet: DaemonSet, revision: ControllerRevision): Promise<ControllerRevision> {
    const { name, labels } = revision.metadata;
    if (labels?.[revisionHashLabel] !== undefined) return revision;
    return this.patch(daemonSet, revision, { metadata: { labels: { [revisionHashLabel]: name } } });
  }

  /** Of revisions with the same template one stays; pods of the others become pods of that one, and run on. */
  private async mergeInto(
    daemonSet: DaemonSet,
    hash: string,
    duplicates: readonly ControllerRevision[],
    owned: readonly Pod[],
  ): Promise<readonly Pod[]> {
    if (duplicates.length === 0) return owned;
    const gone = new Set<string | undefined>(duplicates.map(revisionLabel));
    gone.delete(hash);
    const kept = await Promise.all(
      owned.map((pod) => (gone.has(hashOf(pod)) ? this.relabel(daemonSet, pod, hash) : pod)),
    );
    await Promise.all(duplicates.map((one) => this.remove(one)));
    return kept.filter((pod) => pod !== undefined);
  }

  private async relabel({ metadata }: DaemonSet, pod: Pod, hash: string): Promise<Pod | undefined> {
    const body = { metadata: { uid: pod.metadata.uid, labels: { [revisionHashLabel]: hash } } };
    try {
      const relabelled = await this.client.patch(pods, pod.metadata, { type: 'strategic', body });
      this.memory.note(metadata.uid, 'pods', relabelled);
      return relabelled;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  private async patch(
    { metadata }: DaemonSet,
    revision: ControllerRevision,
    body: object,
  ): Promise<ControllerRevision> {
    const patch: Patch = { type: 'strategic', body };
    const patched = await this.client.patch(controllerRevisions, revision.metadata, patch);
    this.memory.note(metadata.uid, 'revisions', patched);
    return patched;
  }

  private async remove({ metadata }: ControllerRevision): Promise<void> {
    try {
      await this.client.delete(controllerRevisions, metadata, { preconditions: { uid: metadata.uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private async create(daemonSet: DaemonSet, snapshot: Snapshot, revision: number): Promise<ControllerRevision> {
    const { name, namespace, uid, annotations } = daemonSet.metadata;
    const hash = revisionHash(snapshot, daemonSet.status.collisionCount);
    const labels = { ...daemonSet.spec.template.metadata.labels, [revisionHashLabel]: hash };
    const metadata = {
      name: `${name}-${hash}`,
      namespace,
      labels,
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [ownerReference(daemonSet, daemonSets)],
    };
    try {
      const created = await this.client.create(controllerRevisions, { metadata, data: snapshot.data, revision });
      this.memory.note(uid, 'revisions', created);
      return created;
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const present = await this.client.get(controllerRevisions, metadata);
      if (jsonEqual(present.data, snapshot.data)) return present;
      await this.countCollision(daemonSet);
      throw error;
    }
  }

  /** Another template has the name: the next try will take another one (spec: daemonset.md section 10.4). */
  private async countCollision({ metadata, status }: DaemonSet): Promise<void> {
    const live = await this.client.get(daemonSets, metadata);
    if (live.status.collisionCount !== status.collisionCount) return;
    const counted = { ...live.status, collisionCount: (status.collisionCount ?? 0) + 1 };
    const written = await this.client.update(daemonSets, { ...live, status: counted }, { subresource: 'status' });
    this.memory.note(metadata.uid, 'daemonSets', written);
  }
}
