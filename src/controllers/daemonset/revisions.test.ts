import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRevisions, surplusRevisions } from '#controllers/daemonset/revisions.ts';
import { revisionHash, snapshotOf } from '#controllers/daemonset/snapshot.ts';
import { daemonSet, names, pod } from '#controllers/daemonset/test-daemons.ts';
import { controllerRevisions } from '#kinds/controller-revision/controller-revision.ts';
import type { ControllerRevision } from '#kinds/controller-revision/schema.ts';
import { stored } from '#testing/stored.ts';

const today = snapshotOf(daemonSet().spec.template);
const other = snapshotOf(daemonSet({}, { hostNetwork: true }).spec.template);

function revision(name: string, number: number, { data } = other): ControllerRevision {
  const labels = { 'controller-revision-hash': name };
  return stored(controllerRevisions, { metadata: { name, labels }, data, revision: number });
}

test('a snapshot is a patch with its keys in order at every level', () => {
  const { template } = daemonSet().spec;
  const shuffled = { spec: { ...template.spec }, metadata: template.metadata };
  assert.equal(snapshotOf(shuffled).text, today.text);
  assert.ok(
    today.text.startsWith(
      '{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"d"}},"spec":{"containers":[',
    ),
  );
  assert.deepEqual(JSON.parse(today.text), today.data);
});

test('hashes are stable, tell templates apart, and change with every collision', () => {
  const hashes = [
    revisionHash(today, undefined),
    revisionHash(today, 1),
    revisionHash(today, 2),
    revisionHash(other, undefined),
  ];
  assert.equal(new Set(hashes).size, 4);
  for (const hash of hashes) assert.match(hash, /^[456789bcdf]{1,10}$/);
  assert.equal(revisionHash(snapshotOf(daemonSet().spec.template), undefined), hashes[0]);
});

test('the first template is revision 1, the next one more than the highest', () => {
  const first = planRevisions([], today);
  assert.deepEqual([first.current, first.number], [undefined, 1]);
  assert.equal(planRevisions([revision('a', 4), revision('b', 2)], today).number, 5);
});

test('going back to an earlier template makes its revision the newest', () => {
  const plan = planRevisions([revision('a', 1, today), revision('b', 2)], today);
  assert.deepEqual([plan.current?.metadata.name, plan.number, names(plan.old)], ['a', 3, ['b']]);
  const settled = planRevisions([revision('a', 3, today), revision('b', 2)], today);
  assert.deepEqual([settled.number, settled.duplicates], [3, []]);
});

test('of revisions with the same template the highest stays', () => {
  const plan = planRevisions([revision('a', 1, today), revision('b', 4, today), revision('c', 2)], today);
  assert.deepEqual([plan.current?.metadata.name, plan.number, names(plan.duplicates)], ['b', 4, ['a']]);
});

test('old revisions above the limit go, the lowest first, unless a pod is of them', () => {
  const old = [revision('old', 1), revision('b', 2), revision('c', 3), revision('d', 4)];
  assert.deepEqual(names(surplusRevisions(old, 2, [])), ['b', 'old']);
  assert.deepEqual(names(surplusRevisions(old, 2, [pod('x', 'n1', { old: true })])), ['b', 'c']);
  assert.deepEqual(names(surplusRevisions(old, 0, [pod('x', 'n1', { old: true })])), ['b', 'c', 'd']);
  assert.deepEqual(surplusRevisions(old, 4, []), []);
});
