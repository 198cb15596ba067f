import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '#base/random.ts';
import type { Client } from '#client/client.ts';
import { JobWorld } from '#controllers/job/test-job-world.ts';
import { createJobOrderController } from '#controllers/job-order/job-order-controller.ts';
import { jobNameOf, OrderWorld, withUpdate } from '#controllers/job-order/test-order-world.ts';
import { type Dependency, dependenciesOf, dependencyKey } from '#kinds/job/dependencies.ts';
import { endingOf } from '#kinds/job/dependency-progress.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { isApiError } from '#kinds/meta/errors.ts';

/** A client whose process dies at its `diesAt`-th write: `reaches` says whether that write arrives; no answer ever comes. */
function mortal(client: Client, diesAt: number, reaches: boolean, died: () => void): Client {
  let writes = 0;
  const update: Client['update'] = async (...args) => {
    writes++;
    if (writes < diesAt) return client.update(...args);
    if (writes === diesAt) {
      if (reaches) await client.update(...args).catch(() => {});
      died();
    }
    return new Promise(() => {});
  };
  return withUpdate(client, update);
}

interface Deaths {
  readonly at: readonly number[];
  readonly reaches: boolean;
}

/** Starts the controllers anew after each death, until no death is left. */
async function live(world: JobWorld, { at, reaches }: Deaths): Promise<void> {
  const [diesAt, ...rest] = at;
  await world.start((deps) => {
    if (diesAt === undefined) return createJobOrderController(deps);
    const died = (): void => {
      world.crash();
      world.clock.after(700, () => void live(world, { at: rest, reaches }));
    };
    return createJobOrderController({ ...deps, client: mortal(deps.client, diesAt, reaches, died) });
  });
}

for (const reaches of [true, false]) {
  test(`a diamond comes to its end wherever the controller dies (${reaches ? 'after' : 'before'} the write)`, async () => {
    for (let diesAt = 1; diesAt <= 7; diesAt++) {
      const world = await JobWorld.create();
      const order = new OrderWorld(world);
      await live(world, { at: [diesAt], reaches });
      for (const [name, after] of [['d', 'b,c'], ['b', 'a'], ['c', 'a:Finished'], ['e', 'c:Failed'], ['a']] as const) {
        await order.create(name, after);
      }
      for (const [step, expected] of [['a'], ['b', 'c'], ['d']].entries()) {
        assert.deepEqual(await order.running(), expected, `death ${diesAt}, step ${step}`);
        for (const name of expected) await order.finish(name);
      }
      assert.equal(await order.failure('e'), 'DependencyFailed: e -> c: c is Complete, not Failed');
    }
  });
}

interface Graph {
  /** For each Job the earlier ones it comes after; Job n is called "j<n>". */
  readonly edges: readonly (readonly Dependency[])[];
  readonly created: readonly number[];
  readonly failing: readonly boolean[];
  readonly deaths: Deaths;
  readonly seed: number;
}

const graphs: fc.Arbitrary<Graph> = fc.integer({ min: 2, max: 8 }).chain((size) => {
  const edgesOf = (n: number): fc.Arbitrary<readonly Dependency[]> =>
    n === 0
      ? fc.constant([])
      : fc.uniqueArray(
          fc.record({
            name: fc.nat(n - 1).map((at) => `j${at}`),
            ending: fc.constantFrom('Complete', 'Complete', 'Finished', 'Failed'),
          }),
          { maxLength: 3, selector: ({ name }) => name },
        );
  const numbers = Array.from({ length: size }, (_, n) => n);
  return fc.record({
    edges: fc.tuple(...numbers.map(edgesOf)),
    created: fc.shuffledSubarray(numbers, { minLength: size }),
    failing: fc.array(
      fc.nat(4).map((n) => n === 0),
      { minLength: size, maxLength: size },
    ),
    deaths: fc.record({ at: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }), reaches: fc.boolean() }),
    seed: fc.nat(),
  });
});

/** What must become of each Job, by the graph alone. */
function fates({ edges, failing }: Graph): readonly ('Complete' | 'Failed')[] {
  const ends: ('Complete' | 'Failed')[] = [];
  for (const [n, after] of edges.entries()) {
    const isMet = after.every(({ name, ending }) => ending === 'Finished' || ends[Number(name.slice(1))] === ending);
    ends.push(isMet && failing[n] !== true ? 'Complete' : 'Failed');
  }
  return ends;
}

/** Every Job with pods has what it comes after behind it. */
async function checkOrder(world: JobWorld, known: ReadonlyMap<string, Job>): Promise<void> {
  const all = new Map(
    (await world.client.list(jobs, { namespace: 'ns' })).items.map((job) => [job.metadata.name, job]),
  );
  for (const pod of await world.pods()) {
    const job = known.get(jobNameOf(pod));
    assert.ok(job !== undefined);
    for (const dependency of dependenciesOf(job)) {
      const before = all.get(dependency.name);
      const end = before && endingOf(before);
      const met = end !== undefined && (dependency.ending === 'Finished' || dependency.ending === end);
      assert.ok(met, `${job.metadata.name} runs, but ${dependencyKey(dependency)} is not met`);
    }
  }
}

async function play(graph: Graph): Promise<readonly ('Complete' | 'Failed' | undefined)[]> {
  const world = await JobWorld.create();
  const order = new OrderWorld(world);
  await live(world, graph.deaths);
  const chance = seededRandom(String(graph.seed)).stream('deeds');
  const known = new Map<string, Job>();
  const waiting = [...graph.created];
  for (let round = 0; round < 200; round++) {
    const next = chance.int(2) === 0 ? waiting.shift() : undefined;
    if (next !== undefined) {
      const name = `j${next}`;
      const text = (graph.edges[next] ?? []).map(dependencyKey).join(',');
      known.set(name, await order.create(name, text === '' ? undefined : text));
    }
    const running = await order.running();
    const name = running[chance.int(Math.max(1, running.length))];
    if (name !== undefined)
      await order.finish(name, graph.failing[Number(name.slice(1))] === true ? 'fail' : 'succeed');
    await checkOrder(world, known);
    await world.pass(chance.int(3_000));
    const { items } = await world.client.list(jobs, { namespace: 'ns' });
    if (waiting.length === 0 && items.every(isFinished)) break;
  }
  return Promise.all(graph.edges.map(async (_, n) => endingOf(await world.job(`j${n}`))));
}

test('any graph without circles runs in its order to the ends that follow from it, however often the controller dies', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (graph) => {
      assert.deepEqual(await play(graph), fates(graph));
    }),
    { numRuns: 40 },
  );
});

test('of any graph, whatever is let in has no circle', async () => {
  const edge = fc.record({ from: fc.nat(4), to: fc.nat(4) });
  await fc.assert(
    fc.asyncProperty(fc.array(edge, { maxLength: 14 }), async (edges) => {
      const order = await OrderWorld.start();
      const names = [0, 1, 2, 3, 4];
      const after = new Map(names.map((n) => [n, new Set<number>()]));
      for (const n of names) await order.create(`j${n}`, 'gate');
      const reaches = (from: number, to: number): boolean =>
        from === to || [...(after.get(from) ?? [])].some((next) => reaches(next, to));
      for (const { from, to } of edges) {
        const text = ['gate', ...new Set([...(after.get(from) ?? []), to].map((n) => `j${n}`))].join(',');
        const isCircle = reaches(to, from);
        const refused = await order.annotate(`j${from}`, { 'sampan.dev/depends-on': text }).then(
          () => false,
          (error) => isApiError(error) && error.code === 422,
        );
        assert.equal(refused, isCircle, `${from} -> ${to}`);
        if (!refused) after.get(from)?.add(to);
      }
    }),
    { numRuns: 20 },
  );
});
