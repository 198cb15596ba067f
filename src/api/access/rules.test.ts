import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyRule } from '#kinds/rbac/schema.ts';
import type { Attributes } from '../api.ts';
import { compact, ruleAllows, ruleText, uncovered } from './rules.ts';

const rule = (verbs: string[], apiGroups: string[], resources: string[], resourceNames?: string[]): PolicyRule => ({
  verbs,
  apiGroups,
  resources,
  ...(resourceNames === undefined ? {} : { resourceNames }),
});
const asks = (verb: string, plural: string, more: Partial<Attributes> = {}): Attributes => ({
  verb,
  group: '',
  plural,
  ...more,
});

test('a rule allows its verbs on its resources in its groups, and nothing else', () => {
  const reads = rule(['get'], [''], ['pods']);
  assert.ok(ruleAllows(reads, asks('get', 'pods')));
  assert.ok(!ruleAllows(reads, asks('list', 'pods')));
  assert.ok(!ruleAllows(reads, asks('get', 'nodes')));
  assert.ok(!ruleAllows(reads, asks('get', 'pods', { group: 'apps' })));
  assert.ok(!ruleAllows(reads, { verb: 'get', path: '/pods' }));
  assert.ok(ruleAllows(rule(['*'], ['*'], ['*']), asks('fly', 'boats', { subresource: 'sail' })));
});

test('a resource is not its subresources', () => {
  const log = asks('get', 'pods', { subresource: 'log' });
  assert.ok(!ruleAllows(rule(['get'], [''], ['pods']), log));
  assert.ok(ruleAllows(rule(['get'], [''], ['pods/log']), log));
  assert.ok(ruleAllows(rule(['get'], [''], ['*/log']), log));
  assert.ok(!ruleAllows(rule(['get'], [''], ['pods/log']), asks('get', 'pods')));
});

test('names limit a rule to requests that name one of them', () => {
  const named = rule(['*'], [''], ['pods'], ['a']);
  assert.ok(ruleAllows(named, asks('get', 'pods', { name: 'a' })));
  assert.ok(!ruleAllows(named, asks('get', 'pods', { name: 'b' })));
  assert.ok(!ruleAllows(named, asks('create', 'pods')));
});

test('paths match whole or up to a star', () => {
  const paths: PolicyRule = { verbs: ['get'], nonResourceURLs: ['/metrics', '/logs/*'] };
  for (const path of ['/metrics', '/logs/a/b']) assert.ok(ruleAllows(paths, { verb: 'get', path }), path);
  for (const path of ['/metrics/slis', '/logs', '/']) assert.ok(!ruleAllows(paths, { verb: 'get', path }), path);
});

test('what is not covered is told in as few words as say it', () => {
  const held = [
    rule(['get'], [''], ['pods']),
    rule(['*'], ['batch'], ['jobs'], ['a']),
    rule(['get'], ['*'], ['*/log']),
  ];
  const texts = (...wanted: PolicyRule[]) => compact(uncovered(held, wanted)).map(ruleText);
  assert.deepEqual(texts(rule(['get'], [''], ['pods', 'pods/log'])), []);
  assert.deepEqual(texts(rule(['get', 'list', 'watch'], [''], ['pods', 'secrets'])), [
    '{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}',
    '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list" "watch"]}',
  ]);
  assert.deepEqual(texts(rule(['delete'], ['batch'], ['jobs'], ['a', 'b'])), [
    '{APIGroups:["batch"], Resources:["jobs"], ResourceNames:["b"], Verbs:["delete"]}',
  ]);
  assert.deepEqual(texts({ verbs: ['get'], nonResourceURLs: ['/x'] }), ['{NonResourceURLs:["/x"], Verbs:["get"]}']);
  const star = rule(['*'], ['*'], ['*']);
  assert.deepEqual(uncovered([star], [star]), []);
  assert.equal(uncovered([rule(['*'], [''], ['*'])], [star]).length, 1);
});
