import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Volume } from '#kinds/pod/schema/volumes.ts';
import { belongsInMemory } from '#node/volumes/in-memory.ts';

function volume(source: object): Volume {
  return { name: 'v', ...source } as Volume;
}

test('what may hold secrets is kept in memory; ConfigMaps and directories of the pod are not', () => {
  const token = { serviceAccountToken: { path: 'token' } };
  for (const source of [{ secret: { secretName: 's' } }, { projected: { sources: [token] } }, { downwardAPI: {} }]) {
    assert.equal(belongsInMemory(volume(source)), true, JSON.stringify(source));
  }
  for (const source of [{ configMap: { name: 'c' } }, { emptyDir: {} }, { hostPath: { path: '/' } }]) {
    assert.equal(belongsInMemory(volume(source)), false, JSON.stringify(source));
  }
});

test('a volume with a program in it is not, as it could not be run there', () => {
  const items = [{ key: 'run', path: 'run', mode: 0o755 }];
  for (const source of [
    { secret: { secretName: 's', defaultMode: 0o500 } },
    { secret: { secretName: 's', items } },
    { projected: { sources: [{ configMap: { name: 'c', items } }] } },
    { projected: { sources: [], defaultMode: 0o511 } },
  ]) {
    assert.equal(belongsInMemory(volume(source)), false, JSON.stringify(source));
  }
});
