import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startCluster, type TestCluster } from './cluster.ts';
import type { KubectlVersion } from './kubectl.ts';

/** A Job whose one container sees a claim at /data, as a manifest. */
function job(name: string, claim: string, script: string): string {
  return `apiVersion: batch/v1
kind: Job
metadata: {name: ${name}}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: busybox
          command: [sh, -c, '${script}']
          volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: ${claim}}}]
`;
}

const claim = (name: string, more = ''): string => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: ${name}}
spec:
  ${more}
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 3Gi}}
`;

const volume = (directory: string): string => `apiVersion: v1
kind: PersistentVolume
metadata: {name: task-pv-volume, labels: {type: local}}
spec:
  storageClassName: manual
  capacity: {storage: 10Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: ${directory}}
`;

/** What users do with volumes, through the real kubectl. */
for (const version of ['v32', 'v35'] as const satisfies readonly KubectlVersion[]) {
  describe(`volumes through kubectl ${version}`, () => {
    let cluster: TestCluster;
    before(async () => {
      cluster = await startCluster();
    });
    after(() => cluster.stop());

    async function kubectl(...args: readonly string[]): Promise<string> {
      const { code, stdout, stderr } = await cluster.kubectl(version, ...args);
      assert.equal(code, 0, `kubectl ${args.join(' ')} failed:\n${stdout}${stderr}`);
      return stdout;
    }

    async function apply(name: string, ...documents: readonly string[]): Promise<void> {
      const file = path.join(cluster.dataDir, `${name}.yaml`);
      writeFileSync(file, documents.join('---\n'));
      await kubectl('apply', '-f', file);
    }

    async function complete(name: string): Promise<string> {
      await kubectl('wait', '--for=condition=complete', `job/${name}`, '--timeout=60s');
      return kubectl('logs', `job/${name}`);
    }

    test('one Job writes into a volume, another reads from it, and the data outlives them and the claim', async () => {
      const directory = path.join(cluster.dataDir, 'task-data');
      await apply(
        'write',
        volume(directory),
        claim('task', 'storageClassName: manual'),
        job('write', 'task', 'echo hello > /data/f'),
      );
      await complete('write');
      await apply('read', job('read', 'task', 'cat /data/f'));
      assert.equal(await complete('read'), 'hello\n');
      assert.match(
        await kubectl('get', 'pv', 'task-pv-volume'),
        /\n\S+ +10Gi +RWO +Retain +Bound +default\/task +manual /,
      );
      assert.match(await kubectl('get', 'pvc', 'task'), /\ntask +Bound +task-pv-volume +10Gi +RWO +manual /);
      await kubectl('delete', 'job', 'write', 'read');
      await kubectl('delete', 'pvc', 'task');
      await kubectl('wait', '--for=jsonpath={.status.phase}=Released', 'pv/task-pv-volume', '--timeout=30s');
      assert.equal(existsSync(path.join(directory, 'f')), true);
    });

    test('a claim without a class gets a directory of the node, which goes with it', async () => {
      await apply('dynamic', claim('scratch'));
      await kubectl('wait', '--for=jsonpath={.status.phase}=Pending', 'pvc/scratch', '--timeout=30s');
      await apply('fill', job('fill', 'scratch', 'echo kept > /data/f'));
      await complete('fill');
      await apply('look', job('look', 'scratch', 'cat /data/f'));
      assert.equal(await complete('look'), 'kept\n');
      const name = await kubectl('get', 'pvc', 'scratch', '-o', 'jsonpath={.spec.volumeName}');
      const volumes = path.join(cluster.dataDir, 'nodes', 'node-1', 'volumes');
      assert.deepEqual(readdirSync(volumes), [name]);
      // A pod that ended still holds the claim.
      await kubectl('delete', 'pvc', 'scratch', '--wait=false');
      assert.match(await kubectl('get', 'pvc', 'scratch'), /\nscratch +Terminating /);
      await kubectl('delete', 'job', 'fill', 'look');
      await kubectl('wait', '--for=delete', `pv/${name}`, '--timeout=30s');
      assert.deepEqual(readdirSync(volumes), []);
    });
  });
}
