import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { silentLogger as log } from '#base/log.ts';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { createFlowControlController } from '#controllers/flow-control/flow-control-controller.ts';
import { autoUpdateKey } from '#kinds/flow-schema/auto-update.ts';
import { flowSchemas } from '#kinds/flow-schema/flow-schema.ts';
import { priorityLevelConfigurations as levels } from '#kinds/priority-level-configuration/priority-level-configuration.ts';
import { Informers } from '#reconcile/informers.ts';
import { createCluster, type TestCluster } from '#testing/create-cluster.ts';

let cluster: TestCluster;
let clock: VirtualClock;
const running: (() => Promise<void>)[] = [];
beforeEach(async () => {
  cluster = await createCluster({ seed: 'flow-control', nodes: 0 });
  clock = new VirtualClock();
  await begin();
});
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  await cluster.stop();
});

async function begin(): Promise<void> {
  const tools = { client: cluster.client, clock, random: seededRandom('flow-control'), log };
  const informers = new Informers(tools);
  const controller = createFlowControlController({ ...tools, informers });
  informers.start();
  controller.start();
  running.push(async () => {
    await controller.stop();
    informers.stop();
  });
  await cluster.advance(1_000);
}

/** What is missing is put back once a minute. */
async function round(): Promise<void> {
  await clock.advance(60_000);
  await cluster.advance(1_000);
}

const named = (object: { metadata: { name: string } }): string => object.metadata.name;

test('every cluster has the same levels and schemas, and each schema its level', async () => {
  const { client } = cluster;
  assert.equal((await client.list(levels)).items.length, 8);
  const schemas = (await client.list(flowSchemas)).items;
  assert.equal(schemas.length, 11);
  assert.deepEqual(new Set(schemas.map((schema) => flowSchemas.table.cells(schema, 0).at(-1))), new Set(['False']));
  const [mark] = new Set(schemas.map(({ metadata }) => metadata.annotations?.[autoUpdateKey]));
  assert.equal(mark, 'true');
});

test('a start that finds them writes nothing', async () => {
  const { client } = cluster;
  const all = async () => [(await client.list(levels)).items, (await client.list(flowSchemas)).items];
  const before = await all();
  await running.splice(0)[0]?.();
  await begin();
  await round();
  assert.deepEqual(await all(), before);
});

test('what is deleted comes back, and what was changed is given back unless its mark says that it is its users own', async () => {
  const { client } = cluster;
  await client.delete(flowSchemas, { name: 'probes' });
  const precedence = async (name: string, body: object) =>
    void (await client.patch(flowSchemas, { name }, { type: 'merge', body }));
  await precedence('system-nodes', { spec: { matchingPrecedence: 7 } });
  await precedence('service-accounts', {
    metadata: { annotations: { [autoUpdateKey]: 'false' } },
    spec: { matchingPrecedence: 7 },
  });
  await precedence('global-default', { metadata: { annotations: null }, spec: { matchingPrecedence: 7 } });
  await client.patch(levels, { name: 'exempt' }, { type: 'merge', body: { spec: { exempt: { lendablePercent: 9 } } } });
  await round();
  const now = new Map((await client.list(flowSchemas)).items.map((schema) => [named(schema), schema]));
  const of = (name: string): unknown => {
    const { metadata, spec } = now.get(name) ?? assert.fail(name);
    return [spec.matchingPrecedence, metadata.annotations?.[autoUpdateKey]];
  };
  assert.deepEqual(of('probes'), [2, 'true']);
  assert.deepEqual(of('system-nodes'), [500, 'true']);
  assert.deepEqual(of('service-accounts'), [7, 'false']);
  assert.deepEqual(of('global-default'), [7, 'false']);
  assert.equal((await client.get(levels, { name: 'exempt' })).spec.exempt?.lendablePercent, 9);
});

test('a schema of its users says whether its level is there, and one that is no part of the set goes', async () => {
  const { client } = cluster;
  const rules = [
    { subjects: [{ kind: 'User', user: { name: 'x' } }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] },
  ];
  const spec = { priorityLevelConfiguration: { name: 'mine' }, matchingPrecedence: 50, rules };
  await client.create(flowSchemas, { metadata: { name: 'mine' }, spec });
  await client.create(flowSchemas, { metadata: { name: 'stray', annotations: { [autoUpdateKey]: 'true' } }, spec });
  const dangling = async () => {
    await cluster.advance(1_000);
    const { status, reason } = (await client.get(flowSchemas, { name: 'mine' })).status.conditions?.[0] ?? {};
    return `${status} ${reason}`;
  };
  assert.equal(await dangling(), 'True NotFound');
  const level = { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } };
  await client.create(levels, { metadata: { name: 'mine' }, spec: level });
  assert.equal(await dangling(), 'False Found');
  await client.delete(levels, { name: 'mine' });
  assert.equal(await dangling(), 'True NotFound');
  await round();
  const names = (await client.list(flowSchemas)).items.map(named);
  assert.deepEqual([names.includes('mine'), names.includes('stray')], [true, false]);
});
