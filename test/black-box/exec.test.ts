import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import { startCluster, type TestCluster } from './cluster.ts';
import { runCommand } from './commands.ts';
import { type KubectlVersion, kubectlPath } from './kubectl.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-exec-'));
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'c',
        image: 'busybox',
        command: ['sh', '-c', 'while :; do echo tick; echo tock >&2; sleep 0.1; done'],
        env: [{ name: 'GREETING', value: 'hello from the pod' }],
      },
    ],
  },
};

let cluster: TestCluster;

before(async () => {
  cluster = await startCluster();
  const manifest = path.join(folder, 'pod.json');
  writeFileSync(manifest, JSON.stringify(pod));
  const made = await cluster.kubectl('v35', 'apply', '-f', manifest);
  assert.equal(made.code, 0, made.stderr);
  const ready = await cluster.kubectl('v35', 'wait', '--for=condition=Ready', 'pod/p', '--timeout=30s');
  assert.equal(ready.code, 0, ready.stderr);
});
after(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const versions: readonly KubectlVersion[] = ['v32', 'v35'];

function kubectl(version: KubectlVersion, args: readonly string[], input?: string) {
  const env = { KUBECONFIG: cluster.kubeconfig, HOME: folder };
  return runCommand(kubectlPath(version), args, { env, ...(input === undefined ? {} : { input }) });
}

for (const version of versions) {
  test(`kubectl exec ends as the command does (${version})`, async () => {
    const failed = await kubectl(version, ['exec', 'p', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
    assert.equal(failed.code, 3);
    assert.equal(failed.stdout, 'out\n');
    assert.match(failed.stderr, /^err\n/);
    const greeting = await kubectl(version, ['exec', 'p', '-c', 'c', '--', 'printenv', 'GREETING']);
    assert.deepEqual(greeting, { code: 0, stdout: 'hello from the pod\n', stderr: '' });
  });

  test(`input ends the command that reads it (${version})`, async () => {
    const answer = await kubectl(version, ['exec', '-i', 'p', '--', 'cat'], 'hi\n');
    assert.deepEqual(answer, { code: 0, stdout: 'hi\n', stderr: '' });
    const text = 'x'.repeat(3_000_000);
    const counted = await kubectl(version, ['exec', '-i', 'p', '--', 'wc', '-c'], text);
    assert.equal(counted.stdout.trim(), '3000000');
    const unread = await kubectl(version, ['exec', '-i', 'p', '--', 'sh', '-c', 'exit 4'], text);
    assert.equal(unread.code, 4);
  });

  test(`what cannot be run is refused once (${version})`, async () => {
    const missing = await kubectl(version, ['exec', 'nobody', '--', 'ls']);
    assert.equal(missing.stderr, 'Error from server (NotFound): pods "nobody" not found\n');
    const container = await kubectl(version, ['exec', 'p', '-c', 'other', '--', 'ls']);
    assert.equal(container.code, 1);
    assert.match(container.stderr, /container other is not valid for pod p/);
    const command = await kubectl(version, ['exec', 'p', '--', 'no-such-command']);
    assert.equal(command.code, 1);
    assert.match(command.stderr, /exec: "no-such-command": executable file not found in \$PATH/);
  });

  test(`files are copied both ways (${version})`, async () => {
    const there = path.join(folder, `there-${version}`);
    const sent = path.join(folder, `sent-${version}`);
    writeFileSync(sent, Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256)));
    const up = await kubectl(version, ['cp', sent, `p:${there}`]);
    assert.equal(up.code, 0, up.stderr);
    assert.deepEqual(readFileSync(there), readFileSync(sent));
    const back = path.join(folder, `back-${version}`);
    const down = await kubectl(version, ['cp', `p:${there}`, back]);
    assert.equal(down.code, 0, down.stderr);
    assert.deepEqual(readFileSync(back), readFileSync(sent));
  });

  test(`attach shows what the container writes from now on (${version})`, async () => {
    const attached = cluster.watch(version, 'attach', 'p');
    await attached.until(/tick\n(.*\n)*tock\n|tock\n(.*\n)*tick\n/);
    await attached.stop();
    const refused = await kubectl(version, ['attach', '-i', 'p'], '');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /takes no input/);
  });
}

test('all output arrives before the end is told', async () => {
  const { code, stdout } = await kubectl('v35', ['exec', 'p', '--', 'sh', '-c', 'head -c 10485760 /dev/zero; exit 5']);
  assert.deepEqual([code, stdout.length], [5, 10_485_760]);
});

/** Runs a command through the JavaScript client and tells all that it said. */
async function execute(command: readonly string[], input: string | undefined, tty: boolean) {
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const sink = (chunks: Buffer[]): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        chunks.push(chunk);
        done();
      },
    });
  const stdin = input === undefined ? null : new PassThrough();
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config)
      .exec('default', 'p', 'c', [...command], sink(out), tty ? null : sink(err), stdin, tty, resolve)
      .then(() => stdin?.write(input), reject);
  });
  return { status, out: String(Buffer.concat(out)), err: String(Buffer.concat(err)) };
}

test('the JavaScript client runs commands', async () => {
  const good = await execute(['sh', '-c', 'echo out; echo err >&2'], undefined, false);
  assert.deepEqual([good.status.status, good.out, good.err], ['Success', 'out\n', 'err\n']);
  const bad = await execute(['sh', '-c', 'read word; echo "$word"; exit 9'], 'bye\n', false);
  assert.equal(bad.out, 'bye\n');
  assert.deepEqual(bad.status.details?.causes, [{ reason: 'ExitCode', message: '9' }]);
});

test('with a terminal there is one output, and what is typed is shown', async () => {
  const line = `tty >/dev/null && echo "on a terminal: $TERM" && read word && echo "got $word" >&2; exit 6`;
  const { status, out } = await execute(['sh', '-c', line], "it's\n", true);
  assert.deepEqual(status.details?.causes, [{ reason: 'ExitCode', message: '6' }]);
  assert.match(out, /on a terminal: xterm\r\n/);
  assert.match(out, /it's\r\n/);
  assert.match(out, /got it's\r\n/);
});
