import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { type Logger, silentLogger } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client } from '#client/client.ts';
import { catalog } from '#kinds/catalog.ts';
import { events } from '#kinds/event/event.ts';
import type { Event } from '#kinds/event/schema.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { EventRecorder } from '#reconcile/event-recorder.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';

const creationTimestamp = '2026-01-01T00:00:00Z';
const job: KubeObject = {
  kind: 'Job',
  apiVersion: 'batch/v1',
  metadata: { namespace: 'default', name: 'j', uid: 'u', resourceVersion: '7', creationTimestamp },
};
const node: KubeObject = {
  kind: 'Node',
  apiVersion: 'v1',
  metadata: { name: 'n', uid: 'v', resourceVersion: '8', creationTimestamp },
};

async function setUp(faults: (client: Client) => Client = (client) => client, log: Logger = silentLogger) {
  const clock = new VirtualClock();
  const random = seededRandom('events');
  const store = createMemoryStore({ clock });
  const api = await createApi({ store, clock, random, resources: catalog });
  const client = createLocalClient(api, { name: 'admin', groups: ['system:masters'] }, 'test');
  const options = { client: faults(client), clock, random, log, component: 'job-controller' };
  const recorder = new EventRecorder(options);
  const list = async (): Promise<readonly Event[]> => (await client.list(events, {})).items;
  return { clock, client, recorder, list };
}

test('an event names its object, its speaker and its time', async () => {
  const { recorder, list } = await setUp();
  recorder.event(job, 'Normal', 'SuccessfulCreate', 'Created pod: j-1', 'spec.x');
  await recorder.flushed();
  const [event] = await list();
  assert.ok(event);
  assert.match(event.metadata.name, /^j\.[0-9a-f]+$/);
  assert.equal(event.metadata.namespace, 'default');
  assert.deepEqual(event.involvedObject, {
    kind: 'Job',
    namespace: 'default',
    name: 'j',
    uid: 'u',
    apiVersion: 'batch/v1',
    resourceVersion: '7',
    fieldPath: 'spec.x',
  });
  assert.deepEqual(
    [event.type, event.reason, event.message, event.count],
    ['Normal', 'SuccessfulCreate', 'Created pod: j-1', 1],
  );
  assert.deepEqual(event.source, { component: 'job-controller' });
  assert.equal(event.reportingComponent, 'job-controller');
  assert.deepEqual([event.firstTimestamp, event.lastTimestamp], [creationTimestamp, creationTimestamp]);
});

test('events about cluster-scoped objects live in the default namespace', async () => {
  const { recorder, list } = await setUp();
  recorder.event(node, 'Normal', 'Starting', 'now');
  await recorder.flushed();
  assert.equal((await list())[0]?.metadata.namespace, 'default');
});

test('the same event again raises the count of the first', async () => {
  const { clock, recorder, list } = await setUp();
  recorder.event(job, 'Warning', 'FailedCreate', 'no');
  await clock.advance(60_000);
  recorder.event(job, 'Warning', 'FailedCreate', 'no');
  recorder.event(job, 'Warning', 'FailedCreate', 'no');
  await recorder.flushed();
  const [event, ...others] = await list();
  assert.deepEqual(others, []);
  assert.deepEqual([event?.count, event?.lastTimestamp], [3, '2026-01-01T00:01:00Z']);
});

test('an event that was removed meanwhile is written anew, with its count', async () => {
  const { client, recorder, list } = await setUp();
  recorder.event(job, 'Warning', 'FailedCreate', 'no');
  await recorder.flushed();
  const [first] = await list();
  assert.ok(first);
  await client.delete(events, first.metadata);
  recorder.event(job, 'Warning', 'FailedCreate', 'no');
  await recorder.flushed();
  assert.deepEqual(
    (await list()).map(({ count }) => count),
    [2],
  );
});

test('an API that does not answer is tried again; one that refuses is not; nothing ever throws', async () => {
  let lost = 3;
  const { clock, recorder, list } = await setUp((client) =>
    Object.create(client, {
      create: {
        value: (...args: Parameters<Client['create']>) =>
          lost-- > 0 ? Promise.reject(new Error('connection lost')) : client.create(...args),
      },
    }),
  );
  recorder.event(job, 'Normal', 'A', 'first');
  await clock.advance(60_000);
  await recorder.flushed();
  assert.equal((await list()).length, 1);
  const stranger = { ...job, metadata: { ...job.metadata, namespace: 'no-such-namespace' } };
  recorder.event(stranger, 'Normal', 'B', 'second');
  recorder.event(job, 'Normal', 'C', 'third');
  await clock.advance(60_000);
  assert.deepEqual((await list()).map(({ reason }) => reason).sort(), ['A', 'C']);
});

test('a stopped recorder is silent', async () => {
  const { recorder, list } = await setUp();
  recorder.stop();
  recorder.event(job, 'Normal', 'A', 'first');
  await recorder.flushed();
  assert.deepEqual(await list(), []);
});

test('a flood is cut off with one line in the log, and leaves room for warnings', async () => {
  const lines: string[] = [];
  const log = { ...silentLogger, info: (line: string) => void lines.push(line) };
  const { recorder, list } = await setUp(undefined, log);
  for (let n = 0; n < 1_000; n++) {
    const pod = { ...job, kind: 'Pod', metadata: { ...job.metadata, name: `p-${n}`, uid: `u-${n}` } };
    recorder.event(pod, 'Normal', 'Started', 'Container started');
  }
  recorder.event(node, 'Warning', 'Rebooted', 'It was off');
  await recorder.flushed();
  const written = await list();
  // The first is on its way before the others wait.
  assert.equal(written.filter(({ type }) => type === 'Normal').length, 801);
  assert.equal(written.filter(({ type }) => type === 'Warning').length, 1);
  assert.deepEqual(lines, ['Dropping events: too many are waiting to be sent']);
});
