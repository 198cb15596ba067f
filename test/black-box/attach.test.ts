import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { canMount } from '#node/runtime/process/mounting.ts';
import { ended, startCluster } from './cluster.ts';
import { runCommand } from './commands.ts';
import { type KubectlVersion, kubectlPath } from './kubectl.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'sampan-attach-'));
let cluster = await startCluster({ dataDir });
after(async () => {
  await cluster.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

function kubectl(version: KubectlVersion, args: readonly string[], input: string) {
  const env = { KUBECONFIG: cluster.kubeconfig, HOME: dataDir };
  return runCommand(kubectlPath(version), args, { env, input, timeoutMs: 40_000 });
}

const run = ['run', '-i', '--rm', '--restart=Never', '--image=busybox', '--quiet'];

for (const version of ['v32', 'v35'] satisfies readonly KubectlVersion[]) {
  test(`kubectl run -i gives a pod its input and ends as it does (${version})`, async () => {
    const copied = await kubectl(version, [...run, `cat-${version}`, '--', 'cat'], 'hi\n');
    assert.deepEqual([copied.code, copied.stdout], [0, 'hi\n'], copied.stderr);
    const script = 'echo from the shell; exit 3\n';
    const failed = await kubectl(version, [...run, `sh-${version}`, '--', 'sh'], script);
    assert.deepEqual([failed.code, failed.stdout], [3, 'from the shell\n'], failed.stderr);
  });
}

for (const version of ['v32', 'v35'] satisfies readonly KubectlVersion[]) {
  test(`kubectl debug starts a container beside the others (${version})`, async () => {
    const name = `host-${version}`;
    const made = await cluster.kubectl(version, 'run', name, '--image=busybox', '--restart=Never', '--', 'sleep', '60');
    assert.equal(made.code, 0, made.stderr);
    await cluster.kubectl(version, 'wait', '--for=condition=Ready', `pod/${name}`, '--timeout=30s');
    const args = ['debug', name, '-i', '--quiet', '--image=busybox', '-c', 'guest', '--', 'cat'];
    const guest = await kubectl(version, args, 'hi\n');
    assert.deepEqual([guest.code, guest.stdout], [0, 'hi\n'], guest.stderr);
    const path = '{.status.phase} {.status.containerStatuses[*].name} {.status.ephemeralContainerStatuses[*].name}';
    const shown = await cluster.kubectl(version, 'get', 'pod', name, '-o', `jsonpath=${path}`);
    assert.equal(shown.stdout, `Running ${name} guest`);
    const removed = await cluster.kubectl(version, 'delete', 'pod', name, '--grace-period=1', '--timeout=30s');
    assert.equal(removed.code, 0, removed.stderr);
  });
}

test('a container beside another sees what that has mounted', {
  skip: canMount() ? false : 'only where containers have mounts',
}, async () => {
  const command = ['sh', '-c', 'echo $$$$; exec sleep 300'];
  const made = await cluster.kubectl('v35', 'run', 'seen', '--image=busybox', '--restart=Never', '--', ...command);
  assert.equal(made.code, 0, made.stderr);
  await cluster.kubectl('v35', 'wait', '--for=condition=Ready', 'pod/seen', '--timeout=30s');
  const pid = (await cluster.kubectl('v35', 'logs', 'seen')).stdout.trim();
  // An absolute link on the way would lead out of the target's root.
  const account = `/proc/${pid}/root${realpathSync('/var/run')}/secrets/kubernetes.io/serviceaccount/namespace`;
  const args = [
    'debug',
    'seen',
    '-i',
    '--quiet',
    '--image=busybox',
    '--target=seen',
    '--profile=baseline',
    '--',
    'cat',
    account,
  ];
  const guest = await kubectl('v35', args, '');
  assert.deepEqual([guest.code, guest.stdout], [0, 'default'], guest.stderr);
  await cluster.kubectl('v35', 'delete', 'pod', 'seen', '--grace-period=1', '--timeout=30s');
});

test('an ephemeral container that asks for what the node cannot give waits, and says why', async () => {
  const made = await cluster.kubectl('v35', 'run', 'strict', '--image=busybox', '--restart=Never', '--', 'sleep', '60');
  assert.equal(made.code, 0, made.stderr);
  await cluster.kubectl('v35', 'wait', '--for=condition=Ready', 'pod/strict', '--timeout=30s');
  const args = ['debug', 'strict', '--quiet', '--image=busybox', '--profile=restricted', '-c', 'guest', '--', 'true'];
  const added = await cluster.kubectl('v35', ...args);
  assert.equal(added.code, 0, added.stderr);
  const waiting = '{.status.ephemeralContainerStatuses[0].state.waiting';
  const reason = `--for=jsonpath=${waiting}.reason}=CreateContainerConfigError`;
  const refused = await cluster.kubectl('v35', 'wait', reason, 'pod/strict', '--timeout=30s');
  assert.equal(refused.code, 0, refused.stderr);
  const why = await cluster.kubectl('v35', 'get', 'pod', 'strict', '-o', `jsonpath=${waiting}.message}`);
  assert.match(why.stdout, /^container has runAsNonRoot and image will run as root \(pod: .*, container: guest\)/);
  await cluster.kubectl('v35', 'delete', 'pod', 'strict', '--grace-period=1', '--timeout=30s');
});

test('a container whose server was killed is attached to again', async () => {
  const loop = 'while read word; do [ "$word" = end ] && exit 5; echo "got $word"; done';
  const containers = [{ name: 'c', image: 'busybox', stdin: true, command: ['sh', '-c', loop] }];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'open' },
    spec: { restartPolicy: 'Never', containers },
  };
  const made = await kubectl('v35', ['create', '-f', '-'], JSON.stringify(pod));
  assert.equal(made.code, 0, made.stderr);
  await cluster.kubectl('v35', 'wait', '--for=condition=Ready', 'pod/open', '--timeout=30s');
  assert.equal((await kubectl('v35', ['attach', '-i', '--quiet', 'open'], 'one\n')).code, 0);
  await ended(cluster.process, 'SIGKILL');
  cluster = await startCluster({ dataDir });
  assert.equal((await kubectl('v35', ['attach', '-i', '--quiet', 'open'], 'two\nend\n')).code, 0);
  const failed = await cluster.kubectl(
    'v35',
    'wait',
    '--for=jsonpath={.status.phase}=Failed',
    'pod/open',
    '--timeout=30s',
  );
  assert.equal(failed.code, 0, failed.stderr);
  assert.equal((await cluster.kubectl('v35', 'logs', 'open')).stdout, 'got one\ngot two\n');
});
