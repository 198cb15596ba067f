import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingressClasses } from '#kinds/ingress-class/ingress-class.ts';
import type { IngressClass } from '#kinds/ingress-class/schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const { rules, table } = ingressClasses;
const reference = { apiGroup: 'example.com', kind: 'Settings', name: 'fast' };

const ingressClass = (spec: object, metadata: object = {}): IngressClass =>
  decoded(ingressClasses, { metadata, spec: { controller: 'example.com/ingress', ...spec } });
const refused = (spec: object): readonly string[] => lines(rules.validate?.(ingressClass(spec)) ?? []);
const refusedParameters = (more: object): readonly string[] => refused({ parameters: { ...reference, ...more } });

test('a class names its controller by domain and path', () => {
  assert.deepEqual(refused({}), []);
  assert.deepEqual(refused({ controller: undefined }), ['spec.controller: Required value']);
  for (const controller of ['nginx', '/nginx', 'example.com/']) {
    assert.deepEqual(refused({ controller }), [
      `spec.controller: Invalid value: "${controller}": must be a domain-prefixed path (such as "acme.io/foo")`,
    ]);
  }
  const [host, path] = refused({ controller: 'A/b c' });
  assert.match(host ?? '', /^spec\.controller: Invalid value: "A": a lowercase RFC 1123 subdomain /);
  assert.match(path ?? '', /^spec\.controller: Invalid value: "b c": Invalid path \(regex used for validation is /);
  assert.deepEqual(refused({ controller: `example.com/${'a'.repeat(250)}` }), [
    'spec.controller: Too long: may not be more than 250 bytes',
  ]);
});

test('parameters are of the cluster unless they say otherwise, and then say the namespace', () => {
  assert.equal(ingressClass({ parameters: reference }).spec.parameters?.scope, 'Cluster');
  assert.deepEqual(refusedParameters({}), []);
  assert.deepEqual(refusedParameters({ scope: 'Namespace', namespace: 'a' }), []);
  const at = 'spec.parameters';
  assert.deepEqual(refusedParameters({ scope: 'Namespace' }), [
    `${at}.namespace: Required value: \`parameters.scope\` is set to 'Namespace'`,
  ]);
  assert.deepEqual(refusedParameters({ namespace: 'a' }), [
    `${at}.namespace: Forbidden: \`parameters.scope\` is set to 'Cluster'`,
  ]);
  assert.deepEqual(refusedParameters({ scope: 'World', kind: undefined }), [
    `${at}.kind: Required value`,
    `${at}.scope: Unsupported value: "World": supported values: "Cluster", "Namespace"`,
  ]);
});

test('the controller of a class never changes', () => {
  const errors = rules.validateUpdate?.(ingressClass({ controller: 'a.example/b' }), ingressClass({})) ?? [];
  assert.deepEqual(lines(errors), ['spec.controller: Invalid value: "a.example/b": field is immutable']);
});

test('a class as it is listed', () => {
  const cells = (spec: object, metadata: object = {}) =>
    table.cells(ingressClass(spec, metadata), Date.parse('2026-01-01T01:00:00Z'));
  assert.deepEqual(cells({}), ['x', 'example.com/ingress', '<none>', '60m']);
  const metadata = { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } };
  assert.deepEqual(cells({ parameters: reference }, metadata).slice(0, 3), [
    'x (default)',
    'example.com/ingress',
    'Settings.example.com/fast',
  ]);
});
