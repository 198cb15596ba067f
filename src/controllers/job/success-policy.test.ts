import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchSuccessPolicy } from '#controllers/job/success-policy.ts';
import { IndexSet } from '#kinds/job/indexes.ts';

test('a rule asks for indexes, for a number, or for a number of those indexes', () => {
  const cases = [
    [{ succeededIndexes: '0,2-3' }, [0, 2], false],
    [{ succeededIndexes: '0,2-3' }, [0, 2, 3], true],
    [{ succeededIndexes: '0-1', succeededCount: 1 }, [2], false],
    [{ succeededIndexes: '0-1', succeededCount: 1 }, [1], true],
    [{ succeededCount: 2 }, [5], false],
    [{ succeededCount: 2 }, [5, 7], true],
    [{ succeededIndexes: '8-11', succeededCount: 3 }, [8], false],
    [{ succeededIndexes: '8-11', succeededCount: 3 }, [8, 9], true],
    [{ succeededIndexes: '' }, [0, 1], false],
    [{ succeededIndexes: 'x' }, [0, 1], false],
    [{}, [0, 1], false],
  ] as const;
  for (const [rule, succeeded, expected] of cases) {
    const message = matchSuccessPolicy({ rules: [rule] }, IndexSet.of(succeeded), 10);
    assert.equal(message !== undefined, expected, JSON.stringify(rule));
  }
});

test('the first rule that matches is named; without a success none does', () => {
  const policy = { rules: [{ succeededCount: 5 }, { succeededCount: 1 }, { succeededIndexes: '0' }] };
  assert.equal(matchSuccessPolicy(policy, IndexSet.of([0]), 10), 'Matched rules at index 1');
  assert.equal(matchSuccessPolicy(policy, IndexSet.empty, 10), undefined);
  assert.equal(matchSuccessPolicy(undefined, IndexSet.of([0]), 10), undefined);
});
