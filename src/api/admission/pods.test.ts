import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { limitRanges } from '#kinds/limit-range/limit-range.ts';
import { nodes } from '#kinds/node/node.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import { pods } from '#kinds/pod/pod.ts';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';

const sized = (cpu: string, memory = '1Mi') => ({ requests: { cpu, memory }, limits: { cpu, memory } });
const container = (more: object = {}) => [{ name: 'main', image: 'i:1', ...more }];

function resize({ client }: Harness, name: string, resources: object) {
  const body = { spec: { containers: [{ name: 'main', resources }] } };
  return client.patch(pods, { namespace, name }, { type: 'strategic', body }, { subresource: 'resize' });
}

async function limited(limits: readonly object[]): Promise<Harness> {
  const harness = await Harness.start();
  await harness.client.create(limitRanges, { metadata: { name: 'l', namespace }, spec: { limits } as never });
  return harness;
}

test('limits say what is missing and what is too much, of containers and of the pod without its overhead', async () => {
  const harness = await limited([
    { type: 'Pod', max: { cpu: '2' }, min: { memory: '1Mi' } },
    { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
  ]);
  const { message } = await refusal(harness.pod('p', { containers: container() }));
  for (const text of [
    'minimum memory usage per Pod is 1Mi.  No request is specified',
    'maximum cpu usage per Pod is 2.  No limit is specified',
    'cpu max limit to request ratio per Container is 2, but no request is specified or request is 0',
  ]) {
    assert.ok(message.includes(text), `${text} in ${message}`);
  }
});

test('limits hold when a pod is resized and when a claim grows, not when other things change', async () => {
  const harness = await limited([
    { type: 'Container', max: { cpu: '1' } },
    { type: 'PersistentVolumeClaim', max: { storage: '2Gi' } },
  ]);
  await harness.pod('p', { containers: container({ resources: sized('500m') }) });
  await resize(harness, 'p', sized('1'));
  assert.equal(
    (await refusal(resize(harness, 'p', sized('2')))).message,
    'pods "p" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
  );
  const { client } = harness;
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  await client.create(persistentVolumeClaims, { metadata: { name: 'c', namespace }, spec });
  const bound = { type: 'merge', body: { status: { phase: 'Bound' } } } as const;
  await client.patch(persistentVolumeClaims, { namespace, name: 'c' }, bound, { subresource: 'status' });
  const body = { spec: { resources: { requests: { storage: '3Gi' } } } };
  const grow = client.patch(persistentVolumeClaims, { namespace, name: 'c' }, { type: 'merge', body });
  assert.match(
    (await refusal(grow)).message,
    /maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3/,
  );
});

test('a pod grows no further than its node has room at all', async () => {
  const harness = await Harness.start();
  const allocatable = { cpu: '1', memory: '10Mi' };
  await harness.client.create(nodes, { metadata: { name: 'n1' }, spec: {} });
  const status = { type: 'merge', body: { status: { allocatable, capacity: allocatable } } } as const;
  await harness.client.patch(nodes, { name: 'n1' }, status, { subresource: 'status' });
  await harness.pod('p', { nodeName: 'n1', containers: container({ resources: sized('500m') }) });
  await resize(harness, 'p', sized('1'));
  const { message, details } = await refusal(resize(harness, 'p', sized('2', '20Mi')));
  const lacking = 'cpu, requested: 2000, allocatable: 1000; memory, requested: 20971520, allocatable: 10485760';
  assert.equal(message, `pods "p" is forbidden: node didn't have enough allocatable resources: ${lacking}`);
  assert.deepEqual(details?.causes, [{ reason: 'NodeCapacity' }]);
  const windows = { type: 'merge', body: { metadata: { labels: { 'kubernetes.io/os': 'windows' } } } } as const;
  await harness.client.patch(nodes, { name: 'n1' }, windows);
  assert.match(
    (await refusal(resize(harness, 'p', sized('600m')))).message,
    /only supported on linux nodes, node "n1"/,
  );
});

test('a pod is resized as a whole only where its node says that it knows how to', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  const allocatable = { cpu: '4', memory: '1Gi' };
  await client.create(nodes, { metadata: { name: 'n1' }, spec: {} });
  const say = (more: object) =>
    client.patch(
      nodes,
      { name: 'n1' },
      { type: 'merge', body: { status: { allocatable, capacity: allocatable, ...more } } },
      { subresource: 'status' },
    );
  await say({});
  const containers = container({ resources: sized('500m') });
  await harness.pod('p', { nodeName: 'n1', containers, resources: { requests: { cpu: '1' }, limits: { cpu: '2' } } });
  const whole = (cpu: string) => {
    const body = { spec: { resources: { requests: { cpu }, limits: { cpu: '2' } } } };
    return client.patch(pods, { namespace, name: 'p' }, { type: 'strategic', body }, { subresource: 'resize' });
  };
  assert.equal(
    (await refusal(whole('1500m'))).message,
    'pods "p" is forbidden: pod update requires features InPlacePodLevelResourcesVerticalScaling which are not available ' +
      'on node "n1"',
  );
  await say({ declaredFeatures: ['InPlacePodLevelResourcesVerticalScaling'] });
  assert.equal((await whole('1500m')).spec.resources?.requests?.cpu, '1500m');
});

test('whoever replaces a pod need not repeat what admission has added', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  await client.create(priorityClasses, { metadata: { name: 'high' }, value: 7, preemptionPolicy: 'Never' });
  const more = { priorityClassName: 'high', automountServiceAccountToken: false, serviceAccountName: 'default' };
  const { metadata, spec } = await harness.pod('p', more);
  const { tolerations: _tolerations, priority: _priority, preemptionPolicy: _policy, ...own } = spec;
  const replaced = await client.update(pods, { metadata, spec: own } as never);
  assert.deepEqual((replaced as { spec: unknown }).spec, spec);
});

test('only its runtime class may give a pod an overhead', async () => {
  const harness = await Harness.start();
  const { message } = await refusal(harness.pod('p', { overhead: { cpu: '1' } }));
  assert.equal(
    message,
    'pods "p" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
  );
});

test('an account may hold its pods to the secrets that it lists', async () => {
  const harness = await Harness.start();
  const annotations = { 'kubernetes.io/enforce-mountable-secrets': 'true' };
  const account = { metadata: { name: 'bot', namespace, annotations }, secrets: [{ name: 'listed' }] };
  await harness.client.create(serviceAccounts, account);
  const refused = async (spec: object) =>
    (await refusal(harness.pod('p', { serviceAccountName: 'bot', ...spec }))).message;
  const secretOf = (name: string) => [{ name: 'E', valueFrom: { secretKeyRef: { name, key: 'k' } } }];
  const rest = 'is not allowed because service account bot does not reference that';
  assert.equal(
    await refused({ volumes: [{ name: 'v', secret: { secretName: 'other' } }] }),
    `pods "p" is forbidden: volume with secret.secretName="other" ${rest} secret`,
  );
  assert.match(
    await refused({ containers: container({ env: secretOf('other') }) }),
    new RegExp(`container main with envVar E referencing secret.secretName="other" ${rest} secret$`),
  );
  assert.match(await refused({ imagePullSecrets: [{ name: 'x' }] }), /imagePullSecrets\[0\]\.name="x" is not allowed/);
  await harness.pod('p', { serviceAccountName: 'bot', containers: container({ env: secretOf('listed') }) });
  const added = { name: 'debug', image: 'i:1', envFrom: [{ secretRef: { name: 'other' } }] };
  const body = { spec: { ephemeralContainers: [added] } };
  const debug = harness.client.patch(
    pods,
    { namespace, name: 'p' },
    { type: 'strategic', body },
    { subresource: 'ephemeralcontainers' },
  );
  assert.match((await refusal(debug)).message, /^ephemeral container debug with envFrom referencing secret/);
});
