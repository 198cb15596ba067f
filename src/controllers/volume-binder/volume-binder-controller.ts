import { jsonEqual } from '#base/json.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { keyOf, refOf } from '#kinds/meta/object.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import type { PersistentVolume, PersistentVolumeStatus } from '#kinds/persistent-volume/schema.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimStatus } from '#kinds/persistent-volume-claim/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { StorageClass } from '#kinds/storage-class/schema.ts';
import { storageClasses } from '#kinds/storage-class/storage-class.ts';
import { boundByController, boundVolume } from '#placement/volumes.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import type { Informer } from '#reconcile/informer.ts';
import { claimKeysOf, indexByClaim, podsUsingClaim } from '#reconcile/pod-indexes.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';
import { boundClaim, claimStatusOf } from './binding.ts';
import { type ClaimView, planClaim } from './plan-claim.ts';
import { planVolume, unbound } from './plan-volume.ts';

const workers = 2;
const retry = { msBase: 5, msMax: 60_000 };
/** Keys of the one queue: what they speak of, then the object's own key. */
const claimPrefix = 'claim ';
const volumePrefix = 'volume ';

const provisionerAnnotations = [
  'volume.beta.kubernetes.io/storage-provisioner',
  'volume.kubernetes.io/storage-provisioner',
];

/** Brings claims and volumes together: finds a volume for each claim, writes the binding into both, and says in their phases how
 *  they fare. Who makes and deletes volumes is another's affair. */
export function createVolumeBinder(deps: ControllerDeps): Controller {
  return new VolumeBinder(deps).controller();
}

class VolumeBinder {
  private readonly deps: ControllerDeps;
  private readonly claims: Informer<PersistentVolumeClaim>;
  private readonly volumes: Informer<PersistentVolume>;
  private readonly classes: Informer<StorageClass>;
  private readonly pods: Informer<Pod>;
  private readonly queue: WorkQueue;
  private readonly recorder: EventRecorder;
  private readonly view: ClaimView;

  constructor(deps: ControllerDeps) {
    this.deps = deps;
    this.claims = deps.informers.of(persistentVolumeClaims);
    this.volumes = deps.informers.of(persistentVolumes);
    this.classes = deps.informers.of(storageClasses);
    this.pods = deps.informers.of(pods);
    indexByClaim(this.pods);
    this.queue = new WorkQueue(deps.clock, retry);
    this.recorder = new EventRecorder({ ...deps, component: 'persistentvolume-controller' });
    const { volumes } = this;
    this.view = {
      volumes: () => volumes.list(),
      volume: (name) => volumes.get(name),
      storageClass: (name) => this.classes.get(name),
      waitingPods: ({ metadata }) =>
        podsUsingClaim(this.pods, keyOf(metadata))
          .filter(({ spec }) => !spec.nodeName)
          .map((pod) => pod.metadata.name)
          .sort(),
    };
  }

  controller(): Controller {
    return createQueuedController({
      name: 'persistentvolume-binder',
      queue: this.queue,
      reconcile: (key) => this.reconcile(key),
      workers,
      caches: [this.claims, this.volumes, this.classes, this.pods],
      log: this.deps.log,
      follow: () => this.follow(),
      release: () => this.recorder.stop(),
    });
  }

  private follow(): readonly (() => void)[] {
    const claimChanged = (claim: PersistentVolumeClaim): void => this.claimChanged(claim);
    const volumeChanged = (volume: PersistentVolume): void => this.volumeChanged(volume);
    const podAdded = (pod: Pod): void => {
      for (const key of claimKeysOf(pod)) this.queue.add(claimPrefix + key);
    };
    const wakeWaiting = (): void => this.wakeWaiting();
    return [
      this.claims.subscribe({ added: claimChanged, updated: claimChanged, deleted: claimChanged }),
      this.volumes.subscribe({ added: volumeChanged, updated: volumeChanged, deleted: volumeChanged }),
      this.classes.subscribe({ added: wakeWaiting, updated: wakeWaiting }),
      this.pods.subscribe({ added: podAdded }),
    ];
  }

  private claimChanged({ metadata, spec }: PersistentVolumeClaim): void {
    this.queue.add(claimPrefix + keyOf(metadata));
    if (spec.volumeName) this.queue.add(volumePrefix + spec.volumeName);
  }

  private volumeChanged({ metadata, spec, status }: PersistentVolume): void {
    this.queue.add(volumePrefix + metadata.name);
    const { namespace, name } = spec.claimRef ?? {};
    if (namespace !== undefined && name !== undefined) this.queue.add(`${claimPrefix}${namespace}/${name}`);
    if (status.phase === 'Available' || spec.claimRef === undefined) this.wakeWaiting(metadata.name);
  }

  /** Claims without a volume may find one now; with `named`, those that ask for another one by name cannot. */
  private wakeWaiting(named?: string): void {
    for (const { metadata, spec, status } of this.claims.list()) {
      if (status.phase === 'Bound' && spec.volumeName !== named) continue;
      if (spec.volumeName && named !== undefined && spec.volumeName !== named) continue;
      this.queue.add(claimPrefix + keyOf(metadata));
    }
  }

  private async reconcile(key: string): Promise<ReconcileResult> {
    if (key.startsWith(claimPrefix)) await this.syncClaim(key.slice(claimPrefix.length));
    else await this.syncVolume(key.slice(volumePrefix.length));
    return 'done';
  }

  private async syncClaim(key: string): Promise<void> {
    const claim = this.claims.get(key);
    if (claim === undefined) return;
    const plan = planClaim(claim, this.view);
    if (plan.to === 'bind') return this.bind(plan.volume, claim);
    if (plan.to === 'lose') {
      if (claim.status.phase === 'Lost') return;
      const { type, reason, message } = plan.note;
      await this.setClaimStatus(claim, { phase: 'Lost' });
      return this.recorder.event(claim, type, reason, message);
    }
    const asked = plan.to === 'ask' ? await this.ask(claim, plan.provisioner) : claim;
    await this.setClaimStatus(asked, { phase: 'Pending' });
    if (plan.note !== undefined && claim.metadata.deletionTimestamp === undefined) {
      this.recorder.event(claim, plan.note.type, plan.note.reason, plan.note.message);
    }
  }

  /** Says on the claim who is to make its volume. */
  private async ask(claim: PersistentVolumeClaim, provisioner: string): Promise<PersistentVolumeClaim> {
    const { annotations = {} } = claim.metadata;
    if (provisionerAnnotations.every((name) => annotations[name] === provisioner)) return claim;
    const said = Object.fromEntries(provisionerAnnotations.map((name) => [name, provisioner]));
    const metadata = { ...claim.metadata, annotations: { ...annotations, ...said } };
    return this.deps.client.update(persistentVolumeClaims, { ...claim, metadata });
  }

  /** Four writes in upstream's order, each left out when it has been made: whoever dies between them goes on later. */
  private async bind(volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<void> {
    const { client } = this.deps;
    const before = claim.status.phase;
    const wantedVolume = boundVolume(volume, claim);
    const ofClaim = wantedVolume === volume ? volume : await client.update(persistentVolumes, wantedVolume);
    const inPhase = await this.setVolumeStatus(ofClaim, { phase: 'Bound' });
    const wantedClaim = boundClaim(claim, inPhase);
    const ofVolume = wantedClaim === claim ? claim : await client.update(persistentVolumeClaims, wantedClaim);
    await this.setClaimStatus(ofVolume, claimStatusOf(ofVolume, inPhase));
    if (before !== 'Bound') {
      this.deps.log.debug('Bound a claim', { claim: keyOf(claim.metadata), volume: volume.metadata.name });
    }
  }

  private async syncVolume(name: string): Promise<void> {
    const volume = this.volumes.get(name);
    if (volume === undefined) return;
    const { claimRef } = volume.spec;
    const claimKey = `${claimRef?.namespace ?? ''}/${claimRef?.name ?? ''}`;
    const plan = planVolume(volume, claimRef === undefined ? undefined : await this.findClaim(claimKey));
    switch (plan.to) {
      case 'set-phase':
        await this.setVolumeStatus(volume, { phase: plan.phase });
        return;
      case 'call-claim':
        this.queue.add(claimPrefix + claimKey);
        return;
      case 'unbind':
        if (volume.metadata.annotations?.[boundByController] === undefined && claimRef?.uid === undefined) return;
        await this.setVolumeStatus(await this.deps.client.update(persistentVolumes, unbound(volume)), {
          phase: 'Available',
        });
        return;
      case 'fail': {
        const { type, reason, message } = plan.note;
        if (volume.status.phase === 'Failed' && volume.status.message === message) return;
        await this.setVolumeStatus(volume, { phase: 'Failed', message });
        this.recorder.event(volume, type, reason, message);
      }
    }
  }

  /** The claim of that key. That there is none is taken from the API alone: the cache of claims may lag behind that of volumes,
   *  and a volume without a claim may be deleted. */
  private async findClaim(key: string): Promise<PersistentVolumeClaim | undefined> {
    const cached = this.claims.get(key);
    if (cached !== undefined) return cached;
    try {
      return await this.deps.client.get(persistentVolumeClaims, refOf(key));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  private async setClaimStatus(
    claim: PersistentVolumeClaim,
    wanted: PersistentVolumeClaimStatus,
  ): Promise<PersistentVolumeClaim> {
    const { capacity: _capacity, accessModes: _modes, ...kept } = claim.status;
    const status = { ...kept, ...wanted };
    if (jsonEqual(status, claim.status)) return claim;
    return this.deps.client.update(persistentVolumeClaims, { ...claim, status }, { subresource: 'status' });
  }

  private async setVolumeStatus(volume: PersistentVolume, wanted: PersistentVolumeStatus): Promise<PersistentVolume> {
    const { phase, message } = volume.status;
    if (phase === wanted.phase && message === wanted.message) return volume;
    const { lastPhaseTransitionTime } = volume.status;
    const since = lastPhaseTransitionTime === undefined ? {} : { lastPhaseTransitionTime };
    const status = { ...since, ...wanted };
    return this.deps.client.update(persistentVolumes, { ...volume, status }, { subresource: 'status' });
  }
}
