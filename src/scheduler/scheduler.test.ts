import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiErrors } from '#kinds/meta/errors.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import { SchedulerWorld } from '#scheduler/test-world.ts';

const none =
  'no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';

const reasons = (why: string): string =>
  `0/1 nodes are available: ${why}. no new claims to deallocate, ` +
  'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';

function scenario(name: string, body: (world: SchedulerWorld) => Promise<void>): void {
  test(name, async () => {
    const world = await SchedulerWorld.create();
    await world.start();
    try {
      await body(world);
    } finally {
      await world.stop();
    }
  });
}

async function places(world: SchedulerWorld, names: readonly string[]): Promise<{ readonly [node: string]: number }> {
  const counts: { [node: string]: number } = {};
  for (const name of names) {
    const place = await world.place(name);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

const container = (hostPort: number, cpu: string) => ({
  name: 'c',
  image: 'example.com/app:1',
  ports: [{ containerPort: hostPort, hostPort }],
  resources: { requests: { cpu } },
});

scenario('a pod is bound to the only node, and told so', async (world) => {
  await world.node('n1');
  await world.create('a', { cpu: '1' });
  assert.equal(await world.place('a'), 'n1');
  const [event] = await world.events();
  assert.equal(event?.message, 'Successfully assigned ns/a to n1');
  assert.deepEqual(
    [event?.type, event?.reason, event?.action, event?.reportingComponent, event?.firstTimestamp, event?.lastTimestamp],
    ['Normal', 'Scheduled', 'Binding', 'default-scheduler', null, null],
  );
  assert.equal(event?.eventTime, '2026-01-01T00:00:00.000000Z');
  assert.match(event?.reportingInstance ?? '', /^default-scheduler-./);
});

scenario('without nodes a pod waits, and is bound as soon as one joins', async (world) => {
  await world.create('a');
  assert.equal(await world.place('a'), 'Unschedulable: no nodes available to schedule pods');
  const waiting = await world.pod('a');
  assert.equal(waiting.status.phase, 'Pending');
  assert.equal(waiting.status.conditions?.[0]?.observedGeneration, 1);
  await world.node('n1');
  assert.equal(await world.place('a'), 'n1');
  assert.deepEqual(await world.told(), [
    'Normal Scheduled a: Successfully assigned ns/a to n1',
    `Warning FailedScheduling a: ${reasons('1 node(s) were unschedulable')}`,
    'Warning FailedScheduling a: no nodes available to schedule pods',
  ]);
});

scenario('each node gives its reason, counted and sorted as strings', async (world) => {
  await world.node('cordoned', { unschedulable: true });
  await world.node('tainted', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] });
  await world.node('small', { cpu: '1', memory: '1Gi' });
  await world.node('elsewhere', { labels: { zone: 'b' } });
  await world.create('b', { cpu: '2', memory: '2Gi' });
  assert.equal(await world.place('b'), 'elsewhere');
  await world.create('c', { cpu: '64', memory: '2Gi' });
  assert.equal(
    await world.place('c'),
    'Unschedulable: 0/4 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s), ' +
      '1 node(s) were unschedulable, 2 Insufficient cpu. no new claims to deallocate, ' +
      'preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.',
  );
});

scenario('a full node refuses, and a pod that succeeds there makes room at once', async (world) => {
  await world.node('n1', { cpu: '2' });
  await world.create('a', { cpu: '1500m' });
  await world.create('b', { cpu: '1' });
  assert.equal(await world.place('b'), `Unschedulable: 0/1 nodes are available: 1 Insufficient cpu. ${none}`);
  await world.finish('a');
  assert.equal(await world.place('b'), 'n1');
});

scenario('what became free on a node while it was cordoned is taken when it is not any more', async (world) => {
  await world.node('n1', { cpu: '2' });
  await world.create('a', { cpu: '2' }, { containers: [container(80, '2')] });
  await world.create('b', { cpu: '2' });
  await world.create('c', {}, { containers: [container(80, '0')] });
  await world.patchNode('n1', { spec: { unschedulable: true } });
  await world.finish('a');
  await world.pass(15_000);
  assert.match(await world.place('b'), /Insufficient cpu/);
  assert.match(await world.place('c'), /free ports/);
  await world.patchNode('n1', { spec: { unschedulable: null } });
  await world.pass(15_000);
  assert.deepEqual([await world.place('b'), await world.place('c')], ['n1', 'n1']);
});

scenario(
  'a node that lost its taint while the pod did not ask for it is taken when the pod does again',
  async (world) => {
    await world.node('n1', { labels: { zone: 'a' }, taints: [{ key: 'k', effect: 'NoSchedule' }] });
    await world.create('a', {}, { nodeSelector: { zone: 'a' } });
    await world.patchNode('n1', { metadata: { labels: { zone: 'b' } } });
    await world.patchNode('n1', { spec: { taints: null } });
    await world.pass(15_000);
    assert.match(await world.place('a'), /^Unschedulable/);
    await world.patchNode('n1', { metadata: { labels: { zone: 'a' } } });
    await world.pass(15_000);
    assert.equal(await world.place('a'), 'n1');
  },
);

scenario('a pod that is made smaller leaves room for another', async (world) => {
  await world.node('n1', { cpu: '2' });
  await world.create('a', { cpu: '2' });
  await world.create('b', { cpu: '1' });
  assert.match(await world.place('b'), /Insufficient cpu/);
  const [container] = (await world.pod('a')).spec.containers;
  const containers = [{ ...container, resources: { requests: { cpu: '1' } } }];
  await world.patchPod('a', { spec: { containers } }, 'resize');
  await world.pass(1000);
  assert.equal(await world.place('b'), 'n1');
});

scenario('a terminating pod counts until it is gone', async (world) => {
  await world.node('n1', { pods: '1' });
  await world.create('a');
  await world.create('b');
  assert.equal(await world.place('b'), `Unschedulable: 0/1 nodes are available: 1 Too many pods. ${none}`);
  await world.client.delete(pods, { namespace: 'ns', name: 'a' }, {});
  await world.pass(60_000);
  assert.match(await world.place('b'), /Too many pods/);
  await world.gone('a');
  assert.equal(await world.place('b'), 'n1');
});

scenario('host ports keep pods apart, by protocol and address', async (world) => {
  const port = (hostPort: number, more: object = {}) => ({
    containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80, hostPort, ...more }], resources: {} }],
  });
  await world.node('n1');
  await world.node('n2');
  for (const name of ['a', 'b', 'c']) await world.create(name, {}, port(80));
  assert.notEqual(await world.place('a'), await world.place('b'));
  assert.match(
    await world.place('c'),
    /^Unschedulable: 0\/2 nodes are available: 2 node\(s\) didn't have free ports for the requested pod ports\./,
  );
  await world.create('udp', {}, port(80, { protocol: 'UDP' }));
  assert.match(await world.place('udp'), /^n[12]$/);
  await world.create('one', {}, port(80, { hostIP: '10.0.0.1' }));
  assert.match(await world.place('one'), /free ports/);
  await world.create('x', {}, port(81, { hostIP: '10.0.0.1' }));
  await world.create('y', {}, { ...port(81, { hostIP: '10.0.0.2' }), nodeName: undefined });
  assert.match(await world.place('x'), /^n[12]$/);
  assert.match(await world.place('y'), /^n[12]$/);
});

scenario(
  'a node that gets the label, loses the taint or is uncordoned takes the pod that waits for it',
  async (world) => {
    await world.node('n1', { taints: [{ key: 'k', effect: 'NoExecute' }] });
    await world.create('tainted');
    assert.match(
      await world.place('tainted'),
      /1 node\(s\) had untolerated taint\(s\)\. .* 1 Preemption is not helpful/,
    );
    await world.patchNode('n1', { spec: { taints: null, unschedulable: true } });
    assert.match(await world.place('tainted'), /1 node\(s\) were unschedulable/);
    await world.patchNode('n1', { spec: { unschedulable: false } });
    assert.equal(await world.place('tainted'), 'n1');
    await world.create('picky', {}, { nodeSelector: { x: 'y' } });
    assert.match(await world.place('picky'), /1 node\(s\) didn't match Pod's node affinity\/selector\./);
    await world.patchNode('n1', { metadata: { labels: { x: 'y' } } });
    assert.equal(await world.place('picky'), 'n1');
  },
);

scenario('required node affinity chooses by labels and by name; preferred by weight', async (world) => {
  for (const [name, disk] of [
    ['n1', '100'],
    ['n2', '250'],
    ['n3', '500'],
  ] as const) {
    await world.node(name, { labels: { disk } });
  }
  const required = (term: object) => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } },
  });
  await world.create('gt', {}, required({ matchExpressions: [{ key: 'disk', operator: 'Gt', values: ['300'] }] }));
  assert.equal(await world.place('gt'), 'n3');
  await world.create(
    'named',
    {},
    required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n2'] }] }),
  );
  assert.equal(await world.place('named'), 'n2');
  await world.create('lost', {}, required({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n9'] }] }));
  assert.match(
    await world.place('lost'),
    /0\/3 nodes are available: 3 node\(s\) didn't satisfy plugin\(s\) \[NodeAffinity\]\./,
  );
  const preferred = [
    { weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['250'] }] } },
    { weight: 10, preference: { matchExpressions: [{ key: 'disk', operator: 'Lt', values: ['200'] }] } },
  ];
  await world.create(
    'prefers',
    {},
    {
      affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } },
    },
  );
  assert.equal(await world.place('prefers'), 'n1');
});

scenario('init containers, sidecars and overhead count by the largest moment', async (world) => {
  await world.node('n1', { cpu: '3' });
  const container = (name: string, cpu: string, more: object = {}) => ({
    name,
    image: 'i',
    resources: { requests: { cpu } },
    ...more,
  });
  await world.create(
    'a',
    {},
    {
      initContainers: [container('i', '3')],
      containers: [container('x', '1'), container('y', '1')],
    },
  );
  assert.equal(await world.place('a'), 'n1');
  await world.create('b', { cpu: '1m' });
  assert.match(await world.place('b'), /Insufficient cpu/);
  await world.gone('a');
  assert.equal(await world.place('b'), 'n1');
  await world.create(
    'c',
    {},
    {
      initContainers: [container('s', '1', { restartPolicy: 'Always' }), container('i', '2')],
      containers: [container('x', '1')],
    },
  );
  assert.match(await world.place('c'), /Insufficient cpu/);
});

scenario('equal pods are spread over equal nodes', async (world) => {
  await world.node('n1');
  await world.node('n2');
  const names = Array.from({ length: 10 }, (_, n) => `p${n}`);
  for (const name of names) await world.create(name);
  assert.deepEqual(await places(world, names), { n1: 5, n2: 5 });
});

scenario('PreferNoSchedule turns pods away while there is another node', async (world) => {
  await world.node('n1', { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] });
  await world.node('n2', { pods: '3' });
  const names = ['a', 'b', 'c', 'd'];
  for (const name of names) await world.create(name);
  assert.deepEqual(await places(world, names), { n2: 3, n1: 1 });
});

scenario('topology spread keeps the skew, and a pod that would break it waits', async (world) => {
  const spread = {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'x' } },
      },
    ],
  };
  for (const name of ['n1', 'n2', 'n3']) await world.node(name, { pods: '2' });
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const name of names) await world.create(name, {}, spread, { app: 'x' });
  assert.deepEqual(await places(world, names), { n1: 2, n2: 2, n3: 2 });
  await world.patchNode('n1', { status: { allocatable: { pods: '10' } } }, 'status');
  await world.create('g', {}, spread, { app: 'x' });
  assert.equal(await world.place('g'), 'n1');
  await world.create('h', {}, spread, { app: 'x' });
  assert.match(
    await world.place('h'),
    /0\/3 nodes are available: 1 node\(s\) didn't match pod topology spread constraints, 2 Too many pods\./,
  );
  await world.node('unlabelled', { labels: {} });
  await world.client.delete(nodes, { name: 'n2' }, {});
  await world.pass(0);
  assert.match(await world.place('h'), /^unlabelled$/);
});

scenario(
  'pods gather by affinity, the first of them anywhere, and keep apart by anti-affinity both ways',
  async (world) => {
    const term = { labelSelector: { matchLabels: { app: 'x' } }, topologyKey: 'kubernetes.io/hostname' };
    const near = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
    const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
    for (const name of ['n1', 'n2']) await world.node(name);
    await world.create('stranger', {}, near, { app: 'y' });
    assert.match(await world.place('stranger'), /2 node\(s\) didn't match pod affinity rules\./);
    for (const name of ['a', 'b', 'c']) await world.create(name, {}, near, { app: 'x' });
    const home = await world.place('a');
    assert.deepEqual(await places(world, ['a', 'b', 'c', 'stranger']), { [home]: 4 });
    await world.create('loner', {}, apart, { app: 'y' });
    const other = home === 'n1' ? 'n2' : 'n1';
    assert.equal(await world.place('loner'), other);
    await world.create('late', {}, {}, { app: 'x' });
    assert.equal(await world.place('late'), home);
    await world.create('loner2', {}, apart, { app: 'x' });
    assert.match(
      await world.place('loner2'),
      /0\/2 nodes are available: 1 node\(s\) didn't match pod anti-affinity rules, 1 node\(s\) didn't satisfy existing pods anti-affinity rules\./,
    );
  },
);

scenario('pods of other schedulers and gated pods are left alone', async (world) => {
  await world.node('n1');
  await world.create('other', {}, { schedulerName: 'mine' });
  await world.create('gated', {}, { schedulingGates: [{ name: 'example.com/x' }, { name: 'example.com/y' }] });
  assert.equal((await world.pod('other')).status.conditions, undefined);
  assert.match(await world.place('gated'), /^SchedulingGated: /);
  await world.patchPod('gated', { spec: { schedulingGates: [{ name: 'example.com/y' }] } });
  assert.match(await world.place('gated'), /^SchedulingGated: /);
  assert.deepEqual(await world.told(), []);
  await world.patchPod('gated', { spec: { schedulingGates: null } });
  assert.equal(await world.place('gated'), 'n1');
});

scenario('a pod deleted while it waits is not bound', async (world) => {
  await world.create('a');
  await world.client.delete(pods, { namespace: 'ns', name: 'a' }, {});
  await world.node('n1');
  assert.deepEqual(await world.told(), ['Warning FailedScheduling a: no nodes available to schedule pods']);
});

scenario('the most important of many waiting pods is next', async (world) => {
  for (const [name, priority] of [
    ['low', undefined],
    ['high', 'system-cluster-critical'],
  ] as const) {
    await world.create(
      name,
      {},
      priority === undefined ? {} : { priorityClassName: priority, preemptionPolicy: undefined },
    );
  }
  await world.node('n1', { pods: '1' });
  assert.equal(await world.place('high'), 'n1');
  assert.match(await world.place('low'), /Too many pods|no nodes available/);
});

scenario(
  'one free place wakes pods one after the other, and all are placed when there is room for all',
  async (world) => {
    await world.node('n1', { pods: '1' });
    await world.create('first');
    const names = Array.from({ length: 20 }, (_, n) => `w${n}`);
    for (const name of names) await world.create(name);
    assert.equal((await places(world, names)).n1, undefined);
    await world.finish('first');
    assert.equal((await places(world, names)).n1, 1);
    await world.patchNode('n1', { status: { allocatable: { pods: '110' } } }, 'status');
    await world.pass(20_000);
    assert.equal((await places(world, names)).n1, 20);
  },
);

test('heartbeats of nodes are no reason to try a pod again', async () => {
  const world = await SchedulerWorld.create();
  let patches = 0;
  world.schedulerClient = counting(world, () => patches++);
  await world.start();
  await world.node('n1', { cpu: '1' });
  await world.create('big', { cpu: '2' });
  const before = patches;
  await world.pass(4 * 60_000);
  for (let n = 0; n < 50; n++) await world.patchNode('n1', { metadata: { annotations: { beat: String(n) } } });
  assert.equal(patches, before);
  await world.stop();
});

function counting(world: SchedulerWorld, patched: () => void): SchedulerWorld['client'] {
  return new Proxy(world.client, {
    get: (client, name, receiver) => {
      const method: unknown = Reflect.get(client, name, receiver);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        if (name === 'patch') patched();
        return method.apply(client, args);
      };
    },
  });
}

test('a binding that fails frees the place, is told, and is tried again after a rest', async () => {
  const world = await SchedulerWorld.create();
  let failures = 2;
  world.schedulerClient = new Proxy(world.client, {
    get: (client, name) => {
      const method: unknown = Reflect.get(client, name);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        if (name === 'createSubresource' && failures-- > 0) return Promise.reject(apiErrors.internal('no luck'));
        return method.apply(client, args);
      };
    },
  });
  await world.start();
  await world.node('n1', { pods: '1' });
  await world.create('a');
  assert.match(await world.place('a'), /^SchedulerError: binding rejected: .*no luck/);
  await world.pass(999);
  assert.match(await world.place('a'), /^SchedulerError/);
  await world.pass(1);
  await world.pass(1999);
  assert.match(await world.place('a'), /^SchedulerError/);
  await world.pass(1);
  assert.equal(await world.place('a'), 'n1');
  await world.stop();
});

test('after a restart bound pods count once', async () => {
  const world = await SchedulerWorld.create();
  await world.start();
  await world.node('n1', { pods: '2' });
  await world.create('a');
  await world.stop();
  await world.start();
  await world.create('b');
  await world.create('c');
  assert.equal(await world.place('b'), 'n1');
  assert.match(await world.place('c'), /Too many pods/);
  await world.stop();
});

test('a pod that another scheduler bound first is left to it', async () => {
  const world = await SchedulerWorld.create();
  world.schedulerClient = new Proxy(world.client, {
    get: (client, name) => {
      const method: unknown = Reflect.get(client, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        if (name === 'createSubresource') await bind(world, 'a', 'n2');
        return method.apply(client, args);
      };
    },
  });
  await world.node('n1');
  await world.node('n2', { unschedulable: true });
  await world.start();
  await world.create('a');
  await world.pass(20_000);
  assert.equal(await world.place('a'), 'n2');
  assert.deepEqual(await world.told(), []);
  await world.stop();
});

function bind(world: SchedulerWorld, name: string, node: string): Promise<unknown> {
  const body = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { namespace: 'ns', name },
    target: { kind: 'Node', name: node },
  };
  return world.client.createSubresource(pods, { namespace: 'ns', name }, 'binding', body);
}

scenario('a pod goes where its image is, and a bare name means the latest', async (world) => {
  for (const name of ['n1', 'n2', 'n3']) await world.node(name);
  const images = [{ names: ['example.com/big:latest'], sizeBytes: 900 * 1024 * 1024 }];
  for (const name of ['n2', 'n3']) await world.patchNode(name, { status: { images } }, 'status');
  for (const name of ['a', 'b', 'c', 'd']) {
    await world.create(name, {}, { containers: [{ name: 'c', image: 'example.com/big' }] });
    assert.match(await world.place(name), /^n[23]$/);
  }
});

scenario('a node outside of the domains that a pod would like to be spread over comes last', async (world) => {
  await world.node('n1', { labels: { zone: 'a' } });
  await world.node('n2', { labels: { zone: 'b' } });
  await world.node('n3');
  const labels = { app: 'x' };
  const spread = {
    maxSkew: 1,
    topologyKey: 'zone',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
  };
  const names = ['a', 'b', 'c', 'd'];
  for (const name of names) await world.create(name, {}, { topologySpreadConstraints: [spread] }, labels);
  assert.deepEqual(await places(world, names), { n1: 2, n2: 2 });
});

scenario('a cure that is not enough is told: of each pod the reason that holds now', async (world) => {
  await world.node('n1', { cpu: '1', taints: [{ key: 'k', effect: 'NoSchedule' }] });
  for (const name of ['a', 'b']) await world.create(name, { cpu: '2' });
  await world.patchNode('n1', { spec: { taints: null } });
  await world.pass(15_000);
  const [tainted, small] = [reasons('1 node(s) had untolerated taint(s)'), reasons('1 Insufficient cpu')];
  for (const name of ['a', 'b']) assert.equal(await world.place(name), `Unschedulable: ${small}`);
  assert.deepEqual(
    await world.told(),
    ['a', 'b'].flatMap((name) => [small, tainted].map((why) => `Warning FailedScheduling ${name}: ${why}`)),
  );
});

scenario('a refusal that repeats becomes one event with a series', async (world) => {
  await world.node('n1');
  const labelSelector = { matchLabels: { app: 'friend' } };
  const term = { labelSelector, topologyKey: 'kubernetes.io/hostname' };
  await world.create(
    'a',
    {},
    { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } },
  );
  for (const name of ['b', 'c', 'd']) {
    await world.create(name, {}, { nodeName: 'n1' });
    await world.pass(20_000);
  }
  // The first refusal changed the pod: what is said of its new version is another event.
  const counts = (await world.events()).map(({ series }) => series?.count ?? 1);
  assert.deepEqual(counts.sort(), [1, 2]);
});
