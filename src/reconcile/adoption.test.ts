import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '#kinds/meta/object.ts';
import { byController, candidatesOf, claimsOf } from '#reconcile/adoption.ts';

interface Wish {
  readonly owner?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly deleted?: boolean;
  readonly namespace?: string;
}

function object(name: string, { owner, labels = {}, deleted = false, namespace = 'ns' }: Wish = {}): KubeObject {
  const at = '2026-01-01T00:00:00Z';
  const reference = { apiVersion: 'batch/v1', kind: 'Job', name: 'o', uid: owner ?? '', controller: true };
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      namespace,
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: at,
      labels,
      ...(owner === undefined ? {} : { ownerReferences: [reference] }),
      ...(deleted ? { deletionTimestamp: at } : {}),
    },
  };
}

const owner = object('o');
const app = { app: 'x' };
const matches = (labels: { readonly [key: string]: string }): boolean => labels.app === 'x';
const names = (list: readonly KubeObject[]): readonly string[] => list.map(({ metadata }) => metadata.name);

const candidates = [
  object('mine', { owner: 'uid-o', labels: app }),
  object('mine-leaving', { owner: 'uid-o', labels: app, deleted: true }),
  object('strayed', { owner: 'uid-o' }),
  object('of-my-predecessor', { owner: 'uid-older', labels: app }),
  object('free', { labels: app }),
  object('free-leaving', { labels: app, deleted: true }),
  object('free-other'),
];

test('owners keep what matches, release what no longer does, adopt what is free and stays', () => {
  const { kept, release, adopt } = claimsOf(owner, candidates, matches);
  assert.deepEqual(names(kept), ['mine', 'mine-leaving']);
  assert.deepEqual(names(release), ['strayed']);
  assert.deepEqual(names(adopt), ['free']);
});

test('an owner that is being deleted neither adopts nor releases', () => {
  const { kept, release, adopt } = claimsOf(object('o', { deleted: true }), candidates, matches);
  assert.deepEqual([names(kept), release, adopt], [['mine', 'mine-leaving'], [], []]);
});

test('candidates are what the owner controls and what nobody controls in its namespace', () => {
  const everywhere = [...candidates, object('far', { labels: app, namespace: 'other' })];
  const cache = {
    byIndex: (_name: string, value: string) => everywhere.filter((one) => byController(one).includes(value)),
  };
  assert.deepEqual(names(candidatesOf(cache, 'controller', owner)), [
    'mine',
    'mine-leaving',
    'strayed',
    'free',
    'free-leaving',
    'free-other',
  ]);
});
