import type { NodeDirectory } from '#client/node-port.ts';
import { isAlreadyExists } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { claimClassOf } from '#kinds/persistent-volume-claim/class.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { defaultClassAnnotations } from '#kinds/storage-class/rules.ts';
import type { StorageClass } from '#kinds/storage-class/schema.ts';
import { storageClasses } from '#kinds/storage-class/storage-class.ts';
import { selectedNode } from '#placement/volumes.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import { ignoreNotFound } from '#reconcile/ignored-errors.ts';
import type { Informer } from '#reconcile/informer.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';
import { defaultClassName, planProvision, planReclaim, provisioner, volumeFinalizer } from './plan.ts';

const workers = 4;
const retry = { msBase: 1000, msMax: 5 * 60_000 };
/** Keys of the one queue: what they speak of, then the object's own key. */
const claimPrefix = 'claim ';
const volumePrefix = 'volume ';
const classKey = 'class';

export interface VolumeProvisionerDeps extends ControllerDeps {
  /** Where nodes are reached, to remove directories. */
  readonly directory: NodeDirectory;
}

/** Makes volumes for claims of the default class, each a directory of one node, and removes them when nobody claims them any
 *  more. The directory is made by the node that first mounts it; the volume object stands before, and goes after it is removed, so
 *  that a crash at any moment leaves nothing behind. */
export function createVolumeProvisioner(deps: VolumeProvisionerDeps): Controller {
  return new VolumeProvisioner(deps).controller();
}

class VolumeProvisioner {
  private readonly deps: VolumeProvisionerDeps;
  private readonly claims: Informer<PersistentVolumeClaim>;
  private readonly volumes: Informer<PersistentVolume>;
  private readonly classes: Informer<StorageClass>;
  private readonly nodes: Informer<Node>;
  private readonly queue: WorkQueue;
  private readonly recorder: EventRecorder;

  constructor(deps: VolumeProvisionerDeps) {
    this.deps = deps;
    this.claims = deps.informers.of(persistentVolumeClaims);
    this.volumes = deps.informers.of(persistentVolumes);
    this.classes = deps.informers.of(storageClasses);
    this.nodes = deps.informers.of(nodes);
    this.queue = new WorkQueue(deps.clock, retry);
    this.recorder = new EventRecorder({ ...deps, component: provisioner });
  }

  controller(): Controller {
    return createQueuedController({
      name: 'volume-provisioner',
      queue: this.queue,
      reconcile: (key) => this.reconcile(key),
      workers,
      caches: [this.claims, this.volumes, this.classes, this.nodes],
      log: this.deps.log,
      follow: () => this.follow(),
      release: () => this.recorder.stop(),
    });
  }

  private follow(): readonly (() => void)[] {
    const claimSeen = ({ metadata }: PersistentVolumeClaim): void => this.queue.add(claimPrefix + keyOf(metadata));
    const volumeSeen = ({ metadata }: PersistentVolume): void => this.queue.add(volumePrefix + metadata.name);
    const claimsMayGo = (): void => {
      for (const claim of this.claims.list()) if (claim.status.phase === 'Pending') claimSeen(claim);
    };
    this.queue.add(classKey);
    return [
      this.claims.subscribe({ added: claimSeen, updated: claimSeen }),
      this.volumes.subscribe({ added: volumeSeen, updated: volumeSeen }),
      this.classes.subscribe({ added: claimsMayGo }),
      this.nodes.subscribe({ added: claimsMayGo, deleted: claimsMayGo }),
    ];
  }

  private async reconcile(key: string): Promise<ReconcileResult> {
    if (key === classKey) await this.offerClass();
    else if (key.startsWith(claimPrefix)) await this.provision(key.slice(claimPrefix.length));
    else await this.reclaim(key.slice(volumePrefix.length));
    return 'done';
  }

  /** At each start there is the class again that claims without one get, whoever deleted it. */
  private async offerClass(): Promise<void> {
    if (this.classes.get(defaultClassName) !== undefined) return;
    try {
      await this.deps.client.create(storageClasses, {
        metadata: { name: defaultClassName, annotations: defaultClassAnnotations },
        provisioner,
        volumeBindingMode: 'WaitForFirstConsumer',
      });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  }

  private async provision(key: string): Promise<void> {
    const claim = this.claims.get(key);
    if (claim === undefined) return;
    const plan = planProvision(claim, this.classes.get(claimClassOf(claim) ?? ''), this.nodes.list());
    if (plan.to === 'wait') return;
    if (plan.to === 'refuse') {
      if (plan.reschedule) await this.giveBack(claim);
      return this.recorder.event(claim, 'Warning', 'ProvisioningFailed', plan.message);
    }
    const { volume } = plan;
    try {
      await this.deps.client.create(persistentVolumes, volume);
    } catch (error) {
      if (isAlreadyExists(error)) return;
      throw error;
    }
    const message = `Successfully provisioned volume ${volume.metadata.name}`;
    this.recorder.event(claim, 'Normal', 'ProvisioningSucceeded', message);
  }

  /** The scheduler is to choose another node. */
  private async giveBack(claim: PersistentVolumeClaim): Promise<void> {
    const { [selectedNode]: _gone, ...annotations } = claim.metadata.annotations ?? {};
    const metadata = { ...claim.metadata, annotations };
    await this.deps.client.update(persistentVolumeClaims, { ...claim, metadata });
  }

  private async reclaim(name: string): Promise<void> {
    const volume = this.volumes.get(name);
    if (volume === undefined) return;
    const plan = planReclaim(volume);
    if (plan.to === 'keep') return;
    if (plan.to === 'let-go') return this.letGo(volume);
    await this.removeDirectory(volume, plan.hostname);
    const { client } = this.deps;
    try {
      const rest =
        volume.metadata.deletionTimestamp === undefined ? await client.delete(persistentVolumes, { name }) : volume;
      if (rest !== undefined) await this.letGo(rest);
    } catch (error) {
      ignoreNotFound(error);
    }
  }

  /** The directory of a node that is no more went with it. */
  private async removeDirectory(volume: PersistentVolume, hostname: string): Promise<void> {
    const node = this.nodes
      .list()
      .find(({ metadata }) => (metadata.labels?.['kubernetes.io/hostname'] ?? metadata.name) === hostname);
    if (node === undefined) return;
    const { name } = node.metadata;
    try {
      const port = this.deps.directory(name);
      if (port === undefined) throw new Error(`nobody answers for node ${name}`);
      await port.removeVolume(volume.metadata.name);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.recorder.event(volume, 'Warning', 'VolumeFailedDelete', text);
      throw error;
    }
  }

  private async letGo(volume: PersistentVolume): Promise<void> {
    const { finalizers = [] } = volume.metadata;
    if (!finalizers.includes(volumeFinalizer)) return;
    const metadata = { ...volume.metadata, finalizers: finalizers.filter((one) => one !== volumeFinalizer) };
    await this.deps.client.update(persistentVolumes, { ...volume, metadata }).catch(ignoreNotFound);
  }
}
