import type { Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import {
  type Grace,
  graceEnd,
  graceFor,
  nextPulse,
  type Pulse,
  readiness,
  silentConditions,
} from '#controllers/node-lifecycle/health.ts';
import { missingLabels } from '#controllers/node-lifecycle/labels.ts';
import {
  isReadinessNoExecute,
  plannedTaints,
  readinessTaint,
  withoutEviction,
} from '#controllers/node-lifecycle/taints.ts';
import { evictionInterval, zoneOf, zoneState, zonesOf } from '#controllers/node-lifecycle/zones.ts';
import { leases } from '#kinds/lease/lease.ts';
import type { Lease } from '#kinds/lease/schema.ts';
import { findCondition } from '#kinds/meta/conditions.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node, Taint } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { type Controller, type ControllerDeps, type ReconcileResult, runController } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import type { Informer } from '#reconcile/informer.ts';
import { indexByNode, podsOnNode } from '#reconcile/pod-indexes.ts';
import type { NamedQueue } from '#reconcile/queue-metrics.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

const leaseNamespace = 'kube-node-lease';
const leaseSecondsDefault = 40;
const ttlAnnotation = 'node.alpha.kubernetes.io/ttl';

export interface NodeLifecycleDeps extends ControllerDeps {
  /** How long the Leases of nodes last; upstream's 40 s unless given. An eighth of that passes between two looks. */
  readonly leaseSeconds?: number | undefined;
}

/** Watches over the nodes' signs of life, and keeps conditions, taints and the readiness of their pods in line with them
 *  (spec: nodes-and-scheduling.md section 3). Keys of its queue are node names. */
export function createNodeLifecycleController(deps: NodeLifecycleDeps): Controller {
  return new NodeLifecycleController(deps);
}

class NodeLifecycleController implements Controller {
  private readonly deps: ControllerDeps;
  private readonly grace: Grace;
  private readonly monitorMs: Millis;
  private readonly nodeCache: Informer<Node>;
  private readonly leaseCache: Informer<Lease>;
  private readonly podCache: Informer<Pod>;
  private readonly queue: WorkQueue;
  private readonly recorder: EventRecorder;
  private readonly pulses = new Map<string, Pulse>();
  /** Healthy nodes that needed nothing when they were last looked at: as long as they beat, they need nothing still. */
  private readonly settled = new Map<string, Node>();
  /** Pods whose node has fallen silent, or that came to one that is not ready, and that do not show it yet, by key. What the node
   *  says of them after that counts. */
  private readonly unready = new Set<string>();
  /** Per zone, when the next node may start to drive its pods away. */
  private readonly nextEviction = new Map<string, Millis>();
  private wasAllDown = false;
  private timer: Timer | undefined;
  private running: { stop(): Promise<void> } | undefined;

  constructor(deps: NodeLifecycleDeps) {
    const { leaseSeconds = leaseSecondsDefault } = deps;
    this.deps = deps;
    this.grace = graceFor(leaseSeconds);
    this.monitorMs = leaseSeconds * 125;
    this.nodeCache = deps.informers.of(nodes);
    this.leaseCache = deps.informers.of(leases, { namespace: leaseNamespace });
    this.podCache = deps.informers.of(pods);
    this.queue = new WorkQueue(deps.clock, { msBase: 100, msMax: 10_000 });
    this.recorder = new EventRecorder({ ...deps, component: 'node-controller' });
    indexByNode(this.podCache);
    this.nodeCache.subscribe({
      added: (node) => {
        this.tell(node, 'RegisteredNode', `Registered Node ${node.metadata.name} in Controller`);
        this.queue.add(node.metadata.name);
        this.monitor();
      },
      updated: (node) => this.queue.add(node.metadata.name),
      deleted: (node) => {
        this.pulses.delete(node.metadata.name);
        this.settled.delete(node.metadata.name);
        this.tell(node, 'RemovingNode', `Removing Node ${node.metadata.name} from Controller`);
      },
    });
    this.podCache.subscribe({
      added: (pod) => this.podBound(pod),
      updated: (pod, old) => {
        if (pod.spec.nodeName !== old.spec.nodeName) this.podBound(pod);
      },
      deleted: (pod) => this.unready.delete(keyOf(pod.metadata)),
    });
  }

  get queues(): readonly NamedQueue[] {
    return [{ name: 'node-lifecycle', queue: this.queue }];
  }

  start(): void {
    const caches = [this.nodeCache, this.leaseCache, this.podCache];
    const reconcile = (name: string): Promise<ReconcileResult> => this.reconcile(name);
    this.running = runController({
      name: 'node-lifecycle',
      queue: this.queue,
      reconcile,
      workers: 4,
      caches,
      log: this.deps.log,
    });
    this.monitor();
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    this.timer?.cancel();
    await running?.stop();
    this.recorder.stop();
  }

  /** Every node is looked at every 5 s (for leases of 40 s), as long as there are nodes: silence makes no events. */
  private monitor(): void {
    if (this.running === undefined || this.nodeCache.size === 0) return;
    this.timer ??= this.deps.clock.after(
      this.monitorMs,
      () => {
        this.timer = undefined;
        this.noteDisruption();
        for (const node of this.nodeCache.list()) this.look(node);
        this.monitor();
      },
      { background: true },
    );
  }

  /** Feels the pulse of a node; one that is well, as nearly all are nearly always, costs no more than that. */
  private look(node: Node): void {
    const { name } = node.metadata;
    if (this.settled.get(name) === node && !this.isSilent(node)) return;
    this.queue.add(name);
  }

  private isSilent(node: Node): boolean {
    const { name } = node.metadata;
    const { clock } = this.deps;
    const now = { wall: clock.now(), monotonic: clock.monotonic() };
    const renewal = this.leaseCache.get(`${leaseNamespace}/${name}`)?.spec.renewTime;
    const pulse = nextPulse(node, renewal, this.pulses.get(name), now);
    this.pulses.set(name, pulse);
    return now.monotonic > graceEnd(node, pulse, this.grace);
  }

  /** A pod first seen on a node that is not ready, or has fallen silent, is not Ready either. */
  private podBound(pod: Pod): void {
    const { nodeName } = pod.spec;
    const node = nodeName === undefined ? undefined : this.nodeCache.get(nodeName);
    if (node === undefined || readinessTaint(node) === undefined) return;
    this.unready.add(keyOf(pod.metadata));
    this.queue.add(node.metadata.name);
  }

  /** Coming back from a time when nothing could be reached, every node gets a new chance to show that it lives. */
  private noteDisruption(): void {
    const isAllDown = this.isAllDown();
    if (this.wasAllDown && !isAllDown) {
      const now = this.deps.clock.monotonic();
      for (const [name, pulse] of this.pulses) this.pulses.set(name, { ...pulse, seenAt: now });
    }
    this.wasAllDown = isAllDown;
  }

  private isAllDown(): boolean {
    const zones = [...zonesOf(this.nodeCache.list()).values()];
    return zones.length > 0 && zones.every((members) => zoneState(members) === 'full');
  }

  private async reconcile(name: string): Promise<ReconcileResult> {
    const node = this.nodeCache.get(name);
    if (node === undefined) return 'done';
    const now = this.deps.clock.now();
    try {
      const current = this.isSilent(node) ? await this.declareSilent(node, now) : node;
      const isSettled = await this.settle(current, now);
      if (isSettled && readiness(node) === 'True') this.settled.set(name, node);
      await this.markPodsNotReady(current, now);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return 'done';
  }

  private async declareSilent(node: Node, now: Millis): Promise<Node> {
    const conditions = silentConditions(node, now);
    if (conditions === undefined) return node;
    const status = { ...node.status, conditions };
    const written = await this.deps.client.update(nodes, { ...node, status }, { subresource: 'status' });
    // A node that was not ready before, or never was, is no news, and its pods have been told.
    if (readiness(node) === 'True') {
      const { name } = node.metadata;
      this.recorder.event(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
      for (const pod of podsOnNode(this.podCache, name)) this.unready.add(keyOf(pod.metadata));
    }
    return written;
  }

  /** Puts taints, labels and annotations right. Whether there was nothing to do. */
  private async settle(node: Node, now: Millis): Promise<boolean> {
    if (this.isAllDown()) return this.write(node, withoutEvictionOf(node, now));
    const evicts = this.mayEvict(node);
    try {
      return await this.write(node, plannedTaints(node, evicts, now));
    } catch (error) {
      // Nothing was written: another may have the turn, or the next try.
      if (evicts) this.nextEviction.delete(zoneOf(node));
      throw error;
    }
  }

  private async write(node: Node, planned: readonly Taint[]): Promise<boolean> {
    const needsTtl = node.metadata.annotations?.[ttlAnnotation] === undefined;
    const labels = missingLabels(node);
    const hasAll = planned === node.spec.taints || (planned.length === 0 && node.spec.taints === undefined);
    if (hasAll && !needsTtl && labels === undefined) return true;
    const { uid, resourceVersion } = node.metadata;
    const annotations = needsTtl ? { annotations: { [ttlAnnotation]: '0' } } : {};
    const body = {
      metadata: { uid, resourceVersion, ...annotations, ...(labels === undefined ? {} : { labels }) },
      spec: { taints: planned.length === 0 ? null : planned },
    };
    await this.deps.client.patch(nodes, { name: node.metadata.name }, { type: 'merge', body });
    return false;
  }

  /** Whether this node may begin to drive its pods away now; takes the zone's turn if so. */
  private mayEvict(node: Node): boolean {
    const now = this.deps.clock.monotonic();
    if (readinessTaint(node) === undefined || (node.spec.taints ?? []).some(isReadinessNoExecute)) return false;
    const zone = zoneOf(node);
    const interval = evictionInterval(zonesOf(this.nodeCache.list()).get(zone) ?? [node]);
    if (interval === undefined || now < (this.nextEviction.get(zone) ?? 0)) return false;
    this.nextEviction.set(zone, now + interval);
    return true;
  }

  /** Each pod once: what its node says of it after that is true. */
  private async markPodsNotReady(node: Node, now: Millis): Promise<void> {
    if (this.unready.size === 0) return;
    for (const pod of podsOnNode(this.podCache, node.metadata.name)) {
      const key = keyOf(pod.metadata);
      if (!this.unready.has(key)) continue;
      if (readiness(node) !== 'True') await this.markNotReady(pod, now);
      this.unready.delete(key);
    }
  }

  private async markNotReady(pod: Pod, now: Millis): Promise<void> {
    const ready = findCondition(pod.status.conditions, 'Ready');
    if (ready === undefined || ready.status === 'False') return;
    const { namespace, name, uid } = pod.metadata;
    const condition = { type: 'Ready', status: 'False', lastTransitionTime: timestamp(now) };
    const body = { metadata: { uid }, status: { conditions: [condition] } };
    try {
      await this.deps.client.patch(pods, { namespace, name }, { type: 'strategic', body }, { subresource: 'status' });
      this.recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  private tell(node: Node, reason: string, what: string): void {
    this.recorder.event(node, 'Normal', reason, `Node ${node.metadata.name} event: ${what}`);
  }
}

/** With every zone down it is more likely that we are cut off than that all nodes died: nothing is driven away. */
function withoutEvictionOf(node: Node, now: Millis): readonly Taint[] {
  const calm = withoutEviction(node);
  return plannedTaints(
    calm === node.spec.taints ? node : { ...node, spec: { ...node.spec, taints: calm } },
    false,
    now,
  );
}
