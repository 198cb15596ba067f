import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { limitRanges } from '#kinds/limit-range/limit-range.ts';
import type { LimitRangeItem } from '#kinds/limit-range/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import { resourceQuotas } from '#kinds/resource-quota/resource-quota.ts';
import { isInScope } from '#kinds/resource-quota/scopes.ts';
import { services } from '#kinds/service/service.ts';

const ref = { namespace, name: 'q' };

async function withQuota(hard: { readonly [name: string]: string }, used: object, spec: object = {}): Promise<Harness> {
  const harness = await Harness.start();
  await harness.client.create(resourceQuotas, { metadata: ref, spec: { hard, ...spec } });
  const body = { status: { hard, used } };
  await harness.client.patch(resourceQuotas, ref, { type: 'merge', body }, { subresource: 'status' });
  return harness;
}

async function used(harness: Harness): Promise<object | undefined> {
  return (await harness.client.get(resourceQuotas, ref)).status.used;
}

function container(requests: object, limits: object = {}) {
  return { name: 'main', image: 'i:1', resources: { requests, limits } };
}

test('of many creates at once as many get through as there is room for', async () => {
  const harness = await withQuota(
    { configmaps: '3', 'count/configmaps': '10' },
    { configmaps: '0', 'count/configmaps': '0' },
  );
  const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
  const outcomes = await Promise.allSettled(names.map((name) => harness.configMap(name)));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3);
  const refused = await refusal(harness.configMap('more'));
  assert.equal(
    refused.message,
    'configmaps "more" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=3, limited: configmaps=3',
  );
  assert.deepEqual(await used(harness), { configmaps: '3', 'count/configmaps': '3' });
});

test('pods take what they ask for, and must say what that is', async () => {
  const harness = await withQuota(
    { pods: '5', 'requests.cpu': '1', 'limits.memory': '1Gi' },
    { pods: '0', 'requests.cpu': '0', 'limits.memory': '0' },
  );
  assert.equal(
    (await refusal(harness.pod('p', { containers: [container({ cpu: '1' })] }))).message,
    'pods "p" is forbidden: failed quota: q: must specify limits.memory for: main',
  );
  await harness.pod('p', { containers: [container({ cpu: '600m' }, { memory: '512Mi' })] });
  assert.deepEqual(await used(harness), { pods: '1', 'requests.cpu': '600m', 'limits.memory': '512Mi' });
  assert.match(
    (await refusal(harness.pod('p2', { containers: [container({ cpu: '500m' }, { memory: '1Gi' })] }))).message,
    /exceeded quota: q, requested: limits.memory=1Gi,requests.cpu=500m, used: limits.memory=512Mi,requests.cpu=600m, limited: limits.memory=1Gi,requests.cpu=1$/,
  );
});

test('refusals name an object even if its name is generated', async () => {
  const harness = await withQuota({ pods: '0' }, { pods: '0' });
  assert.match(
    (await refusal(harness.pod('', {}, { generateName: 'p-' }))).message,
    /^pods "p-[a-z0-9]{5}" is forbidden: /,
  );
  const early = harness.pod('', { serviceAccountName: 'nobody' }, { generateName: 'p-' });
  assert.match((await refusal(early)).message, /^pods "p-" is forbidden: error looking up/);
});

test('a quota counts only what is in its scope', async () => {
  const harness = await withQuota({ pods: '1' }, { pods: '0' }, { scopes: ['BestEffort'] });
  await harness.pod('burstable', { containers: [container({ cpu: '1' })] });
  await harness.configMap('c');
  assert.deepEqual(await used(harness), { pods: '0' });
  await harness.pod('effort');
  assert.match((await refusal(harness.pod('more'))).message, /exceeded quota/);
});

test('a quota that does not know yet what is used lets nothing through; one without status everything', async () => {
  const harness = await withQuota({ configmaps: '3' }, {});
  const refused = await refusal(harness.configMap('c'));
  assert.equal(refused.message, 'configmaps "c" is forbidden: status unknown for quota: q, resources: configmaps');
  const other = await Harness.start();
  await other.client.create(resourceQuotas, { metadata: ref, spec: { hard: { configmaps: '0' } } });
  await other.configMap('c');
});

test('a dry run is refused like any other, but takes nothing', async () => {
  const harness = await withQuota({ configmaps: '1' }, { configmaps: '0' });
  const dry = (name: string) => harness.client.create(configMaps, { metadata: { name, namespace } }, { dryRun: true });
  await dry('a');
  assert.deepEqual(await used(harness), { configmaps: '0' });
  await harness.configMap('a');
  assert.match((await refusal(dry('b'))).message, /exceeded quota/);
});

async function withLimits(...limits: readonly LimitRangeItem[]): Promise<Harness> {
  const harness = await Harness.start();
  await harness.client.create(limitRanges, { metadata: { name: 'l', namespace }, spec: { limits } });
  return harness;
}

test('containers get the defaults of their namespace, and the pod says so', async () => {
  const harness = await withLimits({
    type: 'Container',
    default: { cpu: '500m', memory: '128Mi' },
    defaultRequest: { cpu: '100m' },
  });
  const { metadata, spec } = await harness.pod('p', {
    initContainers: [{ name: 'i', image: 'i:1', resources: { requests: { memory: '1Mi' } } }],
  });
  const limits = { cpu: '500m', memory: '128Mi' };
  assert.deepEqual(spec.containers[0]?.resources, { limits, requests: { cpu: '100m', memory: '128Mi' } });
  assert.deepEqual(spec.initContainers?.[0]?.resources, { limits, requests: { cpu: '100m', memory: '1Mi' } });
  assert.equal(
    metadata.annotations?.['kubernetes.io/limit-ranger'],
    'LimitRanger plugin set: cpu, memory request for container main; cpu, memory limit for container main; ' +
      'cpu request for init container i; cpu, memory limit for init container i',
  );
});

test('pods out of bounds are refused with all reasons', async () => {
  const harness = await withLimits(
    { type: 'Container', min: { cpu: '50m' }, max: { cpu: '1' }, maxLimitRequestRatio: { cpu: '10' } },
    { type: 'Pod', max: { cpu: '2' } },
  );
  const refused = await refusal(harness.pod('p', { containers: [container({ cpu: '10m' }, { cpu: '3' })] }));
  assert.equal(
    refused.message,
    'pods "p" is forbidden: [minimum cpu usage per Container is 50m, but request is 10m, maximum cpu usage per Container is 1, ' +
      'but limit is 3, cpu max limit to request ratio per Container is 10, but provided ratio is 300.000000, ' +
      'maximum cpu usage per Pod is 2, but limit is 3]',
  );
  const bounded = await withLimits({ type: 'Pod', min: { memory: '1Mi' } });
  assert.equal(
    (await refusal(bounded.pod('p'))).message,
    'pods "p" is forbidden: minimum memory usage per Pod is 1Mi.  No request is specified',
  );
});

async function service({ client }: Harness, name: string, type: string, more: object = {}) {
  const ports = [{ port: 80 }, { port: 81, name: 'b' }].map((port, index) => ({ name: `p${index}`, ...port }));
  return client.create(services, { metadata: { name, namespace }, spec: { type, ports, ...more } } as never);
}

test('services are counted by their kind, and by the ports they will have on every node', async () => {
  const bounds = { services: '5', 'services.nodeports': '4', 'services.loadbalancers': '1' };
  const harness = await withQuota(bounds, { services: '0', 'services.nodeports': '0', 'services.loadbalancers': '0' });
  await service(harness, 'plain', 'ClusterIP');
  await service(harness, 'balanced', 'LoadBalancer');
  assert.deepEqual(await used(harness), {
    services: '2',
    'services.nodeports': '2',
    'services.loadbalancers': '1',
  });
  const balanced = { type: 'merge', body: { spec: { type: 'LoadBalancer' } } } as const;
  const change = harness.client.patch(services, { namespace, name: 'plain' }, balanced);
  assert.match((await refusal(change)).message, /requested: services.loadbalancers=1, used: services.loadbalancers=1/);
  const open = { type: 'merge', body: { spec: { type: 'NodePort' } } } as const;
  await harness.client.patch(services, { namespace, name: 'plain' }, open);
  assert.deepEqual(await used(harness), {
    services: '2',
    'services.nodeports': '4',
    'services.loadbalancers': '1',
  });
  assert.match((await refusal(service(harness, 'more', 'NodePort'))).message, /requested: services.nodeports=2/);
  await service(harness, 'last', 'ClusterIP');
});

test('a pod that is resized takes what it has more than before', async () => {
  const harness = await withQuota({ 'requests.cpu': '1' }, { 'requests.cpu': '0' });
  await harness.pod('p', { containers: [container({ cpu: '600m' })] });
  const resize = (cpu: string) => {
    const body = { spec: { containers: [{ name: 'main', resources: { requests: { cpu } } }] } };
    return harness.client.patch(pods, { namespace, name: 'p' }, { type: 'strategic', body }, { subresource: 'resize' });
  };
  await resize('900m');
  assert.deepEqual(await used(harness), { 'requests.cpu': '900m' });
  assert.match((await refusal(resize('1100m'))).message, /requested: requests.cpu=200m, used: requests.cpu=900m/);
  await resize('100m');
  assert.deepEqual(await used(harness), { 'requests.cpu': '900m' }, 'the controller counts down');
});

test('a pod that comes under a deadline comes under the quota of those that have one', async () => {
  const harness = await withQuota({ pods: '1' }, { pods: '1' }, { scopes: ['Terminating'] });
  await harness.pod('p');
  const body = { spec: { activeDeadlineSeconds: 5 } };
  const change = harness.client.patch(pods, { namespace, name: 'p' }, { type: 'merge', body });
  assert.match((await refusal(change)).message, /exceeded quota: q, requested: pods=1/);
  const label = { metadata: { labels: { a: 'b' } } };
  await harness.client.patch(pods, { namespace, name: 'p' }, { type: 'merge', body: label });
});

test('first is asked what is missing, then what is not known yet; a pod may speak for its containers', async () => {
  const harness = await Harness.start();
  const hard = { 'requests.cpu': '1', 'requests.storage': '1Gi' };
  await harness.client.create(resourceQuotas, { metadata: ref, spec: { hard } });
  const body = { status: { hard } };
  await harness.client.patch(resourceQuotas, ref, { type: 'merge', body }, { subresource: 'status' });
  const head = 'pods "p" is forbidden:';
  assert.equal(
    (await refusal(harness.pod('p'))).message,
    `${head} failed quota: q: must specify requests.cpu for: main`,
  );
  const spoken = harness.pod('p', { resources: { requests: { memory: '1Mi' } } });
  assert.equal((await refusal(spoken)).message, `${head} status unknown for quota: q, resources: requests.cpu`);
});

test('claims are counted in the scope of the settings they ask for', () => {
  const inScope = (operator: string, values: readonly string[], claim: object) => {
    const matchExpressions = [{ scopeName: 'VolumeAttributesClass', operator, values }];
    const spec = { scopeSelector: { matchExpressions } };
    return isInScope(spec, { group: '', plural: 'persistentvolumeclaims' }, { spec: {}, status: {}, ...claim });
  };
  assert.equal(inScope('In', ['gold'], { spec: { volumeAttributesClassName: 'gold' } }), true);
  assert.equal(inScope('In', ['gold'], { status: { currentVolumeAttributesClassName: 'gold' } }), true);
  assert.equal(inScope('Exists', [], {}), false);
  assert.equal(inScope('NotIn', ['gold'], {}), true);
});
