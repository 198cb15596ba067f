import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

test('a pod runs under the account default and gets its token in every container', async () => {
  const harness = await Harness.start();
  const { spec } = await harness.pod('p', { initContainers: [{ name: 'init', image: 'i:1' }] });
  assert.deepEqual([spec.serviceAccountName, spec.serviceAccount], ['default', 'default']);
  const [volume] = spec.volumes ?? [];
  assert.match(volume?.name ?? '', /^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  assert.equal(volume?.projected?.defaultMode, 420);
  const sources = volume?.projected?.sources ?? [];
  assert.deepEqual(sources[0], { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } });
  const mount = { name: volume?.name, readOnly: true, mountPath: tokenPath };
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    assert.deepEqual(container.volumeMounts, [mount]);
  }
});

test('no token for a pod, an account or a container that does not want it', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  assert.equal((await harness.pod('a', { automountServiceAccountToken: false })).spec.volumes, undefined);
  const metadata = { name: 'bot', namespace };
  await client.create(serviceAccounts, {
    metadata,
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: 's' }],
  });
  const bot = await harness.pod('b', { serviceAccountName: 'bot' });
  assert.equal(bot.spec.volumes, undefined);
  assert.deepEqual(bot.spec.imagePullSecrets, [{ name: 's' }]);
  const volumes = [{ name: 'v', emptyDir: {} }];
  const volumeMounts = [{ name: 'v', mountPath: tokenPath }];
  const own = await harness.pod('c', { containers: [{ name: 'm', image: 'i:1', volumeMounts }], volumes });
  assert.deepEqual(own.spec.volumes, volumes);
});

test('an account must exist; the default one may take a moment to come', async () => {
  const harness = await Harness.start();
  const { client, clock } = harness;
  const refused = await refusal(harness.pod('p', { serviceAccountName: 'nobody' }));
  assert.equal(
    refused.message,
    'pods "p" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
  );
  await client.create(namespaces, { metadata: { name: 'fresh' }, spec: {} });
  const metadata = { name: 'p', namespace: 'fresh' };
  const spec = { containers: [{ name: 'main', image: 'i:1', resources: {} }] };
  const waiting = client.create(pods, { metadata, spec });
  await clock.advance(300);
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'fresh' } });
  await clock.advance(150);
  assert.equal((await waiting).metadata.namespace, 'fresh');
  await client.create(namespaces, { metadata: { name: 'empty' }, spec: {} });
  const vain = refusal(client.create(pods, { metadata: { name: 'p', namespace: 'empty' }, spec }));
  await clock.advance(2_000);
  assert.match((await vain).message, /error looking up service account empty\/default/);
});

test('mirror pods use no account', async () => {
  const harness = await Harness.start();
  const annotations = { 'kubernetes.io/config.mirror': 'x' };
  const mirror = await harness.pod('p', { nodeName: 'n' }, { annotations });
  assert.equal(mirror.spec.volumes, undefined);
  const refused = await refusal(harness.pod('q', { nodeName: 'n', serviceAccountName: 'default' }, { annotations }));
  assert.match(refused.message, /a mirror pod may not reference service accounts$/);
});

test('the priority comes from the class, the default class, or is zero', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  const priorityOf = async (name: string, spec: object = {}) => {
    const { priority, preemptionPolicy, priorityClassName } = (await harness.pod(name, spec)).spec;
    return [priority, preemptionPolicy, priorityClassName];
  };
  assert.deepEqual(await priorityOf('a'), [0, 'PreemptLowerPriority', undefined]);
  const high = { metadata: { name: 'high' }, value: 777, preemptionPolicy: 'Never' };
  await client.create(priorityClasses, high);
  assert.deepEqual(await priorityOf('b', { priorityClassName: 'high' }), [777, 'Never', 'high']);
  await client.create(priorityClasses, { metadata: { name: 'usual' }, value: 5, globalDefault: true });
  assert.deepEqual(await priorityOf('c'), [5, 'PreemptLowerPriority', 'usual']);

  const refused = async (spec: object) => (await refusal(harness.pod('x', spec))).message;
  const computed = 'priority admission controller computed 777 from the given PriorityClass name';
  assert.equal(
    await refused({ priorityClassName: 'high', priority: 5 }),
    `pods "x" is forbidden: the integer value of priority (5) must not be provided in pod spec; ${computed}`,
  );
  assert.match(await refused({ priorityClassName: 'nope' }), /no PriorityClass with name nope was found$/);
});

test('there is one default priority class, and system classes stay', async () => {
  const { client } = await Harness.start();
  await client.create(priorityClasses, { metadata: { name: 'one' }, value: 1, globalDefault: true });
  const second = client.create(priorityClasses, { metadata: { name: 'two' }, value: 2, globalDefault: true });
  const text = 'PriorityClass one is already marked as default. Only one default can exist';
  assert.ok((await refusal(second)).message.endsWith(text));
  const system = await refusal(client.delete(priorityClasses, { name: 'system-node-critical' }));
  assert.ok(system.message.endsWith('this is a system priority class and cannot be deleted'));
  assert.equal(await client.delete(priorityClasses, { name: 'one' }), undefined);
});

test('pods tolerate troubles of their node for five minutes unless they say otherwise', async () => {
  const harness = await Harness.start();
  const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
  const some = await harness.pod('a', { tolerations: [own] });
  const added = { ...own, key: 'node.kubernetes.io/unreachable', tolerationSeconds: 300 };
  assert.deepEqual(some.spec.tolerations, [own, added]);
  const everything = await harness.pod('b', { tolerations: [{ operator: 'Exists' }] });
  assert.deepEqual(everything.spec.tolerations, [{ operator: 'Exists' }]);
});

test('a pod that is made for a node carries the zone of that node', async () => {
  const harness = await Harness.start();
  const zone = { 'topology.kubernetes.io/zone': 'z1' };
  await harness.client.create(nodes, { metadata: { name: 'n1', labels: { ...zone, other: 'x' } }, spec: {} });
  assert.deepEqual((await harness.pod('a', { nodeName: 'n1' })).metadata.labels, zone);
  const wrong = { labels: { 'topology.kubernetes.io/zone': 'elsewhere', own: 'x' } };
  assert.deepEqual((await harness.pod('c', { nodeName: 'n1' }, wrong)).metadata.labels, { ...zone, own: 'x' });
  assert.equal((await harness.pod('b')).metadata.labels, undefined);
});

test('a new node is tainted until it has been seen ready', async () => {
  const { client } = await Harness.start();
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
  const metadata = { name: 'n1' };
  assert.deepEqual((await client.create(nodes, { metadata, spec: {} })).spec.taints, [taint]);
  const tainted = { metadata: { name: 'n2' }, spec: { taints: [taint] } };
  assert.deepEqual((await client.create(nodes, tainted)).spec.taints, [taint]);
});
