import type { Timer } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import { type Collectable, planPodGc } from '#controllers/pod-gc/plan.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import type { Informer } from '#reconcile/informer.ts';

const periodMs: Millis = 20_000;

/** Looks every 20 s, as long as there is news, for pods that nobody else will ever remove, and removes them
 *  (spec: nodes-and-scheduling.md section 5). */
export function createPodGcController(deps: ControllerDeps): Controller {
  return new PodGcController(deps);
}

class PodGcController implements Controller {
  private readonly deps: ControllerDeps;
  private readonly podCache: Informer<Pod>;
  private readonly nodeCache: Informer<Node>;
  private readonly missingSince = new Map<string, Millis>();
  private timer: Timer | undefined;
  private round: Promise<void> = Promise.resolve();
  private started = false;

  constructor(deps: ControllerDeps) {
    this.deps = deps;
    this.podCache = deps.informers.of(pods);
    this.nodeCache = deps.informers.of(nodes);
    const news = { added: () => this.again(), updated: () => this.again() };
    this.podCache.subscribe(news);
    this.nodeCache.subscribe({ ...news, deleted: () => this.again() });
  }

  start(): void {
    this.started = true;
    this.again();
  }

  async stop(): Promise<void> {
    this.started = false;
    this.timer?.cancel();
    await this.round;
  }

  private tick(): void {
    this.timer = undefined;
    this.round = this.collect().then(
      (isDone) => {
        if (!isDone) this.again();
      },
      (error: unknown) => {
        this.deps.log.warn('Could not collect pods; trying again in the next round', { error });
        this.again();
      },
    );
  }

  /** There is news of pods or nodes, or the last round left something for the next: without either nothing can have changed. */
  private again(): void {
    if (!this.started || this.podCache.size === 0) return;
    this.timer ??= this.deps.clock.after(periodMs, () => this.tick(), { background: true });
  }

  /** Whether nothing was to be collected, and nothing is on the way to that. */
  private async collect(): Promise<boolean> {
    const { podCache, nodeCache } = this;
    if (!podCache.synced || !nodeCache.synced) return false;
    const known = new Map(nodeCache.list().map((node): [string, Node] => [node.metadata.name, node]));
    this.noteMissing(
      podCache
        .list()
        .flatMap(({ spec }) => (spec.nodeName === undefined || known.has(spec.nodeName) ? [] : [spec.nodeName])),
    );
    const now = this.deps.clock.now();
    const plan = planPodGc({ pods: podCache.list(), nodes: known, missingSince: this.missingSince, now });
    for (const each of plan) if (await this.isCertain(each)) await this.remove(each);
    return plan.length === 0 && this.missingSince.size === 0;
  }

  private noteMissing(names: readonly string[]): void {
    const missing = new Set(names);
    for (const name of this.missingSince.keys()) if (!missing.has(name)) this.missingSince.delete(name);
    for (const name of missing) if (!this.missingSince.has(name)) this.missingSince.set(name, this.deps.clock.now());
  }

  /** Caches may lag: a node is given up only after the API itself says that it is not there. */
  private async isCertain({ pod, cause }: Collectable): Promise<boolean> {
    if (cause !== 'orphaned') return true;
    try {
      await this.deps.client.get(nodes, { name: pod.spec.nodeName ?? '' });
      return false;
    } catch (error) {
      if (isNotFound(error)) return true;
      throw error;
    }
  }

  private async remove({ pod, cause }: Collectable): Promise<void> {
    const { client } = this.deps;
    const { namespace, name, uid } = pod.metadata;
    const ref = { namespace, name };
    try {
      const status = this.finalStatus({ pod, cause });
      if (status !== undefined) {
        const body = { metadata: { uid }, status };
        await client.patch(pods, ref, { type: 'strategic', body }, { subresource: 'status' });
      }
      await client.delete(pods, ref, { gracePeriodSeconds: 0, preconditions: { uid } });
    } catch (error) {
      if (!isNotFound(error))
        this.deps.log.warn('Could not remove a pod; trying again in the next round', { pod: name, error });
    }
  }

  /** A pod that was cut off ends as Failed, so that its owner counts it; one whose node is gone says so. */
  private finalStatus({ pod, cause }: Collectable): object | undefined {
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return undefined;
    const { generation } = pod.metadata;
    const seen = generation === undefined ? {} : { observedGeneration: generation };
    if (cause !== 'orphaned') return { ...seen, phase: 'Failed' };
    const condition = {
      type: 'DisruptionTarget',
      ...seen,
      status: 'True',
      reason: 'DeletionByPodGC',
      message: 'PodGC: node no longer exists',
      lastTransitionTime: timestamp(this.deps.clock.now()),
    };
    return { ...seen, phase: 'Failed', conditions: [condition] };
  }
}
