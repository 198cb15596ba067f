import { hostname } from 'node:os';
import type { Clock } from '#base/clock.ts';
import { jsonEqual } from '#base/json.ts';
import type { Logger } from '#base/log.ts';
import type { Random, RandomStream } from '#base/random.ts';
import { queueMicrotask } from '#base/timers.ts';
import type { Client } from '#client/client.ts';
import { isConflict, isNamespaceTerminating, isNotFound } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { podDisruptionBudgets } from '#kinds/pod-disruption-budget/pod-disruption-budget.ts';
import { services } from '#kinds/service/service.ts';
import type { StorageClass } from '#kinds/storage-class/schema.ts';
import { storageClasses } from '#kinds/storage-class/storage-class.ts';
import { demandOf } from '#placement/demand.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { type ClaimChoice, chooseVolumes, claimDemandOf } from '#placement/pod-claims.ts';
import type { Informer } from '#reconcile/informer.ts';
import type { Informers } from '#reconcile/informers.ts';
import { ClaimBindings } from '#scheduler/claim-bindings.ts';
import { Cluster } from '#scheduler/cluster.ts';
import { SchedulerEvents } from '#scheduler/events.ts';
import { type Plan, planPod } from '#scheduler/plan.ts';
import type { Victims } from '#scheduler/preemption.ts';
import { SchedulingQueue, type Waiting } from '#scheduler/queue.ts';
import { asksLess, type Change, isPlaced, isWaiting, mayHelp, nodeDiffers } from '#scheduler/requeue.ts';
import { Verdicts } from '#scheduler/verdicts.ts';

export interface SchedulerDeps {
  readonly client: Client;
  /** Those of pods, nodes and namespaces are used; whoever owns them starts them. */
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface Scheduler {
  /** Begins to give pods nodes, once it knows the cluster. */
  start(): void;
  /** Resolves when no binding is under way any more. */
  stop(): Promise<void>;
}

/** Gives each pod that has none a node (spec: nodes-and-scheduling.md section 7). */
export function createScheduler(deps: SchedulerDeps): Scheduler {
  return new DefaultScheduler(deps);
}

/** The `spec.schedulerName` of the pods it cares for, and how it calls itself. */
const schedulerName = 'default-scheduler';
/** So many requests are under way at most; more would only wait in the API server. */
const requestsMax = 64;

type Wait = Extract<Plan, { to: 'wait' }>;

/** Decides one pod at a time, at once, against what it knows and has assumed; requests follow, many at a time. */
class DefaultScheduler implements Scheduler {
  private readonly log: Logger;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly claims: Informer<PersistentVolumeClaim>;
  private readonly volumes: Informer<PersistentVolume>;
  private readonly classes: Informer<StorageClass>;
  private readonly bindings: ClaimBindings;
  private readonly cluster: Cluster;
  private readonly queue: SchedulingQueue;
  private readonly events: SchedulerEvents;
  private readonly verdicts: Verdicts;
  private readonly ties: RandomStream;
  private readonly informers: Informers;
  private readonly requests = new Set<Promise<void>>();
  private readonly subscriptions: (() => void)[] = [];
  private state: 'idle' | 'starting' | 'running' | 'stopped' = 'idle';
  private roundSoon = false;
  private nextNode = 0;

  constructor({ client, informers, clock, random, log }: SchedulerDeps) {
    this.log = log.with({ part: 'scheduler' });
    this.informers = informers;
    this.pods = informers.of(pods);
    this.nodes = informers.of(nodes);
    const namespaceInformer = informers.of(namespaces);
    const budgets = informers.of(podDisruptionBudgets);
    this.claims = informers.of(persistentVolumeClaims);
    this.volumes = informers.of(persistentVolumes);
    this.classes = informers.of(storageClasses);
    const serviceInformer = informers.of(services);
    this.cluster = new Cluster({
      namespaceLabels: (name) => namespaceInformer.get(name)?.metadata.labels,
      budgetsOf: (namespace) => budgets.list(namespace),
      servicesOf: (namespace) => serviceInformer.list(namespace),
      storage: {
        claim: (namespace, name) => this.claims.get(`${namespace}/${name}`),
        volume: (name) => this.volumes.get(name),
        volumes: () => this.volumes.list(),
        storageClass: (name) => this.classes.get(name),
      },
    });
    this.bindings = new ClaimBindings(client, clock, this.cluster.storage);
    this.queue = new SchedulingQueue(clock, () => this.wake());
    this.ties = random.stream('scheduler/ties');
    const draws = random.stream('scheduler/event-names');
    this.events = new SchedulerEvents({
      client,
      clock,
      draws,
      log: this.log,
      component: schedulerName,
      host: hostname(),
    });
    this.verdicts = new Verdicts({ client, clock, events: this.events });
  }

  start(): void {
    if (this.state !== 'idle') return;
    this.state = 'starting';
    // Nodes first: a pod that arrives is counted on the node it names.
    this.subscriptions.push(
      this.nodes.subscribe({
        added: (node) => this.changed({ what: 'node', load: this.cluster.setNode(node), before: undefined }),
        updated: (node, old) => this.nodeUpdated(node, old),
        deleted: ({ metadata: { name } }) => {
          this.cluster.removeNode(name);
          // What they were promised there will never be theirs.
          for (const key of this.cluster.nominatedOn(name)) this.queue.retry(key);
          this.changed({ what: 'node-removed' });
        },
      }),
      this.pods.subscribe({
        added: (pod) => this.podChanged(pod, undefined),
        updated: (pod, old) => this.podChanged(pod, old),
        deleted: (pod) => this.podDeleted(pod),
      }),
      ...this.followStorage(),
    );
    this.informers.whenSynced().then(
      () => {
        if (this.state === 'stopped') return;
        this.state = 'running';
        this.wake();
      },
      (error: unknown) => {
        if (this.state !== 'stopped') this.log.error('Cannot schedule: the cluster cannot be read', { error });
      },
    );
  }

  private followStorage(): readonly (() => void)[] {
    const news = (): void => {
      this.bindings.look();
      this.changed({ what: 'storage', view: this.cluster.storage });
    };
    const handler = { added: news, updated: news, deleted: news };
    return [this.claims.subscribe(handler), this.volumes.subscribe(handler), this.classes.subscribe(handler)];
  }

  async stop(): Promise<void> {
    this.state = 'stopped';
    for (const end of this.subscriptions.splice(0)) end();
    this.queue.stop();
    this.bindings.stop();
    this.events.stop();
    await Promise.all(this.requests);
  }

  private nodeUpdated(node: Node, old: Node): void {
    const load = this.cluster.setNode(node);
    if (nodeDiffers(node, old)) this.changed({ what: 'node', load, before: old });
  }

  private podChanged(pod: Pod, old: Pod | undefined): void {
    const key = keyOf(pod.metadata);
    const load = old !== undefined && isPlaced(old) ? this.cluster.load(old.spec.nodeName ?? '') : undefined;
    this.cluster.setPod(pod);
    if (isWaiting(pod, schedulerName)) {
      // An old version may come after its binding is done.
      if (!this.cluster.isAssumed(key) || this.queue.has(key)) this.queue.set(pod);
      return;
    }
    this.queue.remove(key);
    if (isPlaced(pod)) {
      const news = load === undefined || !jsonEqual(pod.metadata.labels, old?.metadata.labels);
      if (news) this.changed({ what: 'pod-placed' });
      if (load !== undefined && old !== undefined && asksLess(pod, old)) this.changed({ what: 'pod-removed', load });
    } else if (load !== undefined) this.changed({ what: 'pod-removed', load });
  }

  private podDeleted(pod: Pod): void {
    const key = keyOf(pod.metadata);
    // A place that was promised is as good as taken.
    const load = isPlaced(pod) ? this.cluster.load(pod.spec.nodeName ?? '') : this.cluster.nominationOf(key);
    this.cluster.removePod(key);
    this.bindings.forget(key);
    this.queue.remove(key);
    if (load !== undefined) this.changed({ what: 'pod-removed', load });
  }

  private changed(change: Change): void {
    this.queue.changed((pod, rules) => mayHelp(change, pod, rules));
  }

  /** A round follows as soon as what is under way is through, so that many news at once make one round. */
  private wake(): void {
    if (this.roundSoon || this.state !== 'running') return;
    this.roundSoon = true;
    queueMicrotask(() => {
      this.roundSoon = false;
      this.round();
    });
  }

  /** Decides pods until none is left or enough requests are under way; each request that ends wakes the next round. */
  private round(): void {
    while (this.state === 'running' && this.requests.size < requestsMax) {
      const waiting = this.queue.pop();
      if (waiting === undefined) return;
      this.decide(waiting);
    }
  }

  private decide(waiting: Waiting): void {
    const { pod } = waiting;
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.verdicts.skipped(pod);
      this.queue.remove(waiting.key);
      return;
    }
    const plan = planPod(demandOf(pod), this.cluster, this.nextNode, this.ties);
    this.nextNode = plan.next;
    if (plan.to === 'bind') this.bind(waiting, plan.load);
    else this.refuse(waiting, plan);
  }

  private bind(waiting: Waiting, load: NodeLoad): void {
    const { pod, key } = waiting;
    const promised = this.cluster.nominationOf(key);
    this.cluster.assume(pod, load);
    this.queue.placed(waiting);
    this.changed({ what: 'pod-placed' });
    if (promised !== undefined && promised !== load) this.changed({ what: 'pod-removed', load: promised });
    const choices = this.choicesFor(pod, load);
    if (choices.length === 0) this.bindNow(waiting, load);
    else this.bindClaims(waiting, load, choices);
  }

  private bindClaims(waiting: Waiting, load: NodeLoad, choices: readonly ClaimChoice[]): void {
    const { pod, key } = waiting;
    this.request(async () => {
      try {
        await this.bindings.choose(choices, load.name);
        this.bindings.expect(key, pod, load.name, (problem) => {
          if (problem === undefined) this.bindNow(waiting, load);
          else this.bindFailed(waiting, load, problem);
        });
      } catch (error) {
        this.bindFailed(waiting, load, error);
      }
    });
  }

  /** Where the volumes come from that the pod's claims still want. */
  private choicesFor(pod: Pod, { node }: NodeLoad): readonly ClaimChoice[] {
    if (demandOf(pod).claims.length === 0 || node === undefined) return [];
    const claims = claimDemandOf(pod, this.cluster.storage);
    return 'refusal' in claims ? [] : (chooseVolumes(claims.open, node, this.cluster.storage) ?? []);
  }

  private bindNow(waiting: Waiting, load: NodeLoad): void {
    const { pod, key } = waiting;
    this.request(async () => {
      try {
        await this.verdicts.bind(pod, load.name);
        this.queue.remove(key);
      } catch (error) {
        this.bindFailed(waiting, load, error);
      }
    });
  }

  private bindFailed(waiting: Waiting, load: NodeLoad, error: unknown): void {
    const { pod, key } = waiting;
    // The news of its binding, by us or by another, came first: all is well.
    if (!this.cluster.isAssumed(key)) return;
    this.cluster.forget(key);
    this.changed({ what: 'pod-removed', load });
    if (isNotFound(error)) {
      this.queue.remove(key);
      return;
    }
    // Someone else bound it, or it or its namespace is being deleted: the news is on its way.
    if (isConflict(error) || isNamespaceTerminating(error)) {
      this.queue.failed(waiting);
      return;
    }
    this.log.warn('Cannot bind a pod', { pod: key, node: load.name, error });
    this.queue.failed(waiting);
    const message = `binding rejected: ${error instanceof Error ? error.message : String(error)}`;
    this.request(() => this.verdicts.refused(pod, 'SchedulerError', message, pod.status.nominatedNodeName));
  }

  private refuse(waiting: Waiting, plan: Wait): void {
    const { pod } = waiting;
    const { victims } = plan;
    if (victims !== undefined) this.promise(pod, victims);
    const nominated = victims?.load.name ?? (plan.keepsNomination ? pod.status.nominatedNodeName : undefined);
    this.queue.refused(waiting, plan.rules, plan.message);
    this.request(async () => {
      if (victims !== undefined) await this.verdicts.preempt(pod, victims);
      await this.verdicts.refused(pod, 'Unschedulable', plan.message, nominated);
    });
  }

  /** Promises the pod the place that its victims leave. Those less important that were promised it look for another one, unless
   *  all the victims were on their way already. */
  private promise(pod: Pod, { load, pods: victims }: Victims): void {
    this.cluster.nominate(pod, load.name);
    if (victims.every(({ metadata }) => metadata.deletionTimestamp !== undefined)) return;
    for (const other of this.cluster.withdrawNominations(load, pod)) {
      this.request(() => this.verdicts.withdrawn(other));
    }
  }

  /** Keeps count of a request; what it throws is logged. */
  private request(send: () => Promise<void>): void {
    const request = send()
      .catch((error: unknown) => {
        if (!isNotFound(error)) this.log.warn('Cannot tell a pod what became of it', { error });
      })
      .finally(() => {
        this.requests.delete(request);
        this.wake();
      });
    this.requests.add(request);
  }
}
