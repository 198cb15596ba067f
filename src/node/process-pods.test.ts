import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { sleep, systemClock } from '#base/clock.ts';
import { silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import type { Client } from '#client/client.ts';
import { catalog } from '#kinds/catalog.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { events } from '#kinds/event/event.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { createNodeAgent, type NodeAgent } from '#node/node-agent.ts';
import { canMount } from '#node/runtime/process/mounting.ts';
import { createProcessRuntime } from '#node/runtime/process/process-runtime.ts';
import type { Runtime } from '#node/runtime/runtime.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

let root = '';
let client: Client;
let runtime: Runtime;
let agent: NodeAgent;

/** The real API, a real agent, real processes; only what is asked for is made, no controllers. */
before(async () => {
  root = mkdtempSync(join(tmpdir(), 'sampan-pod-volumes-'));
  const tools = { clock: systemClock, random: seededRandom('volumes'), log: silentLogger };
  const api = await createApi({ ...tools, store: createMemoryStore(tools), resources: catalog });
  client = createLocalClient(api, { name: 'admin', groups: ['system:masters'] }, 'test');
  const namespace = 'default';
  await client.create(serviceAccounts, { metadata: { namespace, name: 'default' } }).catch(() => {});
  const certificates = { namespace, name: 'kube-root-ca.crt' };
  await client.create(configMaps, { metadata: certificates, data: { 'ca.crt': 'CERTIFICATE' } });
  await client.create(configMaps, {
    metadata: { namespace, name: 'cm' },
    data: { run: '#!/bin/sh\necho from cm\n', k: 'v' },
  });
  await client.create(secrets, { metadata: { namespace, name: 's' }, data: { p: 'cHc=' } });
  const images = [
    { image: 'tool:*', command: ['/bin/echo', 'tool'], env: { FROM: 'map' } },
    { image: 'tools/plain', command: [], args: ['echo', 'its own'] },
    { image: 'tools/options', command: [], program: 'echo', user: 1234 },
  ];
  runtime = await createProcessRuntime({ root: join(root, 'node'), version: '0', ...tools, images });
  agent = createNodeAgent({ ...tools, name: 'n1', client, runtime });
  await agent.start();
});

after(async () => {
  await agent.stop({ killPods: true });
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

async function run(name: string, container: object, spec: object = {}, annotations = {}): Promise<Pod> {
  const full = {
    nodeName: 'n1',
    restartPolicy: 'Never',
    containers: [{ name: 'c', image: 'i', ...container }],
    ...spec,
  };
  const object = { metadata: { namespace: 'default', name, annotations }, spec: full as unknown as PodSpec };
  return client.create(pods, object);
}

async function when(name: string, reached: (pod: Pod) => boolean): Promise<Pod> {
  for (let tries = 0; ; tries++) {
    const pod = await client.get(pods, { namespace: 'default', name });
    if (reached(pod)) return pod;
    assert(tries < 500, `in vain waited for ${name}: ${JSON.stringify(pod.status)}`);
    await sleep(systemClock, 10);
  }
}

const ended = ({ status }: Pod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed';

async function output(name: string): Promise<string> {
  const pod = await when(name, ended);
  const options = { follow: false, previous: false, timestamps: false, stream: 'All' } as const;
  const chunks: Uint8Array[] = [];
  for await (const chunk of agent.port.logs(pod, 'c', options, AbortSignal.timeout(5_000))) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function remove(name: string): Promise<void> {
  await client.delete(pods, { namespace: 'default', name }, { gracePeriodSeconds: 2 });
  for (let tries = 0; ; tries++) {
    const gone = await client.get(pods, { namespace: 'default', name }).then(() => false, isNotFound);
    if (gone && !(await runtime.list()).sandboxes.some((sandbox) => sandbox.name === name)) return;
    assert(tries < 500, `${name} does not go`);
    await sleep(systemClock, 10);
  }
}

async function said(reason: string, name: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    const { items } = await client.list(events, { namespace: 'default' });
    const found = items.find((event) => event.reason === reason && event.involvedObject.name === name);
    if (found !== undefined) return found.message ?? '';
    assert(tries < 500, `nothing said ${reason} of ${name}`);
    await sleep(systemClock, 10);
  }
}

const mounts = { skip: !canMount() };

test('files of the API, of the pod and of the machine are seen at their mount paths', mounts, async () => {
  const shared = join(root, 'shared');
  mkdirSync(shared);
  writeFileSync(join(shared, 'mine'), 'machine');
  const at = join(root, 'seen');
  const account = '/var/run/secrets/kubernetes.io/serviceaccount';
  const script = [
    `cat ${at}/cm/k ${at}/secret/p ${at}/down/labels ${at}/host/mine`,
    `echo; head -c 3 ${account}/token; cat ${account}/namespace ${account}/ca.crt`,
    `echo x > ${at}/empty/f && cat ${at}/empty/f`,
    `echo y > ${at}/cm/new || echo read-only`,
    `pwd; ls ${at}/part`,
    `${at}/bin/run`,
  ];
  const volumeMounts = [
    { name: 'cm', mountPath: `${at}/cm` },
    { name: 'bin', mountPath: `${at}/bin` },
    { name: 'secret', mountPath: `${at}/secret` },
    { name: 'down', mountPath: `${at}/down` },
    { name: 'host', mountPath: `${at}/host`, readOnly: true },
    { name: 'empty', mountPath: `${at}/empty` },
    { name: 'empty', mountPath: `${at}/part`, subPathExpr: 'of-$(NAME)' },
  ];
  const volumes = [
    { name: 'cm', configMap: { name: 'cm' } },
    { name: 'bin', configMap: { name: 'cm', defaultMode: 0o755 } },
    { name: 'secret', secret: { secretName: 's' } },
    { name: 'down', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.annotations' } }] } },
    { name: 'host', hostPath: { path: shared, type: 'Directory' } },
    { name: 'empty', emptyDir: {} },
  ];
  const env = [{ name: 'NAME', value: 'me' }];
  const container = { command: ['sh', '-c', script.join('; ')], workingDir: `${at}/empty`, volumeMounts, env };
  await run('seen', container, { volumes }, { a: 'b' });
  const log = await output('seen');
  const stdout = ['vpwa="b"machine', 'eyJdefaultCERTIFICATEx', 'read-only', `${at}/empty`, 'from cm', ''];
  assert.equal(
    log
      .split('\n')
      .filter((line) => !line.includes('Read-only file system'))
      .join('\n'),
    stdout.join('\n'),
  );
  assert.deepEqual(readdirSync(join(at, 'empty')), [], 'nobody else sees what a container mounts');
});

test('files that show annotations of the pod change with them at once', mounts, async () => {
  const at = join(root, 'followed');
  const volumes = [
    { name: 'down', downwardAPI: { items: [{ path: 'notes', fieldRef: { fieldPath: 'metadata.annotations' } }] } },
  ];
  const container = {
    command: ['sh', '-c', `until grep -q new ${at}/notes; do sleep 0.02; done`],
    volumeMounts: [{ name: 'down', mountPath: at }],
  };
  await run('followed', container, { volumes }, { a: 'old' });
  await when('followed', ({ status }) => status.phase === 'Running');
  await client.patch(
    pods,
    { namespace: 'default', name: 'followed' },
    { type: 'merge', body: { metadata: { annotations: { a: 'new' } } } },
  );
  assert.equal((await when('followed', ended)).status.phase, 'Succeeded');
});

test('another image starts the container anew, also in a pod that never restarts', async () => {
  const flag = join(root, 'second-run');
  const script = `[ -e ${flag} ] && exit 0; touch ${flag}; exec sleep 600`;
  await run('changed', { command: ['sh', '-c', script] });
  await when('changed', ({ status }) => status.phase === 'Running' && existsSync(flag));
  const spec = { containers: [{ name: 'c', image: 'another' }] };
  await client.patch(pods, { namespace: 'default', name: 'changed' }, { type: 'strategic', body: { spec } });
  const { status } = await when('changed', ended);
  const [own] = status.containerStatuses ?? [];
  assert.deepEqual([status.phase, own?.restartCount, own?.image], ['Succeeded', 1, 'another']);
  assert.match(await said('Killing', 'changed'), /Container c definition changed, will be restarted/);
});

test(
  'a program that only a mount brings is found, and a command beside the container sees the mounts too',
  mounts,
  async () => {
    const at = join(root, 'program');
    const container = {
      command: [`${at}/run`],
      volumeMounts: [{ name: 'cm', mountPath: at }],
      env: [{ name: 'dotted.name', value: '1' }],
    };
    const volumes = [{ name: 'cm', configMap: { name: 'cm', defaultMode: 0o755 } }];
    await run('program', container, { volumes });
    assert.equal(await output('program'), 'from cm\n');
    const lasting = {
      ...container,
      command: ['sleep', '60'],
      readinessProbe: { exec: { command: ['cat', `${at}/k`] }, periodSeconds: 1 },
    };
    await run('beside', lasting, { volumes });
    await when('beside', ({ status }) => status.containerStatuses?.[0]?.ready === true);
    await remove('beside');
  },
);

test('deleting a pod takes its own volumes along and leaves the machine’s files alone', mounts, async () => {
  const precious = join(root, 'precious');
  mkdirSync(join(precious, 'deep'), { recursive: true });
  writeFileSync(join(precious, 'deep/file'), 'keep');
  const at = join(root, 'delete');
  const script = `ln -s ${precious} ${at}/empty/link; ln -s ${precious}/deep/file ${at}/empty/file; mkdir ${at}/empty/${'d/'.repeat(3)} -p; sleep 60`;
  const volumeMounts = [
    { name: 'precious', mountPath: `${at}/precious` },
    { name: 'empty', mountPath: `${at}/empty` },
    { name: 'precious', mountPath: `${at}/empty/inside` },
  ];
  const volumes = [
    { name: 'precious', hostPath: { path: precious } },
    { name: 'empty', emptyDir: {} },
  ];
  const { metadata } = await run('delete', { command: ['sh', '-c', script], volumeMounts }, { volumes });
  const own = join(root, 'node/pods', metadata.uid);
  await when('delete', ({ status }) => status.phase === 'Running');
  for (let tries = 0; !existsSync(join(own, 'volume-empty/d/d/d')); tries++) {
    assert(tries < 500, 'it runs');
    await sleep(systemClock, 10);
  }
  await remove('delete');
  assert(!existsSync(own));
  assert.equal(readFileSync(join(precious, 'deep/file'), 'utf8'), 'keep');
});

test('a volume that cannot be made holds the pod back with an event, and lets it go when it can', mounts, async () => {
  const volumeMounts = [{ name: 'v', mountPath: join(root, 'late') }];
  const volumes = [{ name: 'v', configMap: { name: 'late' } }];
  await run('late', { command: ['cat', join(root, 'late/k')], volumeMounts }, { volumes });
  const text = 'MountVolume.SetUp failed for volume "v" : configmap "late" not found';
  assert.equal(await said('FailedMount', 'late'), text);
  const waiting = await when('late', ({ status }) => status.containerStatuses !== undefined);
  assert.deepEqual(waiting.status.containerStatuses?.[0]?.state, { waiting: { reason: 'ContainerCreating' } });
  await client.create(configMaps, { metadata: { namespace: 'default', name: 'late' }, data: { k: 'here' } });
  assert.equal((await output('late')).trim(), 'here');
});

test('a pod may take variables for mounts', async () => {
  const volumeMounts = [
    { name: 'my-data', mountPath: '/data' },
    { name: 'cm', mountPath: '/cm' },
  ];
  const volumes = [
    { name: 'my-data', emptyDir: {} },
    { name: 'cm', configMap: { name: 'cm' } },
  ];
  const command = ['sh', '-c', 'echo $(VOLUME_CM) > $VOLUME_MY_DATA/f; cat $VOLUME_CM/k $VOLUME_MY_DATA/f'];
  const { metadata } = await run(
    'variables',
    { command, volumeMounts },
    { volumes },
    { 'sampan.dev/volume-mode': 'env' },
  );
  const place = join(root, 'node/pods', metadata.uid, 'volume-cm');
  assert.equal(await output('variables'), `v${place}\n`);
});

test('what stands for an image runs with the arguments of the pod; without that a pod waits and says what to add', async () => {
  await run('mapped', { image: 'tool:1', args: ['a', '$(FROM)'], env: [{ name: 'FROM', value: 'pod' }] });
  assert.equal(await output('mapped'), 'tool a pod\n');
  await run('plain', { image: 'busybox:1.36', args: ['echo', 'no entrypoint'] });
  assert.equal(await output('plain'), 'no entrypoint\n');
  await run('untold', { image: 'tools/plain', args: [] });
  assert.equal(await output('untold'), 'its own\n');
  await run('unmapped', { image: 'example.com/team/app:1.2' });
  const pod = await when('unmapped', ({ status }) => status.containerStatuses !== undefined);
  const { reason, message = '' } = pod.status.containerStatuses?.[0]?.state.waiting ?? {};
  assert.equal(reason, 'CreateContainerError');
  assert.match(message, /^no command specified: .* imageMap: \[\{ image: "example.com\/team\/app:\*", command: \[/);
});

test('a pod is told once which of its fields are accepted but do nothing here', async () => {
  const resources = { limits: { cpu: '1' } };
  await run('limited', { command: ['true'], resources });
  assert.equal(
    await said('ProcessRuntime', 'limited'),
    'Accepted but not enforced: spec.containers[0].resources.limits.cpu',
  );
  await when('limited', ended);
});

const isRoot = process.getuid?.() === 0;

test('a hardened pod has the user, the groups and the powers that it asks for, and no others', {
  skip: !isRoot,
}, async () => {
  const line = 'grep -E "^(Uid|Groups|CapPrm|CapBnd|NoNewPrivs):" /proc/self/status | tr -s "\\t " " "';
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['CAP_CHOWN'] } };
  const of = { runAsUser: 1234, runAsGroup: 5, fsGroup: 6, supplementalGroups: [7] };
  await run('hardened', { command: ['sh', '-c', line], securityContext }, { securityContext: of });
  const expected = ['Uid: 1234 1234 1234 1234', 'Groups: 6 7 ', 'CapPrm: 0000000000000000', 'CapBnd: 0000000000000001'];
  assert.equal(await output('hardened'), [...expected, 'NoNewPrivs: 1', ''].join('\n'));
});

test('under the default profile root cannot do what that forbids, and is told what is not enforced', {
  skip: !isRoot,
}, async () => {
  const seccompProfile = { type: 'RuntimeDefault' };
  await run(
    'profiled',
    { command: ['sh', '-c', 'mount -t tmpfs none /mnt || id -u'] },
    { securityContext: { seccompProfile } },
  );
  assert.match(await output('profiled'), /permission denied|not permitted|must be superuser/i);
  assert.match(await said('ProcessRuntime', 'profiled'), /spec\.securityContext\.seccompProfile/);
});

test('with a read-only root only volumes can be written to, by commands beside too', {
  skip: !canMount(),
}, async () => {
  const tries = 'for d in /etc /data /sub /home /cm; do (echo x > $d/sampan-try) 2>/dev/null && echo $d; done';
  const volumeMounts = [
    { name: 'v', mountPath: '/data' },
    { name: 'v', mountPath: '/sub', subPath: 'a/b' },
    { name: 'cm', mountPath: '/cm' },
  ];
  const container = { command: ['sh', '-c', tries], securityContext: { readOnlyRootFilesystem: true }, volumeMounts };
  const volumes = [
    { name: 'v', emptyDir: {} },
    { name: 'cm', configMap: { name: 'cm' } },
  ];
  await run('read-only', container, { volumes });
  assert.equal(await output('read-only'), '/data\n/sub\n');
  const readinessProbe = { exec: { command: ['test', '!', '-w', '/etc'] } };
  await run('watched', { ...container, command: ['sleep', '60'], volumeMounts: [], readinessProbe }, { volumes: [] });
  await when('watched', ({ status }) => status.containerStatuses?.[0]?.ready === true);
  await remove('watched');
});

test("a pod's group owns its volumes, and its processes are in it", { skip: !isRoot || !canMount() }, async () => {
  const line =
    'echo x > /data/f && echo x > /sub/f && stat -c "%g %a" /data /data/f /cm/..data/k && cat /cm/k && id -G';
  const volumeMounts = [
    { name: 'v', mountPath: '/data' },
    { name: 'v', mountPath: '/sub', subPath: 'a' },
    { name: 'cm', mountPath: '/cm' },
  ];
  const volumes = [
    { name: 'v', emptyDir: {} },
    { name: 'cm', configMap: { name: 'cm', defaultMode: 0o400 } },
  ];
  const securityContext = { runAsUser: 1234, runAsGroup: 5, fsGroup: 6 };
  await run('grouped', { command: ['sh', '-c', line], volumeMounts }, { volumes, securityContext });
  assert.equal(await output('grouped'), '6 2777\n6 644\n6 440\nv5 6\n');
});

test('a token is for the user or the group of its pod, and for all where neither is known', {
  skip: !isRoot || !canMount(),
}, async () => {
  const volumeMounts = [{ name: 't', mountPath: '/t' }];
  const sources = [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'cm' } }];
  const volumes = [{ name: 't', projected: { sources } }];
  const container = {
    command: ['sh', '-c', 'stat -c "%u %g %a" /t/..data/token /t/..data/k; test -r /t/token'],
    volumeMounts,
  };
  const cases: readonly (readonly [string, object, string, string])[] = [
    ['token-user', { runAsUser: 1234, runAsGroup: 5 }, '1234 0 600', '0 0 644'],
    ['token-group', { runAsGroup: 5, fsGroup: 6 }, '0 6 640', '0 6 644'],
    ['token-both', { runAsUser: 1234, runAsGroup: 5, fsGroup: 6 }, '1234 6 640', '0 6 644'],
    ['token-all', {}, '0 0 644', '0 0 644'],
  ];
  for (const [name, securityContext, token, other] of cases) {
    await run(name, container, { volumes, securityContext });
    assert.equal(await output(name), `${token}\n${other}\n`, name);
    assert.equal((await when(name, ended)).status.phase, 'Succeeded', name);
  }
});

test('arguments that name no program go to the one that the image is made for, as the user of the image', {
  skip: !isRoot,
}, async () => {
  const image = 'tools/options';
  await run('options', { image, args: ['-n', 'a'] });
  await run('words', { image, args: ['no-such-program', 'a'] });
  await run('own-program', { image, args: ['id', '-u'], securityContext: { runAsNonRoot: true } });
  assert.equal(await output('options'), 'a');
  assert.equal(await output('words'), 'no-such-program a\n');
  assert.equal(await output('own-program'), '1234\n');
});

test('who asks not to be root, of an image that nobody knows, is told what to write', { skip: !isRoot }, async () => {
  await run('nobody', { command: ['true'], securityContext: { runAsNonRoot: true } });
  const message = await said('Failed', 'nobody');
  assert.match(
    message,
    /container has runAsNonRoot and image will run as root \(pod: .*; images are only labels here: set securityContext\.runAsUser, or the user in/,
  );
  await remove('nobody');
});

test('a script for the image python finds python, whatever the machine calls it', { skip: !hasPython() }, async () => {
  await run('snake', { image: 'python:3.12-slim', command: ['sh', '-c', "python -c 'print(1 + 1)'"] });
  assert.equal(await output('snake'), '2\n');
});

function hasPython(): boolean {
  return spawnSync('python3', ['--version'], { env: { PATH: '/usr/local/bin:/usr/bin:/bin' } }).status === 0;
}

test('last words reach the status from the path that the pod gives, whoever writes them', {
  skip: !canMount() || !isRoot,
}, async () => {
  const own = { restartPolicy: 'Never', securityContext: { runAsUser: 1234 } };
  await run('words-default', { command: ['sh', '-c', 'echo bye > /dev/termination-log'] }, own);
  const path = { terminationMessagePath: '/tmp/sampan-last-words' };
  await run('words-path', { command: ['sh', '-c', 'echo so long > /tmp/sampan-last-words'], ...path });
  for (const [name, message] of [
    ['words-default', 'bye\n'],
    ['words-path', 'so long\n'],
  ] as const) {
    const { status } = await when(name, ended);
    assert.equal(status.containerStatuses?.[0]?.state.terminated?.message, message);
  }
  rmSync('/tmp/sampan-last-words', { force: true });
});

test('a volume may hide the places where the volumes of the node lie', { skip: !canMount() }, async () => {
  const volumeMounts = [
    { name: 'shm', mountPath: '/dev/shm' },
    { name: 'tmp', mountPath: tmpdir() },
    { name: 's', mountPath: '/var/sampan-hidden' },
  ];
  const volumes = [
    { name: 'shm', emptyDir: { medium: 'Memory' } },
    { name: 'tmp', emptyDir: {} },
    { name: 's', secret: { secretName: 's' } },
  ];
  const line = `ls -A /dev/shm ${tmpdir()} && cat /var/sampan-hidden/p`;
  await run('hiding', { command: ['sh', '-c', line], volumeMounts }, { volumes });
  assert.equal(await output('hiding'), `/dev/shm:\n\n${tmpdir()}:\npw`);
  rmSync('/var/sampan-hidden', { recursive: true });
});

test('a program that the image keeps elsewhere is found in another of the usual directories', async () => {
  await run('elsewhere', { command: ['/usr/local/sbin/echo', 'found'] });
  assert.equal(await output('elsewhere'), 'found\n');
});
