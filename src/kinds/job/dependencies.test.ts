import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dependencyKey, readDependencies } from '#kinds/job/dependencies.ts';
import { findCycle } from '#kinds/job/dependency-cycle.ts';

test('names are read with how they must end, Complete unless said', () => {
  const read = (text: string) => {
    const result = readDependencies(text);
    return 'problem' in result ? result.problem : result.dependencies.map(dependencyKey).join(' ');
  };
  assert.equal(read(''), '');
  assert.equal(read('a'), 'a:Complete');
  assert.equal(read(' a , b.c:Finished,d-1:Failed '), 'a:Complete b.c:Finished d-1:Failed');
});

test('each mistake is told with what to write instead', () => {
  const cases: readonly (readonly [string, RegExp, string])[] = [
    ['a,', /a name is missing/, 'write the names of Jobs with one comma between two'],
    ['a:failed', /"a:failed" does not end in one of/, 'write "a:Failed"'],
    ['a:', /does not end in one of/, 'write "a:Complete"'],
    ['a:Failed:x', /does not end in one of/, 'write "a:Failed"'],
    ['a,b,a:Failed', /names the Job "a" twice/, 'name "a" once'],
    ['other/a', /names a namespace/, 'write "a", and create both Jobs in one namespace'],
    ['A', /"A" is no name of a Job: a lowercase RFC 1123 subdomain/, 'correct the name'],
    ['a b', /"a b" is no name of a Job/, 'correct the name'],
  ];
  for (const [text, problem, fix] of cases) {
    const read = readDependencies(text);
    assert.ok('problem' in read, text);
    assert.match(read.problem, problem, text);
    assert.equal(read.fix, fix);
  }
});

type Edges = readonly (readonly number[])[];

const graphs: fc.Arbitrary<Edges> = fc
  .integer({ min: 1, max: 7 })
  .chain((size) => fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }));

function edgesOf(edges: Edges) {
  return (name: string): readonly string[] => (edges[Number(name)] ?? []).map(String);
}

test('a cycle that is found is one, and there is none where none is found', () => {
  const isReachable = (edges: Edges, from: number, to: number, seen = new Set<number>()): boolean =>
    (edges[from] ?? []).some((next) => {
      if (next === to) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return isReachable(edges, next, to, seen);
    });
  fc.assert(
    fc.property(graphs, (edges) => {
      const cycle = findCycle('0', edgesOf(edges));
      assert.equal(cycle !== undefined, isReachable(edges, 0, 0));
      if (cycle === undefined) return;
      assert.deepEqual([cycle[0], cycle.at(-1)], ['0', '0']);
      for (const [at, name] of cycle.slice(0, -1).entries()) {
        assert.ok(edgesOf(edges)(name).includes(cycle[at + 1] as string), cycle.join(' -> '));
      }
      assert.equal(new Set(cycle).size, cycle.length - 1, 'no detours');
    }),
  );
});
