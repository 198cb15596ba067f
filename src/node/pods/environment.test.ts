import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { ObjectRef } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { containerConfig, hostnameOf } from '#node/pods/container-config.ts';
import { resourceValue } from '#node/pods/downward.ts';
import { buildEnvironment, type EnvironmentInput } from '#node/pods/environment.ts';
import { expand } from '#node/pods/expansion.ts';
import { stored } from '#testing/stored.ts';

const data: { readonly [name: string]: { readonly [key: string]: string } } = {
  cm: { k: 'from-cm', A: 'all' },
  s: { k: Buffer.from('from-secret').toString('base64') },
};

const known = [
  { name: 'my-db', clusterIP: '10.96.0.7', ports: [{ port: 5432 }, { name: 'dns-udp', port: 53, protocol: 'UDP' }] },
  { name: 'headless', clusterIP: 'None', ports: [{ port: 1 }] },
  { name: 'kubernetes', clusterIP: '10.96.0.1', ports: [{ port: 443 }] },
].map(({ name, ...spec }) => ({ metadata: { name }, spec }));

/** ConfigMaps, Secrets and services; environments ask for nothing else. */
const sources = {
  services: async () => known,
  read: async (resource: { readonly plural: string }, { name }: ObjectRef) => {
    if (data[name] === undefined) throw apiErrors.notFound({ group: '', plural: resource.plural }, name);
    return { data: data[name] };
  },
} as unknown as Pick<EnvironmentInput, 'read' | 'services'>;

function podWith(container: object, metadata: object = {}): Pod {
  const spec = {
    nodeName: 'n',
    serviceAccountName: 'sa',
    enableServiceLinks: false,
    containers: [{ name: 'c', image: 'i', ...container }],
  };
  return stored(pods, { metadata: { name: 'p', uid: 'p-uid', ...metadata }, spec } as unknown as Pod);
}

async function environment(container: object, metadata: object = {}): Promise<{ [name: string]: string }> {
  const pod = podWith(container, metadata);
  const facts = { hostIP: '10.0.0.1', podIP: '10.0.0.2', allocatable: { cpu: '2', memory: '1Gi' } };
  const own = pod.spec.containers[0];
  assert(own !== undefined);
  return Object.fromEntries(await buildEnvironment({ ...sources, pod, container: own, facts, apiServer: undefined }));
}

test('references are expanded once, from what was said before', async () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'B', value: '$(A)-$(C)-$$(A)' },
    { name: 'C', value: '2' },
  ];
  assert.deepEqual(await environment({ env }), { A: '1', B: '1-$(C)-$(A)', C: '2' });
  const cases = [
    ['$(X', '$(X'],
    ['$', '$'],
    ['a$$b', 'a$b'],
    ['$$$(V)', '$v'],
    ['$(V)$(V)', 'vv'],
    ['$V', '$V'],
    ['$()', '$()'],
  ] as const;
  for (const [given, expected] of cases)
    assert.equal(
      expand(given, (name) => (name === 'V' ? 'v' : undefined)),
      expected,
    );
});

test('a limit that is not set is all that the node has, also of more bytes than fit in nanounits', () => {
  const pod = podWith({});
  const facts = { hostIP: '', podIP: '', allocatable: { cpu: '1500m', memory: '24629300Ki' } };
  const own = pod.spec.containers[0];
  assert(own !== undefined);
  const limit = (resource: string, divisor: string) => resourceValue({ resource, divisor }, pod, own, facts);
  assert.deepEqual([limit('limits.memory', '0'), limit('limits.memory', '1Gi')], ['25220403200', '24']);
  assert.deepEqual([limit('limits.cpu', '1'), limit('limits.cpu', '1m')], ['2', '1500']);
});

test('a container is told of the services of its namespace, unless the pod declines, and of the API server', async () => {
  const build = async (links: boolean) => {
    const pod = podWith({});
    const own = pod.spec.containers[0];
    assert(own !== undefined);
    const asked = { ...pod, spec: { ...pod.spec, enableServiceLinks: links } };
    const facts = { hostIP: '', podIP: '', allocatable: {} };
    const apiServer = { host: '::1', port: 6443 };
    const env = { ...sources, pod: asked, container: own, facts, apiServer };
    return Object.fromEntries(await buildEnvironment(env));
  };
  const server = {
    KUBERNETES_SERVICE_HOST: '::1',
    KUBERNETES_SERVICE_PORT: '6443',
    KUBERNETES_SERVICE_PORT_HTTPS: '6443',
    KUBERNETES_PORT: 'tcp://[::1]:6443',
    KUBERNETES_PORT_6443_TCP: 'tcp://[::1]:6443',
    KUBERNETES_PORT_6443_TCP_PROTO: 'tcp',
    KUBERNETES_PORT_6443_TCP_PORT: '6443',
    KUBERNETES_PORT_6443_TCP_ADDR: '::1',
  };
  assert.deepEqual(await build(false), server);
  assert.deepEqual(await build(true), {
    ...server,
    MY_DB_SERVICE_HOST: '10.96.0.7',
    MY_DB_SERVICE_PORT: '5432',
    MY_DB_SERVICE_PORT_DNS_UDP: '53',
    MY_DB_PORT: 'tcp://10.96.0.7:5432',
    MY_DB_PORT_5432_TCP: 'tcp://10.96.0.7:5432',
    MY_DB_PORT_5432_TCP_PROTO: 'tcp',
    MY_DB_PORT_5432_TCP_PORT: '5432',
    MY_DB_PORT_5432_TCP_ADDR: '10.96.0.7',
    MY_DB_PORT_53_UDP: 'udp://10.96.0.7:53',
    MY_DB_PORT_53_UDP_PROTO: 'udp',
    MY_DB_PORT_53_UDP_PORT: '53',
    MY_DB_PORT_53_UDP_ADDR: '10.96.0.7',
  });
});

test('ConfigMaps, Secrets and the pod itself are sources; the last of a name wins', async () => {
  const ref = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  const amount = (resource: string, divisor?: string) => ({ valueFrom: { resourceFieldRef: { resource, divisor } } });
  const env = [
    { name: 'K', valueFrom: { configMapKeyRef: { name: 'cm', key: 'k' } } },
    { name: 'S', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'NO', valueFrom: { secretKeyRef: { name: 'none', key: 'k', optional: true } } },
    { name: 'A', value: 'own' },
    { name: 'NAME', ...ref('metadata.name') },
    { name: 'LABEL', ...ref("metadata.labels['x']") },
    { name: 'IP', ...ref('status.podIP') },
    { name: 'NODE', ...ref('spec.nodeName') },
    { name: 'CPU', ...amount('limits.cpu') },
    { name: 'MILLI', ...amount('limits.cpu', '1m') },
    { name: 'MEMORY', ...amount('limits.memory', '1Mi') },
    { name: 'REQUEST', ...amount('requests.memory') },
  ];
  const envFrom = [{ prefix: 'P_', configMapRef: { name: 'cm' } }, { configMapRef: { name: 'cm' } }];
  const found = await environment({ env, envFrom, resources: { limits: { cpu: '250m' } } }, { labels: { x: 'y' } });
  assert.deepEqual(found, {
    P_k: 'from-cm',
    P_A: 'all',
    k: 'from-cm',
    A: 'own',
    K: 'from-cm',
    S: 'from-secret',
    NAME: 'p',
    LABEL: 'y',
    IP: '10.0.0.2',
    NODE: 'n',
    CPU: '1',
    MILLI: '250',
    MEMORY: '1024',
    REQUEST: '0',
  });
});

test('what is missing is named as upstream names it', async () => {
  const from = (valueFrom: object) => environment({ env: [{ name: 'A', valueFrom }] });
  await assert.rejects(from({ configMapKeyRef: { name: 'x', key: 'k' } }), { message: 'configmap "x" not found' });
  await assert.rejects(from({ secretKeyRef: { name: 'x', key: 'k' } }), { message: 'secret "x" not found' });
  const key = "couldn't find key nope in ConfigMap default/cm";
  await assert.rejects(from({ configMapKeyRef: { name: 'cm', key: 'nope' } }), { message: key });
});

test('command and arguments are expanded, and one may be there without the other', () => {
  const env = new Map([['A', 'x']]);
  const config = (container: object, user = { uid: 0, gid: 0 }) => {
    const pod = podWith(container);
    const own = pod.spec.containers[0];
    assert(own !== undefined);
    return containerConfig(
      pod,
      own,
      2,
      env,
      { logs: '/logs', pods: '/pods', memory: '/pods' },
      { own: user, image: undefined },
    );
  };
  const { command, args, logPath } = config({ command: ['echo'], args: ['$(A)', '$(B)'] });
  assert.deepEqual([command, args, logPath], [['echo'], ['x', '$(B)'], '/logs/default_p_p-uid/c/2.log']);
  const alone = config({ args: ['$(A)'] });
  assert.deepEqual([alone.command, alone.args], [[], ['x']]);
  assert.deepEqual(config({ securityContext: { runAsUser: 7 } }).user, { uid: 7, gid: 0 });
  assert.throws(() => config({ securityContext: { runAsNonRoot: true } }), /runAsNonRoot and image will run as root/);
  assert.throws(() => config({ securityContext: { runAsNonRoot: true, runAsUser: 0 } }), /breaks non-root policy/);
  assert.doesNotThrow(() => config({ securityContext: { runAsNonRoot: true } }, { uid: 5, gid: 5 }));
});

test('a hostname is the pod’s name, cut to what a host may be called', () => {
  const name = `${'a'.repeat(62)}-b`;
  assert.equal(hostnameOf(podWith({}, { name })), 'a'.repeat(62));
});
