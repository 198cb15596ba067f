import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membersOf } from '#controllers/endpoints/members.ts';
import { planEndpoints } from '#controllers/endpoints/plan-endpoints.ts';
import { planSlices, type SlicesPlan } from '#controllers/endpoints/plan-slices.ts';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import type { EndpointSlice } from '#kinds/endpoint-slice/schema.ts';
import { endpoints } from '#kinds/endpoints/endpoints.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Service } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';
import { container, decoded } from '#kinds/test-objects.ts';

const selector = { app: 'web' };

function service(spec: object = {}, metadata: object = {}): Service {
  const ports = [{ port: 80, targetPort: 'http' }];
  return decoded(services, { metadata: { name: 'web', ...metadata }, spec: { selector, ports, ...spec } });
}

interface PodOptions {
  readonly ready?: boolean;
  readonly status?: object;
  readonly spec?: object;
  readonly metadata?: object;
}

function pod(n: number, { ready = true, status, spec, metadata }: PodOptions = {}): Pod {
  return decoded(pods, {
    metadata: { name: `p${String(n).padStart(4, '0')}`, uid: `uid-${n}`, labels: selector, ...metadata },
    spec: {
      nodeName: 'node-1',
      containers: [{ ...container, ports: [{ name: 'http', containerPort: 8080 }] }],
      ...spec,
    },
    status: {
      phase: 'Running',
      podIP: `10.0.${n >> 8}.${n & 255}`,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      ...status,
    },
  });
}

const shown = (of: Service, all: readonly Pod[]): readonly unknown[] =>
  (planEndpoints(of, membersOf(of, all), undefined)?.subsets ?? []).map((subset) => [
    subset.addresses?.map(({ ip }) => ip),
    subset.notReadyAddresses?.map(({ ip }) => ip),
    subset.ports?.map(({ port }) => port),
  ]);

const ending = { deletionTimestamp: '2026-01-01T00:00:00Z' };

test('pods that are ready stand apart from those that are not; those without address, ended or ending do not count', () => {
  const all = [
    pod(1),
    pod(2, { ready: false }),
    pod(3, { status: { podIP: '' } }),
    pod(4, { status: { phase: 'Succeeded' } }),
    pod(5, { metadata: ending }),
    pod(6, { status: { podIP: '127.0.0.1' } }),
  ];
  assert.deepEqual(shown(service(), all), [[['10.0.0.1'], ['10.0.0.2'], [8080]]]);
  assert.deepEqual(shown(service({ publishNotReadyAddresses: true }), all), [
    [['10.0.0.1', '10.0.0.2', '10.0.0.5'], undefined, [8080]],
  ]);
});

test('each pod has the port that it calls by the name, and one without has none', () => {
  const other = { containers: [{ ...container, ports: [{ name: 'http', containerPort: 9090 }] }] };
  const udp = { containers: [{ ...container, ports: [{ name: 'http', containerPort: 1, protocol: 'UDP' }] }] };
  const sidecar = {
    containers: [container],
    initContainers: [{ ...container, name: 's', restartPolicy: 'Always', ports: [{ name: 'http', containerPort: 7 }] }],
  };
  const all = [pod(1), pod(2, { spec: other }), pod(3, { spec: udp }), pod(4, { spec: sidecar }), pod(5)];
  assert.deepEqual(shown(service(), all), [
    [['10.0.0.1', '10.0.0.5'], undefined, [8080]],
    [['10.0.0.2'], undefined, [9090]],
    [['10.0.0.4'], undefined, [7]],
  ]);
});

test('a service without address may have no ports, and its pods their names', () => {
  const headless = service({ clusterIP: 'None', ports: [] }, { labels: { a: 'b' } });
  const named = { hostname: 'first', subdomain: 'web', containers: [container] };
  const elsewhere = { hostname: 'second', subdomain: 'other', containers: [container] };
  const planned = planEndpoints(
    headless,
    membersOf(headless, [pod(1, { spec: named }), pod(2, { spec: elsewhere })]),
    undefined,
  );
  assert.deepEqual(
    planned?.subsets?.map(({ addresses, ports }) => [addresses?.map(({ ip, hostname }) => [ip, hostname]), ports]),
    [
      [
        [
          ['10.0.0.1', 'first'],
          ['10.0.0.2', undefined],
        ],
        undefined,
      ],
    ],
  );
  assert.deepEqual(planned?.metadata.labels, {
    a: 'b',
    'service.kubernetes.io/headless': '',
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
  });
});

test('an address says which pod it is and where, and what is right is not written again', () => {
  const members = membersOf(service(), [pod(1)]);
  const planned = planEndpoints(service(), members, undefined);
  assert.deepEqual(planned?.subsets?.[0]?.addresses, [
    {
      ip: '10.0.0.1',
      nodeName: 'node-1',
      targetRef: { kind: 'Pod', namespace: 'ns', name: 'p0001', uid: 'uid-1' },
    },
  ]);
  const stored = decoded(endpoints, { ...planned });
  assert.equal(planEndpoints(service(), members, stored), undefined);
  assert.notEqual(planEndpoints(service({}, { labels: { new: '' } }), members, stored), undefined);
  assert.deepEqual(planEndpoints(service(), [], stored)?.subsets, []);
});

test('of more than a thousand pods those that are not ready are left out first, and Endpoints say so', () => {
  const all = Array.from({ length: 1002 }, (_, n) => pod(n + 1, { ready: n >= 10 }));
  const planned = planEndpoints(service(), membersOf(service(), all), undefined);
  const [subset] = planned?.subsets ?? [];
  assert.deepEqual([subset?.addresses?.length, subset?.notReadyAddresses?.length], [992, 8]);
  assert.deepEqual(planned?.metadata.annotations, { 'endpoints.kubernetes.io/over-capacity': 'truncated' });
  const stored = decoded(endpoints, { ...planned });
  assert.deepEqual(planEndpoints(service(), [], stored)?.metadata.annotations, {});
});

const zoneOf = (node: string) => (node === 'node-1' ? 'zone-a' : undefined);

function slices(all: readonly Pod[], stored: readonly EndpointSlice[] = [], of: Service = service()): SlicesPlan {
  return planSlices({ service: of, members: membersOf(of, all), stored, zoneOf });
}

/** The slices after the plan was carried out. */
function after(stored: readonly EndpointSlice[], plan: SlicesPlan): readonly EndpointSlice[] {
  const left = stored.filter((slice) => !plan.delete.includes(slice));
  const changed = new Map(plan.update.map((slice) => [slice.metadata.name, decoded(endpointSlices, { ...slice })]));
  const made = plan.create.map((slice, index) => {
    const name = `web-${stored.length + index}`;
    return decoded(endpointSlices, { ...slice, metadata: { ...slice.metadata, name } });
  });
  return [...left.map((slice) => changed.get(slice.metadata.name) ?? slice), ...made];
}

const sizes = (all: readonly EndpointSlice[]) => all.map(({ endpoints }) => endpoints?.length ?? 0);
const many = (count: number, from = 1): readonly Pod[] => Array.from({ length: count }, (_, n) => pod(from + n));

test('a slice belongs to its service and says of each pod how and where it is', () => {
  const { create } = slices([pod(1), pod(2, { metadata: ending })]);
  const [slice] = create;
  assert.equal(slice?.metadata.generateName, 'web-');
  assert.deepEqual(slice?.metadata.labels, {
    'kubernetes.io/service-name': 'web',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  });
  assert.deepEqual(slice?.metadata.ownerReferences?.[0]?.uid, service().metadata.uid);
  assert.deepEqual(slice?.ports, [{ name: '', port: 8080, protocol: 'TCP' }]);
  assert.deepEqual(slice?.endpoints?.[0], {
    addresses: ['10.0.0.1'],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', namespace: 'ns', name: 'p0001', uid: 'uid-1' },
    nodeName: 'node-1',
    zone: 'zone-a',
  });
  assert.deepEqual(slice?.endpoints?.[1]?.conditions, { ready: false, serving: true, terminating: true });
});

test('a service without pods has one slice that says so, and pods take it over', () => {
  const empty = after([], slices([]));
  assert.deepEqual([sizes(empty), empty[0]?.ports], [[0], null]);
  assert.deepEqual(slices([], empty), { create: [], update: [], delete: [] });
  const filled = slices([pod(1)], empty);
  assert.deepEqual([filled.create.length, filled.update.length, filled.delete.length], [0, 1, 0]);
});

test('a hundred pods fill a slice, the others go into more, and what is right is not written again', () => {
  const stored = after([], slices(many(250)));
  assert.deepEqual(sizes(stored), [100, 100, 50]);
  assert.deepEqual(slices(many(250), stored), { create: [], update: [], delete: [] });
});

test('a change touches the slices it is about alone', () => {
  const stored = after([], slices(many(250)));
  const [, ...others] = many(250);
  const gone = slices(others, stored);
  assert.deepEqual([gone.update.map(({ metadata }) => metadata.name), gone.create, gone.delete], [['web-0'], [], []]);
  const after1 = after(stored, gone);
  assert.deepEqual(sizes(after1), [99, 100, 50]);
  const more = slices([...others, ...many(60, 300)], after1);
  assert.deepEqual(sizes(after(after1, more)), [100, 100, 100, 9]);
  const few = slices(many(3, 240), stored);
  assert.deepEqual([sizes(few.update), few.delete.length], [[3], 2]);
});

test('slices of another type, or of a service that had the name before, go', () => {
  const stored = after([], slices([pod(1)]));
  const successor = service({}, { uid: 'uid-of-the-next' });
  const plan = slices([pod(1)], stored, successor);
  assert.deepEqual([plan.create.length, plan.update, plan.delete], [1, [], stored]);
});
