import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ended, freePort, sampanMain, spawnSampan, startCluster, type TestCluster, untilReady } from './cluster.ts';
import { type CommandResult, runCommand } from './commands.ts';
import { killContainers, killSampan } from './victims.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-join-'));
const nodeData = path.join(folder, 'machine-2');
const daemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'watch' },
  spec: {
    selector: { matchLabels: { app: 'watch' } },
    template: {
      metadata: { labels: { app: 'watch' } },
      spec: {
        terminationGracePeriodSeconds: 5,
        containers: [
          {
            name: 'c',
            image: 'busybox',
            command: ['sh', '-c', 'echo "begun on $NODE"; trap "exit 0" TERM; while :; do sleep 0.2; done'],
            env: [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
          },
        ],
      },
    },
  },
};

let cluster: TestCluster;
let node: ChildProcess | undefined;
let invitation: readonly string[];

before(async () => {
  cluster = await startCluster({ args: ['up', '--nodes', '4'] });
  const { stdout } = await sampan('token', '--data-dir', cluster.dataDir);
  assert.match(stdout, /^npx sampan node --server https:\/\/127\.0\.0\.1:\d+ --token \S+\n$/);
  invitation = stdout.trim().split(' ').slice(3);
});
after(async () => {
  if (node !== undefined) await ended(node, 'SIGKILL');
  await killContainers(nodeData);
  await cluster.stop();
  rmSync(cluster.dataDir, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

function sampan(...args: readonly string[]): Promise<CommandResult> {
  return runCommand(process.execPath, [sampanMain, ...args], { timeoutMs: 30_000 });
}

async function kubectl(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl('v35', ...args);
  assert.equal(code, 0, `kubectl ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** The daemon pods of a node, as `name phase restarts`. */
async function daemonsOn(name: string): Promise<readonly string[]> {
  const columns =
    '{range .items[*]}{.metadata.name} {.status.phase} {.status.containerStatuses[0].restartCount}{"\\n"}{end}';
  const text = await kubectl(
    'get',
    'pods',
    '-l',
    'app=watch',
    `--field-selector=spec.nodeName=${name}`,
    '-o',
    `jsonpath=${columns}`,
  );
  return text.split('\n').filter((line) => line !== '');
}

async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    if (await check()) return;
    await sleep(200);
  }
  assert.fail(`not within a minute: ${what}`);
}

/** Starts the fifth node and resolves when it has joined. */
async function startNode(...args: readonly string[]): Promise<void> {
  node = spawnSampan(['node', '--name', 'n5', '--data-dir', nodeData, ...args]);
  await untilReady(node);
}

test('who cannot join is told what to do', async () => {
  const [, server = '', , token = ''] = invitation;
  const attempt = async (...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await sampan('node', '--data-dir', path.join(folder, 'nobody'), ...args);
    assert.notEqual(code, 0);
    return stderr;
  };
  const nowhere = `https://127.0.0.1:${await freePort()}`;
  assert.match(
    await attempt('--name', 'x', '--server', nowhere, '--token', token),
    /cannot be reached \(.*ECONNREFUSED.*\)\. Does sampan run there/,
  );
  const [bearer = '', secret = '', print = ''] = token.split('.');
  const wrong = `${bearer}.${secret.split('').reverse().join('')}.${print}`;
  assert.match(
    await attempt('--name', 'x', '--server', server, '--token', wrong),
    /does not take this token.*sampan token/,
  );
  const elsewhere = `${bearer}.${secret}.${print.split('').reverse().join('')}`;
  assert.match(
    await attempt('--name', 'x', '--server', server, '--token', elsewhere),
    /is not the one this token is for.*nothing was sent/,
  );
  assert.match(
    await attempt('--name', 'x', '--server', server, '--token', `${bearer}.${secret}`),
    /nothing says that its certificate can be trusted.*--certificate-authority FILE/,
  );
  assert.match(
    await attempt('--name', 'node-2', '--server', server, '--token', token),
    /the name "node-2" belongs to a node of the server itself/,
  );
  assert.match(await attempt('--name', 'x'), /Node "x" needs a server and a token: it has not joined yet/);
  assert.match(
    await attempt('--name', 'Not_A_Name', '--server', server, '--token', token),
    /--name Not_A_Name: .*lowercase RFC 1123/,
  );
  assert.match(
    await attempt('--name', 'x', '--server', server, '--token', token, '--labels', 'a b=c'),
    /--labels a b=c: /,
  );
});

test('a fifth node joins by the pasted command and gets its daemon pod, whose log can be read', {
  timeout: 120_000,
}, async () => {
  const manifest = path.join(folder, 'daemonset.json');
  writeFileSync(manifest, JSON.stringify(daemonSet));
  await kubectl('create', '-f', manifest);
  await kubectl('rollout', 'status', 'ds/watch', '--timeout=60s');
  await startNode(...invitation, '--labels', 'disk=ssd,zone=b');
  assert.equal(await kubectl('get', 'nodes', '-l', 'disk=ssd,zone=b', '-o', 'name'), 'node/n5');
  await until('the fifth pod runs', async () => (await daemonsOn('n5')).some((pod) => / Running 0$/.test(pod)));
  const [pod = ''] = (await daemonsOn('n5'))[0]?.split(' ') ?? [];
  assert.equal(await kubectl('logs', pod), 'begun on n5');
  const following = cluster.watch('v35', 'logs', '-f', pod);
  await following.until(/begun on n5/);
  await following.stop();
  const taken = await sampan('node', '--name', 'n5', '--data-dir', path.join(folder, 'third'), ...invitation);
  assert.match(taken.stderr, /the name "n5" belongs to a node that is alive\. Choose another with --name/);
  const twice = await sampan('node', '--name', 'n5', '--data-dir', nodeData);
  assert.match(twice.stderr, /a node of process \d+ runs there/);
});

test('a node killed with -9 comes back without a token, and its pod has run on', { timeout: 120_000 }, async () => {
  const [before = ''] = await daemonsOn('n5');
  await killSampan(node?.pid ?? 0, nodeData);
  await startNode();
  await until('the log can be read again', async () => {
    const { code, stdout } = await cluster.kubectl('v35', 'logs', before.split(' ')[0] ?? '');
    return code === 0 && stdout === 'begun on n5\n';
  });
  assert.deepEqual(await daemonsOn('n5'), [before]);
});

/** A pod whose container ends when the file `go` is there, and runs on when it was started again. */
function restarting(): object {
  const [starts, go, over] = ['starts', 'go', 'over'].map((name) => path.join(folder, name));
  const work = `echo "$COLOUR" $(cat $VOLUME_CONFIG/colour) >> ${starts}; until [ -e ${go} ]; do sleep 0.2; done`;
  const command = ['sh', '-c', `[ -e ${over} ] && work=again; ${work}; [ "$work" ] && sleep 600; touch ${over}`];
  const container = {
    ...{ name: 'c', image: 'x', command },
    env: [{ name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'paint', key: 'colour' } } }],
    volumeMounts: [{ name: 'config', mountPath: '/config' }],
  };
  const volumes = [{ name: 'config', configMap: { name: 'paint' } }];
  // So that it can be done where there are no mounts, too.
  const metadata = { name: 'restarting', annotations: { 'sampan.dev/volume-mode': 'env' } };
  const spec = { nodeName: 'n5', terminationGracePeriodSeconds: 2, containers: [container], volumes };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}

test('a joined node restarts containers while its server is away, and finds it again', {
  timeout: 120_000,
}, async () => {
  const [pod = ''] = await daemonsOn('n5');
  await kubectl('create', 'configmap', 'paint', '--from-literal=colour=green');
  const pods = path.join(folder, 'restarting.json');
  writeFileSync(pods, JSON.stringify(restarting()));
  await kubectl('create', '-f', pods);
  await kubectl('wait', '--for=condition=Ready', 'pod/restarting', '--timeout=60s');
  await killSampan(cluster.process.pid ?? 0, cluster.dataDir);
  writeFileSync(path.join(folder, 'go'), '');
  await until(
    'the container is started again',
    async () => readFileSync(path.join(folder, 'starts'), 'utf8') === 'green green\n'.repeat(2),
  );
  const { dataDir, port } = cluster;
  cluster = await startCluster({ args: ['up', '--nodes', '4'], dataDir, port });
  await kubectl('wait', '--for=condition=Ready', 'node/n5', '--timeout=60s');
  assert.equal(await kubectl('logs', pod.split(' ')[0] ?? ''), 'begun on n5');
  const late = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'late' } };
  const spec = { nodeName: 'n5', restartPolicy: 'Never', containers: [{ name: 'c', image: 'x', command: ['true'] }] };
  const manifest = path.join(folder, 'late.json');
  writeFileSync(manifest, JSON.stringify({ ...late, spec }));
  await kubectl('create', '-f', manifest);
  await kubectl('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/late', '--timeout=60s');
  const restarts = '--for=jsonpath={.status.containerStatuses[0].restartCount}=1';
  await kubectl('wait', restarts, 'pod/restarting', '--timeout=60s');
});

test('a deleted node ends, and its pods go', { timeout: 120_000 }, async () => {
  const leaving = node as ChildProcess;
  await kubectl('delete', 'node', 'n5');
  await until('its pods are gone', async () => (await daemonsOn('n5')).length === 0);
  await until('its process has ended', async () => leaving.exitCode !== null);
  assert.equal(leaving.exitCode, 0);
  assert.equal((await cluster.kubectl('v35', 'get', 'node', 'n5')).code, 1);
  assert.equal(existsSync(path.join(nodeData, 'nodes', 'n5', 'kubeconfig')), true);
  const desired = '{.status.desiredNumberScheduled} {.status.numberReady}';
  await until(
    'four are wanted',
    async () => (await kubectl('get', 'ds', 'watch', '-o', `jsonpath=${desired}`)) === '4 4',
  );
  await startNode();
  await until('it joins again', async () => (await daemonsOn('n5')).some((pod) => / Running 0$/.test(pod)));
});
