import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { systemClock } from '#base/clock.ts';
import { deepFreeze, jsonCopy } from '#base/json.ts';
import { seededRandom } from '#base/random.ts';
import type { Client } from '#client/client.ts';
import { catalog } from '#kinds/catalog.ts';
import type { New } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import { type BenchResult, median } from './report.ts';

const rounds = 5;
const count = 2_000;
const nodes = 100;
const namespace = 'default';

/** What the in-process client costs on the memory store, in CPU time of one core: a pod's life, call by call, while as many node
 *  agents watch their pods as a large cluster has. The floor is a deep copy and freeze of the same pod. */
export async function run(): Promise<readonly BenchResult[]> {
  const samples: { readonly [step: string]: number }[] = [];
  for (let round = 0; round < rounds; round++) samples.push(await lifeOfPods(await startCluster()));
  const floor = { name: 'copy and freeze', median: median(samples.map((sample) => sample.floor ?? 0)) };
  return Object.keys(samples[0] ?? {})
    .filter((step) => step !== 'floor')
    .map((step) => ({ name: step, median: median(samples.map((sample) => sample[step] ?? 0)), unit: 'µs', floor }));
}

async function startCluster(): Promise<Client> {
  const clock = systemClock;
  const store = createMemoryStore({ clock });
  const api = await createApi({ store, clock, random: seededRandom('bench'), resources: catalog });
  const client = createLocalClient(api, { name: 'bench', groups: ['system:masters'] }, 'bench');
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace } });
  const sink = { event: () => {}, closed: () => {} };
  await client.watch(pods, { resourceVersion: '1' }, sink);
  for (let node = 0; node < nodes; node++) {
    await client.watch(pods, { fieldSelector: `spec.nodeName=node-${node}` }, sink);
  }
  return client;
}

async function lifeOfPods(client: Client): Promise<{ readonly [step: string]: number }> {
  const made: Pod[] = [];
  const create = await timed(async () => {
    made.push(await client.create(pods, newPod()));
  });
  const each = (work: (pod: Pod) => Promise<unknown>): Promise<number> => timed((index) => work(made[index] as Pod));
  const bind = await each(({ metadata }) =>
    client.createSubresource(pods as never, metadata, 'binding', {
      metadata: { name: metadata.name },
      target: { kind: 'Node', name: `node-${metadata.uid.charCodeAt(0) % nodes}` },
    }),
  );
  const patch = await each(({ metadata }) =>
    client.patch(pods, metadata, { type: 'strategic', body: running }, { subresource: 'status' }),
  );
  const get = await each(({ metadata }) => client.get(pods, metadata));
  const listStart = process.cpuUsage();
  const listed = await client.list(pods, { namespace, labelSelector: 'job-name=job' });
  const list = microseconds(listStart) / listed.items.length;
  const remove = await each(({ metadata }) => client.delete(pods, metadata, { gracePeriodSeconds: 0 }));
  const sample = jsonCopy(made[0]);
  const floor = await timed(async () => void deepFreeze(jsonCopy(sample)));
  return { create, bind, 'status patch': patch, get, 'list, each': list, delete: remove, floor };
}

/** CPU time per call. */
async function timed(work: (index: number) => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  for (let index = 0; index < count; index++) await work(index);
  return microseconds(start) / count;
}

function microseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

/** As the Job controller makes them. */
function newPod(): New<Pod> {
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'job', uid: '0a0a0a0a-0000-4000-8000-000000000001' };
  const labels = { 'batch.kubernetes.io/controller-uid': owner.uid, 'job-name': 'job' };
  const ownerReferences = [{ ...owner, controller: true, blockOwnerDeletion: true }];
  return {
    metadata: { generateName: 'job-', namespace, labels, ownerReferences },
    spec: {
      restartPolicy: 'Never',
      containers: [
        {
          name: 'main',
          image: 'registry.example/tools/runner:2.4',
          command: ['sh', '-c', 'echo hello'],
          env: [{ name: 'A', value: '1' }],
          resources: { requests: { cpu: '100m', memory: '64Mi' } },
        },
      ],
    },
  };
}

const running = {
  status: {
    phase: 'Running',
    startTime: '2026-01-01T00:00:00Z',
    podIP: '10.1.2.3',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    containerStatuses: [
      {
        name: 'main',
        image: 'registry.example/tools/runner:2.4',
        imageID: '',
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      },
    ],
  },
};
