import { present } from '#base/assert.ts';
import { type Clock, sleep } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Random } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import type { NodePort } from '#client/node-port.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Service } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';
import { type ContainersOf, createPodLogs } from '#node/logs/pod-logs.ts';
import { NodeAdmission } from '#node/pods/admission.ts';
import { KnownObjects } from '#node/pods/known-objects.ts';
import { KnownServices } from '#node/pods/known-services.ts';
import { createPodCommands } from '#node/pods/pod-commands.ts';
import type { PodDeps } from '#node/pods/pod-deps.ts';
import { PodEvents } from '#node/pods/pod-events.ts';
import { type PodSource, SharedPodSource } from '#node/pods/pod-source.ts';
import { PodWorker } from '#node/pods/pod-worker.ts';
import { type BackOffLimits, backOffDefaults } from '#node/pods/restart.ts';
import { RuntimeView } from '#node/pods/runtime-view.ts';
import type { ServiceAddress } from '#node/pods/service-variables.ts';
import { allocatableOf, type NodeFacts } from '#node/registration/node-object.ts';
import { Registration } from '#node/registration/registration.ts';
import type { Runtime } from '#node/runtime/runtime.ts';
import { removeVolumeDirectory, volumesDirectory } from '#node/volumes/volume-directories.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import { Informer } from '#reconcile/informer.ts';

export interface NodeAgentDeps {
  /** The node's name in the API. */
  readonly name: string;
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly runtime: Runtime;
  /** Resources the node has more or less of than its machine, such as `{ pods: '1000' }`. */
  readonly capacity?: NodeFacts['capacity'];
  /** Labels beside those every node has. */
  readonly labels?: NodeFacts['labels'];
  /** The Kubernetes release whose node behaviour is served. */
  readonly kubeletVersion?: string;
  /** Where the node learns of its pods: its own informer, unless one is shared by many nodes of a process. Whoever shares one
   *  starts and stops it. */
  readonly pods?: PodSource;
  /** All services: the node follows them itself, from the first container that wants to know, unless one informer is shared. */
  readonly services?: Informer<Service>;
  /** Keeps what is normal to itself: of thousands of simulated pods nobody reads that they were started. */
  readonly quiet?: boolean;
  /** The API server as containers reach it; undefined while that is not known. */
  readonly apiServer?: () => ServiceAddress | undefined;
  /** See `RegistrationDeps.leaseSeconds`. */
  readonly leaseSeconds?: number | undefined;
  /** The port of the node's own face; 0, as unless given, where the API server asks the agent directly. */
  readonly facePort?: number;
  /** Somebody deleted the node. Without this the node is made again. */
  readonly onDeleted?: () => void;
  /** Waits between restarts; upstream's 10 s to 5 min unless given. */
  readonly backOff?: BackOffLimits;
}

const kubeletVersionDefault = 'v1.36.2';

export interface NodeAgent {
  /** Resolves when the node is registered and ready and its first pods are in hand. */
  start(): Promise<void>;
  /** Deletes the pods in its hands, as a user would, and resolves when they are stopped and gone: for a node that is no more. */
  leave(): Promise<void>;
  /** Lets go. Containers run on and are adopted by the next start, unless `killPods` is set: then they are stopped first, as
   *  a delete would, and their pods' status is left as it is. */
  stop(options?: { readonly killPods?: boolean }): Promise<void>;
  /** What the API server may ask of this node. */
  readonly port: NodePort;
  /** The pods in its hands, as last seen. */
  pods(): readonly Pod[];
}

/** The program on each machine that runs the pods bound to it and says how they fare. It only speaks to the API and to its
 *  runtime, and may be killed at any moment. */
export function createNodeAgent(deps: NodeAgentDeps): NodeAgent {
  return new Agent(deps);
}

class Agent implements NodeAgent {
  readonly port: NodePort;
  private readonly deps: NodeAgentDeps;
  private readonly facts: NodeFacts;
  private readonly registration: Registration;
  private readonly recorder: EventRecorder;
  private readonly admission: NodeAdmission;
  private readonly informer: Informer<Pod> | undefined;
  private readonly source: PodSource;
  private readonly services: Informer<Service>;
  private readonly readNode: PodDeps['readNode'];
  private readonly workers = new Map<string, PodWorker>();
  private readonly abort = new AbortController();
  private view: RuntimeView | undefined;
  private shared: PodDeps | undefined;
  private unsubscribe: () => void = () => {};
  private onEmpty: () => void = () => {};

  constructor(deps: NodeAgentDeps) {
    const { name, client, clock, random, log, runtime } = deps;
    this.deps = deps;
    this.facts = factsOf(deps);
    const containersOf: ContainersOf = (podUid) => this.view?.containersOf(podUid) ?? [];
    this.port = {
      ...createPodLogs(runtime, containersOf),
      ...createPodCommands(runtime, containersOf),
      removeVolume: (volume) => removeVolumeDirectory(volumesDirectory(runtime), volume),
    };
    this.recorder = new EventRecorder({ client, clock, random, log, component: 'kubelet', host: name });
    this.readNode = () => client.get(nodes, { name });
    this.admission = new NodeAdmission({ name, runtime, readNode: this.readNode });
    const jitter = random.stream(`node-heartbeat/${name}`);
    this.registration = new Registration({
      client,
      clock,
      log,
      jitter,
      facts: this.facts,
      leaseSeconds: deps.leaseSeconds,
      ...(deps.onDeleted === undefined ? {} : { onDeleted: deps.onDeleted }),
      onReady: (node) => this.recorder.event(node, 'Normal', 'Starting', 'Starting kubelet.'),
      onSeen: (node) => {
        this.admission.node = node;
      },
    });
    const following = { client, clock, jitter, log };
    this.services = deps.services ?? new Informer(services, {}, following);
    const selection = { fieldSelector: `spec.nodeName=${name}` };
    this.informer = deps.pods === undefined ? new Informer(pods, selection, following) : undefined;
    this.source = deps.pods ?? new SharedPodSource(present(this.informer, 'the informer of pods'));
  }

  pods(): readonly Pod[] {
    return [...this.workers.values()].map(({ latest }) => latest);
  }

  async start(): Promise<void> {
    const view = await RuntimeView.open(this.deps.runtime, (podUid) => this.workers.get(podUid)?.wake());
    this.view = view;
    this.shared = this.podDeps(view);
    await this.registration.start();
    this.informer?.start();
    // Only a complete list says which pods are nobody's: until then nothing is killed.
    await this.source.whenSynced(this.abort.signal);
    this.unsubscribe = this.source.subscribe(this.deps.name, {
      set: (pod) => this.observe(pod),
      removed: (pod) => this.workers.get(pod.metadata.uid)?.remove(),
    });
    for (const uid of view.uids()) if (!this.workers.has(uid)) void this.removeOrphan(uid);
  }

  async leave(): Promise<void> {
    const { client, clock, log } = this.deps;
    const all = this.pods();
    const graces = all.map(({ spec }) => (spec.terminationGracePeriodSeconds ?? 30) * 1000);
    const late = sleep(clock, Math.max(0, ...graces) + leaveMs, this.abort.signal, { background: true });
    const { promise: empty, resolve } = Promise.withResolvers<void>();
    this.onEmpty = resolve;
    if (this.workers.size === 0) resolve();
    for (const { metadata } of all) {
      const { namespace, name, uid } = metadata;
      client.delete(pods, { namespace, name }, { preconditions: { uid } }).catch((error: unknown) => {
        if (!isNotFound(error)) log.warn('Cannot delete a pod of the deleted node', { pod: name, error });
      });
    }
    await Promise.race([empty, late]);
  }

  async stop(options: { readonly killPods?: boolean } = {}): Promise<void> {
    this.abort.abort(new Error('The node agent was stopped'));
    this.unsubscribe();
    this.informer?.stop();
    if (this.deps.services === undefined) this.services.stop();
    this.registration.stop();
    const workers = [...this.workers.values()];
    this.workers.clear();
    if (options.killPods === true) await Promise.all(workers.map((worker) => worker.kill()));
    else for (const worker of workers) worker.stop();
    this.view?.close();
    this.recorder.stop();
  }

  private observe(pod: Pod): void {
    const { uid } = pod.metadata;
    const worker = this.workers.get(uid);
    if (worker !== undefined) {
      worker.observe(pod);
      return;
    }
    if (this.shared === undefined) return;
    const fresh = new PodWorker(pod, this.shared);
    this.workers.set(uid, fresh);
    fresh.wake();
  }

  private podDeps(view: RuntimeView): PodDeps {
    const { name, client, clock, log, random, runtime, apiServer, backOff, quiet = false } = this.deps;
    const objects = new KnownObjects(client, clock);
    return {
      client,
      objects,
      services: new KnownServices(this.services, clock),
      clock,
      log,
      jitter: random.stream(`pod-retries/${name}`),
      runtime,
      view,
      events: new PodEvents(this.recorder, quiet),
      admission: this.admission,
      readNode: this.readNode,
      hostIP: this.facts.machine.ip,
      allocatable: allocatableOf(this.facts),
      apiServer: apiServer ?? (() => undefined),
      limits: backOff ?? backOffDefaults,
      onGone: (podUid) => {
        this.workers.delete(podUid);
        this.admission.release(podUid);
        objects.release(podUid);
        view.removedPod(podUid);
        if (this.workers.size === 0) this.onEmpty();
      },
    };
  }

  /** A pod that the API forgot while nobody was here: stopped with little grace, and nothing is said about it. */
  private async removeOrphan(podUid: string): Promise<void> {
    const { runtime, log } = this.deps;
    try {
      const containers = this.view?.containersOf(podUid) ?? [];
      await Promise.all(containers.map(({ id }) => runtime.stopContainer(id, orphanGraceMs)));
      await runtime.removeSandbox(podUid);
      this.view?.removedPod(podUid);
    } catch (error) {
      log.warn('Cannot remove what is left of a pod that is gone', { podUid, error });
    }
  }
}

function factsOf({ name, runtime, capacity, labels, kubeletVersion, facePort }: NodeAgentDeps): NodeFacts {
  return {
    name,
    machine: runtime.machine,
    capacity: capacity ?? {},
    labels: labels ?? {},
    runtimeVersion: runtime.version,
    kubeletVersion: kubeletVersion ?? kubeletVersionDefault,
    port: facePort ?? 0,
    volumes: volumesDirectory(runtime),
  };
}

/** What a node that leaves waits for its last pods beyond their grace. */
const leaveMs: Millis = 10_000;

/** Upstream's one second, raised to the least that any container gets. */
const orphanGraceMs = 2_000;
