import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Client } from '#client/client.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { nodes } from '#kinds/node/node.ts';
import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { decoded, newPod } from '#kinds/test-objects.ts';
import { type ClaimedVolumeDeps, claimedVolume, UnreachableVolumeError } from '#node/volumes/claimed-volume.ts';
import { makeVolumeDirectory, removeVolumeDirectory, volumesDirectory } from '#node/volumes/volume-directories.ts';

const root = mkdtempSync(join(tmpdir(), 'sampan-claimed-'));
after(() => rmSync(root, { recursive: true, force: true }));

const source = { name: 'v', persistentVolumeClaim: { claimName: 'data', readOnly: true } };
const pod = newPod({ volumes: [source] });
const claimSpec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'disk' };

const containerStatus = { name: 'c', image: '', imageID: '', ready: false, restartCount: 0, state: {}, lastState: {} };

/** A client that knows one claim and one volume. */
function clientOf(claim: object | undefined, volume: object = {}): ClaimedVolumeDeps {
  const found =
    claim && decoded(persistentVolumeClaims, { metadata: { name: 'data', uid: 'u' }, spec: claimSpec, ...claim });
  const spec = { claimRef: { namespace: 'ns', name: 'data', uid: 'u' }, hostPath: { path: '/d' }, ...volume };
  const disk = decoded(persistentVolumes, { metadata: { name: 'disk' }, spec });
  const get = async (resource: unknown): Promise<unknown> => {
    if (resource === persistentVolumes) return disk;
    if (found === undefined) throw apiErrors.notFound(persistentVolumeClaims, 'data');
    return found;
  };
  const readNode = async () =>
    decoded(nodes, { metadata: { name: 'here', labels: { 'kubernetes.io/hostname': 'here' } } });
  return { client: { get } as unknown as Client, readNode };
}

const bound = { status: { phase: 'Bound' } };
const refused = (client: ClaimedVolumeDeps, message: string): Promise<void> =>
  assert.rejects(claimedVolume(client, pod, source), { name: 'VolumeError', message });

test('a claim stands for the directory of its volume', async () => {
  assert.deepEqual(await claimedVolume(clientOf(bound), pod, source), {
    hostPath: { path: '/d', type: '' },
    readOnly: true,
  });
  const local = clientOf(bound, { hostPath: undefined, local: { path: '/l' } });
  assert.deepEqual((await claimedVolume(local, pod, source))?.hostPath, { path: '/l', type: 'Directory' });
  assert.equal(await claimedVolume(clientOf(bound), pod, { name: 'e', emptyDir: {} }), undefined);
});

test('a claim that cannot be mounted yet says why, in upstream words', async () => {
  const error = 'error processing PVC ns/data:';
  await refused(clientOf({}), `${error} PVC is not bound`);
  const missing = 'failed to fetch PVC from API server: persistentvolumeclaims "data" not found';
  await refused(clientOf(undefined), `${error} ${missing}`);
  const going = { ...bound, metadata: { name: 'data', uid: 'u', deletionTimestamp: '2026-01-01T00:00:00Z' } };
  await refused(clientOf(going), `${error} PVC is being deleted`);
  const another = clientOf(bound, { claimRef: { namespace: 'ns', name: 'data', uid: 'w' } });
  await refused(another, 'PV disk spec.claimRef.uid w does not match PVC.UID u');
  const nfs = clientOf(bound, { hostPath: undefined, nfs: { server: 's', path: '/p' } });
  await refused(nfs, 'volume "disk" is of a kind that this node cannot mount');
});

test('a volume of another machine is not mounted, unless the pod had it before', async () => {
  const on = (host: string) => {
    const expression = { key: 'kubernetes.io/hostname', operator: 'In', values: [host] };
    return clientOf(bound, { nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } } });
  };
  assert.equal((await claimedVolume(on('here'), pod, source))?.hostPath.path, '/d');
  await assert.rejects(claimedVolume(on('there'), pod, source), (error: unknown) => {
    assert(error instanceof UnreachableVolumeError);
    assert.equal(
      error.message,
      'MountVolume.NodeAffinity check failed for volume "disk" : no matching NodeSelectorTerms',
    );
    return true;
  });
  // Its first try, which failed, does not count.
  const tried = { ...pod, status: { ...pod.status, startTime: '2026-01-01T00:00:00Z' } };
  await assert.rejects(claimedVolume(on('there'), tried, source), UnreachableVolumeError);
  const containerStatuses = [{ ...containerStatus, containerID: 'process://1' }];
  const ran = { ...pod, status: { ...tried.status, containerStatuses } };
  assert.equal((await claimedVolume(on('there'), ran, source))?.hostPath.path, '/d');
});

test('directories of volumes are for all users, stay when they are there, and are removed by name alone', async () => {
  const volumes = volumesDirectory({ volumes: true, directories: { pods: join(root, 'pods') } });
  assert.equal(volumes, join(root, 'volumes'));
  assert.equal(volumesDirectory({ volumes: false, directories: { pods: '/' } }), undefined);
  const directory = join(root, 'volumes', 'pvc-1');
  makeVolumeDirectory(directory);
  assert.equal(statSync(directory).mode & 0o777, 0o777);
  writeFileSync(join(directory, 'f'), 'x');
  makeVolumeDirectory(directory);
  assert.equal(existsSync(join(directory, 'f')), true);
  mkdirSync(join(root, 'precious'));
  await assert.rejects(removeVolumeDirectory(volumes, '../precious'), { code: 400 });
  await assert.rejects(removeVolumeDirectory(volumes, '..'), { code: 400 });
  await removeVolumeDirectory(volumes, 'pvc-1');
  await removeVolumeDirectory(volumes, 'pvc-1');
  assert.deepEqual([existsSync(directory), existsSync(join(root, 'precious'))], [false, true]);
});
