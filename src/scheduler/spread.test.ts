import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#base/random.ts';
import type { Node } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { services } from '#kinds/service/service.ts';
import { demandOf } from '#placement/demand.ts';
import { Cluster } from '#scheduler/cluster.ts';
import { type Filtered, filterNodes } from '#scheduler/filter.ts';
import { planPod } from '#scheduler/plan.ts';
import { SchedulerWorld } from '#scheduler/test-world.ts';

/** How pods are kept apart by topology, row by row: which of the nodes a pod may go to. */
interface Row {
  readonly name: string;
  readonly nodes?: readonly NodeRow[];
  /** The nodes that hold a pod each, as often as they are named. */
  readonly existing: readonly string[];
  /** Labels of the existing pods, where they are not all `foo`. */
  readonly existingLabels?: readonly Labels[];
  readonly labels?: Labels;
  readonly spec?: object;
  readonly constraints: readonly object[];
  readonly fits: readonly string[];
  /** Whether others would do as well. */
  readonly rather?: boolean;
}

type Labels = { readonly [key: string]: string };
interface NodeRow {
  readonly name: string;
  readonly labels: Labels;
  readonly taints?: readonly object[];
}

const foo = { foo: '' };
const taints = [{ key: 'k', value: 'v', effect: 'NoSchedule' }];

/** Two zones of two nodes. */
const plain: readonly NodeRow[] = [0, 1, 2, 3].map((at) => ({
  name: `n${at}`,
  labels: { node: `n${at}`, zone: at < 2 ? 'a' : 'b' },
}));

/** As before, all but n2 with a label; `tainted` has a taint. */
function labelled(tainted?: string): readonly NodeRow[] {
  return plain.map(({ name, labels }) => ({
    name,
    labels: name === 'n2' ? labels : { ...labels, ...foo },
    ...(name === tainted ? { taints } : {}),
  }));
}

function apart(topologyKey: string, maxSkew = 1, more: object = {}): object {
  const labelSelector = { matchExpressions: [{ key: 'foo', operator: 'Exists' }] };
  return { maxSkew, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector, ...more };
}

function required(key: string, operator: string, value: string): object {
  const nodeSelectorTerms = [{ matchExpressions: [{ key, operator, values: [value] }] }];
  return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
}

const soft = { whenUnsatisfiable: 'ScheduleAnyway' };
const two = ['n1', 'n1', 'n2', 'n2', 'n3'];
const each = ['n0', 'n1', 'n2', 'n3'];

const rows: readonly Row[] = [
  { name: 'the node without a pod', existing: ['n0', 'n1', 'n3'], constraints: [apart('node')], fits: ['n2'] },
  {
    name: 'any but the fullest node, with a skew of two',
    existing: ['n0', 'n0', 'n3'],
    constraints: [apart('node', 2)],
    fits: ['n1', 'n2', 'n3'],
  },
  {
    name: 'the emptier node of the zone asked for',
    existing: ['n0', 'n3'],
    spec: required('zone', 'In', 'a'),
    constraints: [apart('node')],
    fits: ['n1'],
  },
  {
    name: 'the only node that suits zones and nodes',
    existing: ['n0', 'n1', 'n3', 'n3'],
    constraints: [apart('zone'), apart('node')],
    fits: ['n2'],
  },
  {
    name: 'nowhere, if zones and nodes contradict each other',
    existing: two,
    spec: required('node', 'NotIn', 'n0'),
    constraints: [apart('zone'), apart('node')],
    fits: [],
  },
  {
    name: 'the emptiest node, if there are fewer nodes than asked for',
    existing: two,
    spec: required('node', 'NotIn', 'n0'),
    constraints: [apart('node', 2, { minDomains: 4 })],
    fits: ['n3'],
  },
  {
    name: 'any node, if there are as many as asked for',
    existing: two,
    spec: required('node', 'NotIn', 'n0'),
    constraints: [apart('node', 2, { minDomains: 2 })],
    fits: ['n1', 'n2', 'n3'],
  },
  {
    name: 'the emptier zone, if there are fewer zones than asked for',
    existing: ['n0', 'n1', 'n2'],
    constraints: [apart('zone', 2, { minDomains: 3 })],
    fits: ['n2', 'n3'],
  },
  {
    name: 'the zone with fewer pods on nodes that would do',
    nodes: labelled(),
    existing: each,
    spec: { nodeSelector: foo },
    constraints: [apart('zone')],
    fits: ['n3'],
  },
  {
    name: 'the zone with fewer pods on any nodes, if affinity is ignored',
    nodes: labelled(),
    existing: ['n0', 'n2', 'n3'],
    spec: required('foo', 'In', ''),
    constraints: [apart('zone', 1, { nodeAffinityPolicy: 'Ignore' })],
    fits: ['n0', 'n1'],
  },
  {
    name: 'the zone with fewer pods on untainted nodes, if taints are honoured',
    nodes: labelled('n2'),
    existing: each,
    constraints: [apart('zone', 1, { nodeTaintsPolicy: 'Honor' })],
    fits: ['n3'],
  },
  {
    name: 'any untainted node, if taints are ignored',
    nodes: labelled('n2'),
    existing: each,
    constraints: [apart('zone')],
    fits: ['n0', 'n1', 'n3'],
  },
  {
    name: 'either zone, if each constraint counts by its own policies',
    nodes: labelled('n1'),
    existing: each,
    spec: { nodeSelector: foo },
    constraints: [apart('zone', 1, { nodeAffinityPolicy: 'Ignore' }), apart('node', 1, { nodeTaintsPolicy: 'Honor' })],
    fits: ['n0', 'n3'],
  },
  {
    name: 'the zone without pods of the same revision',
    existing: ['n0', 'n1', 'n2'],
    existingLabels: [foo, foo, { foo: '', bar: '' }],
    labels: { foo: '', bar: '' },
    constraints: [apart('zone', 1, { matchLabelKeys: ['bar'] })],
    fits: ['n0', 'n1'],
  },
  {
    name: 'the emptier zone, by a label key alone',
    existing: ['n0', 'n1', 'n2'],
    constraints: [apart('zone', 1, { labelSelector: {}, matchLabelKeys: ['foo'] })],
    fits: ['n2', 'n3'],
  },
  {
    name: 'anywhere, if the selector means all pods: such a one counts none',
    existing: ['n0', 'n1', 'n1'],
    constraints: [apart('zone', 1, { labelSelector: {} })],
    fits: each,
  },
  {
    name: 'the emptiest node, rather',
    existing: ['n0', 'n1', 'n1', 'n3', 'n3', 'n3'],
    constraints: [apart('node', 1, soft)],
    fits: ['n2'],
    rather: true,
  },
  {
    name: 'the emptier node of the emptier zone, rather',
    existing: ['n0', 'n0', 'n0', 'n1', 'n2'],
    constraints: [apart('node', 1, soft), apart('zone')],
    fits: ['n3'],
    rather: true,
  },
];

function clusterOf({ nodes = plain, existing, existingLabels }: Row): Cluster {
  const cluster = new Cluster({
    namespaceLabels: () => undefined,
    budgetsOf: () => [],
    servicesOf: () => [],
    storage: { claim: () => undefined, volume: () => undefined, volumes: () => [], storageClass: () => undefined },
  });
  for (const { name, labels, taints: spoilt = [] } of nodes) {
    const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '110' } };
    cluster.setNode({ metadata: { name, uid: name, labels }, spec: { taints: spoilt }, status } as unknown as Node);
  }
  for (const [at, nodeName] of existing.entries()) {
    cluster.setPod(podOf(`e${at}`, existingLabels?.[at] ?? foo, { nodeName }));
  }
  return cluster;
}

function podOf(name: string, labels: Labels, spec: object): Pod {
  const metadata = { namespace: 'ns', name, uid: name, labels };
  // Placement reads no other fields.
  return { metadata, spec: { priority: 0, containers: [], ...spec }, status: {} } as unknown as Pod;
}

for (const row of rows) {
  test(`a pod goes to ${row.name}`, () => {
    const cluster = clusterOf(row);
    const spec = { ...row.spec, topologySpreadConstraints: row.constraints };
    const demand = demandOf(podOf('p', row.labels ?? foo, spec));
    const places = ({ feasible }: Filtered): readonly string[] => feasible.map(({ name }) => name).toSorted();
    const plan = planPod(demand, cluster, 0, seededRandom('spread').stream('ties'));
    if (row.rather) assert.equal(plan.to === 'bind' && plan.load.name, row.fits[0]);
    else assert.deepEqual(places(filterNodes(demand, cluster, 0)), row.fits);
    assert.equal(plan.to, row.fits.length === 0 ? 'wait' : 'bind');
  });
}

test('pods of a Service that ask for nothing are spread over zones and nodes, those of none are not counted', async () => {
  const world = await SchedulerWorld.create();
  await world.start();
  for (let at = 0; at < 9; at++) {
    await world.node(`n${at}`, { labels: { 'topology.kubernetes.io/zone': `z${at % 3}` } });
  }
  const spec = { selector: { app: 'a' }, ports: [{ port: 80 }] };
  await world.client.create(services, { metadata: { namespace: 'ns', name: 's' }, spec } as never);
  for (let at = 0; at < 3; at++) await world.create(`other${at}`, {}, { nodeName: 'n0' });
  await world.pass(1_000);
  let made = 0;
  for (const all of [3, 6, 9]) {
    while (made < all) await world.create(`p${made++}`, {}, {}, { app: 'a' });
    await world.pass(1_000);
    const { items } = await world.client.list(pods, { namespace: 'ns', labelSelector: 'app=a' });
    const places = items.map(({ spec: { nodeName = '' } }) => nodeName);
    assert.equal(new Set(places).size, all, 'a node each');
    const zones = Map.groupBy(places, (name) => Number(name.slice(1)) % 3);
    assert.deepEqual(
      [...zones.values()].map((zone) => zone.length),
      [all / 3, all / 3, all / 3],
    );
  }
  await world.stop();
});
