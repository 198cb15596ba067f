import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldError } from '#kinds/meta/field-error.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import type { ObjectMeta } from '#kinds/meta/schema.ts';
import { validateMetadata, validateMetadataUpdate, validateNew } from '#kinds/meta/validate-metadata.ts';

const configMaps = { namespaced: true, rules: { nameProblems: subdomainProblems, revalidatesMetadata: true } };
const nodes = { namespaced: false, rules: { nameProblems: subdomainProblems } };
const namespaces = { namespaced: false, rules: { nameProblems: labelProblems } };

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const keyRule =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  " +
  "or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const twoSlashes = `a valid label key ${keyRule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
const valueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function lines(errors: readonly FieldError[]): readonly string[] {
  return errors.map((error) => `${error.field}: ${error.message}`);
}

function check(meta: ObjectMeta): readonly string[] {
  return lines(validateMetadata(configMaps, { name: 'a', namespace: 'ns', ...meta }));
}

test('names are checked by the rule of their kind', () => {
  const long = 'ab'.repeat(127);
  assert.deepEqual(check({ name: 'Not_A_Name' }), [`metadata.name: Invalid value: "Not_A_Name": ${subdomain}`]);
  assert.deepEqual(check({ name: long }), [
    `metadata.name: Invalid value: "${long}": must be no more than 253 characters`,
  ]);
  assert.deepEqual(lines(validateMetadata(namespaces, { name: 'dots.are-bad' })), [
    'metadata.name: Invalid value: "dots.are-bad": must not contain dots',
  ]);
  assert.match(lines(validateMetadata(namespaces, { name: 'dots..are-bad' }))[0] ?? '', /a lowercase RFC 1123 label/);
});

test('a name is needed, and a prefix for one is checked too', () => {
  assert.deepEqual(check({ name: '' }), ['metadata.name: Required value: name or generateName is required']);
  assert.deepEqual(check({ generateName: 'fine-', name: 'fine-x' }), []);
  assert.deepEqual(check({ generateName: 'Bad-', name: 'Bad-x' }), [
    `metadata.generateName: Invalid value: "Bad-": ${subdomain}`,
    `metadata.name: Invalid value: "Bad-x": ${subdomain}`,
  ]);
});

test('of a prefix that ends in a dash, the character before the dash is not looked at either', () => {
  assert.deepEqual(check({ generateName: 'fineX-', name: 'fine' }), []);
  assert.equal(check({ generateName: '-', name: 'fine' }).length, 1);
  assert.equal(check({ generateName: 'Fine-', name: 'fine' }).length, 1);
});

test('a namespace goes with namespaced kinds only', () => {
  assert.deepEqual(check({ namespace: '' }), ['metadata.namespace: Required value']);
  assert.deepEqual(lines(validateMetadata(nodes, { name: 'n', namespace: 'x' })), [
    'metadata.namespace: Forbidden: not allowed on this type',
  ]);
});

test('label keys and values are reported at metadata.labels', () => {
  const key63 = 'k'.repeat(64);
  const labels = { '': 'x', 'a b': 'x', 'a/b/c': 'x', '/x': 'x', [key63]: 'x', 'UPPER.example/ok': 'x', good: '-x' };
  assert.deepEqual(check({ labels }), [
    'metadata.labels: Invalid value: "": name part must be non-empty',
    `metadata.labels: Invalid value: "": name part ${keyRule}`,
    `metadata.labels: Invalid value: "a b": name part ${keyRule}`,
    `metadata.labels: Invalid value: "a/b/c": ${twoSlashes}`,
    'metadata.labels: Invalid value: "/x": prefix part must be non-empty',
    `metadata.labels: Invalid value: "${key63}": name part must be no more than 63 bytes`,
    `metadata.labels: Invalid value: "UPPER.example/ok": prefix part ${subdomain}`,
    `metadata.labels: Invalid value: "-x": ${valueRule}`,
  ]);
  assert.deepEqual(check({ labels: { c: 'v'.repeat(64) } }), [
    `metadata.labels: Invalid value: "${'v'.repeat(64)}": must be no more than 63 bytes`,
  ]);
});

test('annotation keys may be in upper case; all together have a limit', () => {
  assert.deepEqual(check({ annotations: { 'A.Example/Key': 'anything at all', 'x/y/z': '' } }), [
    `metadata.annotations: Invalid value: "x/y/z": ${twoSlashes}`,
  ]);
  assert.deepEqual(check({ annotations: { a: 'x'.repeat(262143) } }), []);
  assert.deepEqual(check({ annotations: { a: 'x'.repeat(262144) } }), [
    'metadata.annotations: Too long: may not be more than 262144 bytes',
  ]);
});

test('finalizers are qualified names, and standard ones or with a domain', () => {
  assert.deepEqual(check({ finalizers: ['kubernetes', 'example.org/x'] }), []);
  assert.deepEqual(check({ finalizers: ['Not Valid', 'a/b/c', 'archive'] }), [
    `metadata.finalizers: Invalid value: "Not Valid": name part ${keyRule}`,
    `metadata.finalizers: Invalid value: "a/b/c": ${twoSlashes}`,
    'metadata.finalizers[0]: Invalid value: "Not Valid": name is neither a standard finalizer name nor is it fully qualified',
    'metadata.finalizers[2]: Invalid value: "archive": name is neither a standard finalizer name nor is it fully qualified',
  ]);
  assert.deepEqual(check({ finalizers: ['orphan', 'foregroundDeletion'] }), [
    'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
  ]);
});

test('owners are named in full, only one controls, events own nothing', () => {
  const pod = (name: string) => ({ kind: 'Pod', apiVersion: 'v1', controller: true, name, uid: name });
  assert.deepEqual(check({ ownerReferences: [{ apiVersion: 'apps/', kind: '', name: '', uid: '' }] }), [
    'metadata.ownerReferences.apiVersion: Invalid value: "apps/": version must not be empty',
    'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
    'metadata.ownerReferences.name: Invalid value: "": must not be empty',
    'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
  ]);
  assert.deepEqual(check({ ownerReferences: [{ apiVersion: 'a/b/c', kind: 'K', name: 'n', uid: 'u' }] }), [
    'metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty',
  ]);
  assert.deepEqual(check({ ownerReferences: [pod('a'), pod('b')] }), [
    'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"Pod","name":"a","uid":"a","controller":true},' +
      '{"apiVersion":"v1","kind":"Pod","name":"b","uid":"b","controller":true}]: ' +
      'Only one reference can have Controller set to true. Found "true" in references for Pod/a and Pod/b',
  ]);
  assert.deepEqual(check({ ownerReferences: [{ kind: 'Event', apiVersion: 'v1', name: 'e', uid: 'u' }] }), [
    'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"e","uid":"u"}: ' +
      '/v1, Kind=Event is disallowed from being an owner',
  ]);
});

const stored: ObjectMeta = { name: 'a', namespace: 'ns', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' };

function update(change: ObjectMeta, old: ObjectMeta = stored): readonly string[] {
  return lines(validateMetadataUpdate(configMaps, { ...old, ...change }, old));
}

test('what the server owns cannot be changed; the finding stands twice', () => {
  const error = 'metadata.deletionTimestamp: Invalid value: "2001-02-03T04:05:06Z": field is immutable';
  assert.deepEqual(update({ deletionTimestamp: '2001-02-03T04:05:06Z' }), [error, error]);
  const uid = 'metadata.uid: Invalid value: "xx": field is immutable';
  assert.deepEqual(update({ uid: 'xx' }), [uid, uid]);
});

test('an object that is being deleted takes no new finalizers, and gives up old ones', () => {
  const deleting = { ...stored, deletionTimestamp: '2026-01-02T00:00:00Z', finalizers: ['example.org/archive'] };
  const error =
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, ' +
    'found new finalizers []string{"example.org/late"}';
  assert.deepEqual(update({ finalizers: ['example.org/archive', 'example.org/late'] }, deleting), [error, error]);
  assert.deepEqual(update({ finalizers: [] }, deleting), []);
});

test('a finding on a change stands as often as layers look at it', () => {
  const bad = { ...stored, labels: { a: '-x' } };
  const times = (rules: object, path?: 'object' | 'status'): number =>
    validateMetadataUpdate(
      { namespaced: true, rules: { nameProblems: subdomainProblems, ...rules } },
      bad,
      stored,
      path,
    ).length;
  assert.equal(times({ revalidatesMetadata: true }), 4);
  assert.equal(times({ revalidatesMetadata: true }, 'status'), 3);
  assert.equal(times({}), 3);
  assert.equal(times({ sharedMetadataOnly: ['update'] }), 2);
  assert.equal(times({ sharedMetadataOnly: ['update'], revalidatesMetadata: true }), 3);
  assert.equal(times({ sharedMetadataOnly: ['status'] }, 'status'), 2);
  assert.equal(times({ sharedMetadataOnly: ['status'] }), 3);
});

test('where a kind leaves metadata to all, any name will do, and it is looked at last', () => {
  const budgets = {
    namespaced: true,
    rules: { nameProblems: subdomainProblems, sharedMetadataOnly: ['create'] as const },
  };
  const meta: ObjectMeta = { name: 'Not_A_Name', namespace: 'ns', finalizers: ['plain'], labels: { a: '-x' } };
  const other = { type: 'FieldValueRequired', field: 'spec', message: 'Required value' } as const;
  assert.deepEqual(lines(validateNew(budgets, meta, [])), [`metadata.labels: Invalid value: "-x": ${valueRule}`]);
  assert.deepEqual(validateNew(budgets, meta, [other]), [other]);
  assert.equal(validateNew(configMaps, meta, [other]).length, 4);
  assert.deepEqual(lines(validateNew(budgets, { ...meta, name: 'a/b', labels: {} }, [])), [
    `metadata.name: Invalid value: "a/b": may not contain '/'`,
  ]);
});

test('some kinds take finalizers of any name', () => {
  const plain = { namespaced: true, rules: { nameProblems: subdomainProblems, plainFinalizers: true } };
  assert.deepEqual(validateMetadata(plain, { name: 'a', namespace: 'ns', finalizers: ['archive'] }), []);
});
