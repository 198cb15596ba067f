import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tolerates, untolerated } from '#placement/tolerations.ts';

const taint = { key: 'k', value: 'v', effect: 'NoExecute' };

test('a toleration covers a taint by effect, key and value, each of which may be left open as the operator allows', () => {
  for (const [toleration, expected] of [
    [{ operator: 'Exists' }, true],
    [{ operator: 'Exists', key: 'k' }, true],
    [{ operator: 'Exists', key: 'other' }, false],
    [{ operator: 'Exists', key: 'k', effect: 'NoSchedule' }, false],
    [{ key: 'k', value: 'v' }, true],
    [{ key: 'k', operator: 'Equal', value: 'v', effect: 'NoExecute' }, true],
    [{ key: 'k', operator: 'Equal', value: 'w' }, false],
    [{ key: 'k', operator: 'Equal' }, false],
    [{ key: 'k', operator: 'Gt', value: 'v' }, false],
  ] as const) {
    assert.equal(tolerates(toleration, taint), expected, JSON.stringify(toleration));
  }
  assert.equal(tolerates({ key: 'k' }, { key: 'k', effect: 'NoSchedule' }), true, 'no value equals no value');
});

test('only taints of the asked effects count', () => {
  const taints = [taint, { key: 'p', effect: 'PreferNoSchedule' }, { key: 's', effect: 'NoSchedule' }];
  const found = (effects: Parameters<typeof untolerated>[2]): string[] =>
    untolerated(taints, [{ key: 's', operator: 'Exists' }], effects).map(({ key }) => key);
  assert.deepEqual(found(['NoSchedule', 'NoExecute']), ['k']);
  assert.deepEqual(found(['PreferNoSchedule']), ['p']);
  assert.deepEqual(untolerated(undefined, undefined, ['NoSchedule']), []);
});
