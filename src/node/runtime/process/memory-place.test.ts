import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  makeMemoryPlace,
  memoryPlaceOf,
  sweepAbandonedPlaces,
  sweepMemoryPlace,
} from '#node/runtime/process/memory-place.ts';

const name = mkdtempSync(join(tmpdir(), 'sampan-memory-'));
const place = makeMemoryPlace(name);
const usable = { skip: place === undefined ? 'this machine has no shared memory' : false };

test.after(() => {
  rmSync(name, { recursive: true });
  if (place !== undefined) rmSync(place, { recursive: true, force: true });
});

test('nobody else can look into the place, and it is the same the next time', usable, () => {
  assert.equal(statSync(place ?? '').mode & 0o777, 0o700);
  assert.equal(makeMemoryPlace(name), place);
});

test('what pods left there that nobody knows is removed', usable, () => {
  for (const uid of ['known', 'unknown']) {
    mkdirSync(join(place ?? '', uid));
    writeFileSync(join(place ?? '', uid, 'token'), 'secret');
  }
  sweepMemoryPlace(place ?? '', (uid) => uid === 'known');
  assert.deepEqual([existsSync(join(place ?? '', 'known')), existsSync(join(place ?? '', 'unknown'))], [true, false]);
});

test('the places of nodes whose folders are gone are removed, and no others', usable, () => {
  const root = mkdtempSync(join(tmpdir(), 'sampan-memory-'));
  const left = makeMemoryPlace(root) ?? '';
  mkdirSync(join(left, 'pod'));
  writeFileSync(join(left, 'pod', 'token'), 'secret');
  sweepAbandonedPlaces();
  assert.equal(existsSync(left), true);
  rmSync(root, { recursive: true });
  const owner = readFileSync(join(left, 'owner'), 'utf8');
  for (const another of ['', owner.replace(/\d+/, '1'), `${owner}/other`]) {
    writeFileSync(join(left, 'owner'), another);
    sweepAbandonedPlaces();
    assert.equal(existsSync(left), true, `owner ${another}`);
  }
  writeFileSync(join(left, 'owner'), owner);
  sweepAbandonedPlaces();
  assert.deepEqual([existsSync(left), existsSync(memoryPlaceOf(name))], [false, true]);
});

test('a place that others can look into is not used', usable, () => {
  chmodSync(place ?? '', 0o755);
  assert.equal(makeMemoryPlace(name), undefined);
});
