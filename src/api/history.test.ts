import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Change } from '#api/change.ts';
import { History, HistoryBudget } from '#api/history.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';

const previous = { key: '', value: { text: '{}' }, createRevision: 1, modRevision: 1 };
const change = (revision: number, at: number): Change =>
  new Change(configMaps as never, { type: 'delete', key: '', previous, revision }, at);
const revisions = (changes: readonly Change[]): readonly number[] => changes.map((one) => one.revision);

test('changes come back from any revision that is remembered', () => {
  const history = new History(10);
  for (const revision of [12, 15, 16]) history.push(change(revision, 0));
  assert.deepEqual(revisions(history.after(10)), [12, 15, 16]);
  assert.deepEqual(revisions(history.after(12)), [15, 16]);
  assert.deepEqual(revisions(history.after(14)), [15, 16]);
  assert.deepEqual(history.after(16), []);
  assert.equal(history.since, 10);
});

test('old changes are forgotten once there are many, and `since` says up to where', () => {
  const history = new History(0);
  for (let revision = 1; revision <= 10_000; revision++) history.push(change(revision, revision * 1_000));
  assert.equal(history.since, 10_000 - 2_048);
  assert.equal(history.after(history.since).length, 2_048);
});

test('a busy minute is kept, but not without limit', () => {
  const history = new History(0);
  for (let revision = 1; revision <= 15_000; revision++) history.push(change(revision, 0));
  assert.equal(history.since, 0);
  for (let revision = 15_001; revision <= 50_000; revision++) history.push(change(revision, 0));
  assert.equal(history.after(history.since).length, 20_000);
});

test('what a busy minute left is forgotten when it is old, though nothing follows', () => {
  const history = new History(0);
  for (let revision = 1; revision <= 15_000; revision++) history.push(change(revision, revision <= 9_000 ? 0 : 50_000));
  history.forget(74_000);
  assert.equal(history.since, 0);
  history.forget(75_000);
  assert.equal(history.since, 9_000);
  assert.equal(history.after(9_000).length, 6_000);
  history.forget(1_000_000);
  assert.equal(history.after(history.since).length, 2_048);
  history.push(change(15_001, 1_000_000));
  assert.equal(history.after(history.since).at(-1)?.revision, 15_001);
});

test('large changes are forgotten sooner, in the longest history first', () => {
  const large = (revision: number): Change => {
    const value = { text: '', size: 1_000_000 };
    const entry = { key: '', value, createRevision: 1, modRevision: revision };
    return new Change(configMaps as never, { type: 'put', entry, previous: undefined, revision }, 0);
  };
  const budget = new HistoryBudget();
  const [long, short, closed] = [new History(0, budget), new History(0, budget), new History(0, budget)];
  short.push(large(1));
  for (let revision = 1; revision <= 50; revision++) closed.push(large(revision));
  closed.close();
  for (let revision = 1; revision <= 500; revision++) {
    long.push(large(revision));
    assert.ok(long.bytes < 140_000_000, `${long.bytes} bytes`);
  }
  const kept = revisions(long.after(long.since));
  assert.ok(kept.length >= 60 && kept.length === 500 - long.since, `${kept.length} since ${long.since}`);
  assert.deepEqual(revisions(short.after(0)), [1]);
});
