import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import type { StorageClass } from '#kinds/storage-class/schema.ts';
import { type ClaimPlan, planClaim } from './plan-claim.ts';
import { planVolume, unbound } from './plan-volume.ts';
import { claimOf, classNamed, volumeNamed } from './test-volumes.ts';

interface World {
  readonly volumes?: readonly PersistentVolume[];
  readonly classes?: readonly StorageClass[];
  readonly pods?: readonly string[];
}

function plan(claim: PersistentVolumeClaim, { volumes = [], classes = [], pods = [] }: World = {}): ClaimPlan {
  return planClaim(claim, {
    volumes: () => volumes,
    volume: (name) => volumes.find(({ metadata }) => metadata.name === name),
    storageClass: (name) => classes.find(({ metadata }) => metadata.name === name),
    waitingPods: () => pods,
  });
}

/** "bind v", or what is told. */
function shown(made: ClaimPlan): string {
  if (made.to === 'bind') return `bind ${made.volume.metadata.name}`;
  return made.note === undefined ? made.to : `${made.to} ${made.note.reason}: ${made.note.message}`;
}

const ref = (uid?: string): object => ({ claimRef: { namespace: 'ns', name: 'data', ...(uid && { uid }) } });
const other = { claimRef: { namespace: 'ns', name: 'other', uid: 'o' } };
const completed = { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } };

test('a claim gets the smallest volume that satisfies it', () => {
  const sized = (name: string, storage: string): PersistentVolume => volumeNamed(name, { capacity: { storage } });
  const volumes = [sized('small', '512Mi'), sized('large', '5Gi'), sized('fits', '2Gi')];
  assert.equal(shown(plan(claimOf(), { volumes })), 'bind fits');
});

test('a volume must be free, of the class, of the mode and of the labels that are asked for', () => {
  const volumes = [
    volumeNamed('taken', other),
    volumeNamed('used', {}, { phase: 'Released' }),
    volumeNamed('classy', { storageClassName: 'fast' }),
    volumeNamed('block', { volumeMode: 'Block' }),
    volumeNamed('going', {}, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }),
    volumeNamed('many', { accessModes: ['ReadOnlyMany'] }),
  ];
  const none = 'wait FailedBinding: no persistent volumes available for this claim and no storage class is set';
  assert.equal(shown(plan(claimOf(), { volumes })), none);
  assert.equal(shown(plan(claimOf({ accessModes: ['ReadOnlyMany'] }), { volumes })), 'bind many');
  const labelled = volumeNamed('labelled', {}, { metadata: { labels: { tier: 'a' } } });
  const selector = { matchLabels: { tier: 'a' } };
  assert.equal(shown(plan(claimOf({ selector }), { volumes: [volumeNamed('v'), labelled] })), 'bind labelled');
});

test('a volume that is kept for the claim comes before all others', () => {
  const volumes = [volumeNamed('free'), volumeNamed('kept', { ...ref(), capacity: { storage: '9Gi' } })];
  assert.equal(shown(plan(claimOf(), { volumes })), 'bind kept');
});

test('a claim whose class waits for a pod says for what it waits', () => {
  const classes = [classNamed('late', { volumeBindingMode: 'WaitForFirstConsumer' })];
  const late = claimOf({ storageClassName: 'late' });
  assert.equal(
    shown(plan(late, { classes, volumes: [volumeNamed('v', { storageClassName: 'late' })] })),
    'wait WaitForFirstConsumer: waiting for first consumer to be created before binding',
  );
  assert.equal(
    shown(plan(late, { classes, pods: ['p'] })),
    'wait WaitForPodScheduled: waiting for pod p to be scheduled',
  );
  const chosen = claimOf({ storageClassName: 'late' }, { annotations: { 'volume.kubernetes.io/selected-node': 'n' } });
  assert.equal(plan(chosen, { classes }).to, 'ask');
});

test('a class is asked for a volume; one that is missing is told', () => {
  const fast = claimOf({ storageClassName: 'fast' });
  assert.equal(shown(plan(fast)), 'wait ProvisioningFailed: storageclass.storage.k8s.io "fast" not found');
  const asked = plan(fast, { classes: [classNamed('fast')] });
  assert.equal(asked.to === 'ask' ? asked.provisioner : '', 'example.org/disks');
  assert.equal(
    shown(plan(fast, { classes: [classNamed('fast', { provisioner: 'kubernetes.io/no-provisioner' })] })),
    'wait ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner',
  );
  assert.match(shown(asked), /^ask ExternalProvisioning: Waiting for a volume .* 'example.org\/disks' /);
});

test('a claim that names its volume gets that one or waits', () => {
  const named = claimOf({ volumeName: 'v' });
  assert.equal(shown(plan(named)), 'wait');
  assert.equal(shown(plan(named, { volumes: [volumeNamed('v', { capacity: { storage: '9Gi' } })] })), 'bind v');
  assert.equal(shown(plan(named, { volumes: [volumeNamed('v', ref('u'))] })), 'bind v');
  assert.equal(
    shown(plan(named, { volumes: [volumeNamed('v', { capacity: { storage: '1Mi' } })] })),
    'wait VolumeMismatch: Cannot bind to requested volume "v": requested PV is too small',
  );
  assert.equal(
    shown(plan(named, { volumes: [volumeNamed('v', other)] })),
    'wait FailedBinding: volume "v" already bound to a different claim.',
  );
});

test('a claim that has lost its volume is lost', () => {
  const bound = claimOf({ volumeName: 'v' }, completed);
  assert.equal(
    shown(plan(bound)),
    'lose ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!',
  );
  assert.equal(shown(plan(bound, { volumes: [volumeNamed('v', ref('u'), { phase: 'Bound' })] })), 'bind v');
  assert.match(shown(plan(bound, { volumes: [volumeNamed('v', ref('before'))] })), /^lose ClaimMisbound: Two claims/);
});

test('the phases of a volume follow its claim', () => {
  const phase = (volume: PersistentVolume, claim?: PersistentVolumeClaim): string => {
    const made = planVolume(volume, claim);
    return made.to === 'set-phase' ? made.phase : made.to;
  };
  assert.equal(phase(volumeNamed('v')), 'Available');
  assert.equal(phase(volumeNamed('v', ref())), 'Available');
  assert.equal(phase(volumeNamed('v', ref('u')), claimOf()), 'call-claim');
  assert.equal(phase(volumeNamed('v', ref('u')), claimOf({ volumeName: 'v' })), 'Bound');
  assert.equal(phase(volumeNamed('v', ref('u')), claimOf({ volumeName: 'w' })), 'unbind');
  assert.equal(phase(volumeNamed('v', ref('u'))), 'Released');
  assert.equal(phase(volumeNamed('v', ref('before')), claimOf({ volumeName: 'v' })), 'Released');
});

test('what nobody can delete or recycle fails, once it is released', () => {
  const released = (policy: string, phase: string, metadata: object = {}, path = '/tmp/d'): string => {
    const spec = { ...ref('gone'), persistentVolumeReclaimPolicy: policy, hostPath: { path } };
    const made = planVolume(volumeNamed('v', spec, { phase, metadata }), undefined);
    return made.to === 'fail' ? `${made.note.reason}: ${made.note.message}` : made.to;
  };
  assert.equal(released('Delete', 'Bound'), 'set-phase');
  const nobody =
    'VolumeFailedDelete: error getting deleter volume plugin for volume "v": no deletable volume plugin matched';
  assert.equal(released('Delete', 'Released'), nobody);
  assert.equal(released('Delete', 'Failed'), nobody);
  assert.equal(
    released('Delete', 'Released', {}, '/srv/d'),
    'VolumeFailedDelete: host_path deleter only supports /tmp/.+ but received provided /srv/d',
  );
  assert.equal(released('Recycle', 'Released'), 'VolumeFailedRecycle: No recycler plugin found for the volume!');
  assert.equal(released('Retain', 'Failed'), 'set-phase');
  const made = { annotations: { 'pv.kubernetes.io/provisioned-by': 'somebody' } };
  assert.equal(released('Delete', 'Released', made), 'set-phase');
});

test('a volume that is unbound stays kept if its user kept it', () => {
  const mark = { metadata: { annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } } };
  assert.equal(unbound(volumeNamed('v', ref('u'), mark)).spec.claimRef, undefined);
  assert.deepEqual(unbound(volumeNamed('v', ref('u'))).spec.claimRef, { namespace: 'ns', name: 'data' });
});
