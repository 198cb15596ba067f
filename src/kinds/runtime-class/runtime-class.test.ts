import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runtimeClasses } from '#kinds/runtime-class/runtime-class.ts';
import type { RuntimeClass } from '#kinds/runtime-class/schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const classWith = (body: object): RuntimeClass => decoded(runtimeClasses, { handler: 'runsc', ...body });
const findings = (body: object): readonly string[] => lines(runtimeClasses.rules.validate?.(classWith(body)) ?? []);

test('a class names a handler and may say what it costs and where it is', () => {
  const scheduling = { nodeSelector: { runtime: 'gvisor' }, tolerations: [{ key: 'a', operator: 'Exists' }] };
  assert.deepEqual(findings({ overhead: { podFixed: { cpu: '250m' } }, scheduling }), []);
});

test('what is wrong with a class is said in upstream words', () => {
  assert.match(
    findings({ handler: 'Run_sc' })[0] ?? '',
    /^handler: Invalid value: "Run_sc": a lowercase RFC 1123 label /,
  );
  assert.deepEqual(findings({ handler: undefined }), ['handler: Required value']);
  const twice = [
    { key: 'a', operator: 'Exists' },
    { key: 'a', operator: 'Exists', tolerationSeconds: 5, effect: '' },
  ];
  assert.deepEqual(findings({ scheduling: { tolerations: twice } }).slice(-1), [
    'scheduling.tolerations[1]: Duplicate value: {"Key":"a","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":5}',
  ]);
  assert.deepEqual(findings({ overhead: { podFixed: { cpu: '-1' } } }), [
    'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
  ]);
  const scheduling = { nodeSelector: { a: '-' }, tolerations: [{ key: 'a', operator: 'Likes' }] };
  const [label, operator] = findings({ scheduling });
  assert.match(label ?? '', /^scheduling\.nodeSelector: Invalid value: "-": a valid label must be /);
  assert.equal(
    operator,
    'scheduling.tolerations[0].operator: Unsupported value: "Likes": supported values: "Equal", "Exists"',
  );
});

test('the handler of a class never changes', () => {
  const errors = runtimeClasses.rules.validateUpdate?.(classWith({ handler: 'kata' }), classWith({})) ?? [];
  assert.deepEqual(lines(errors), ['handler: Invalid value: "kata": field is immutable']);
});

test('old labels of nodes are warned of', () => {
  const old = classWith({ scheduling: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } } });
  assert.deepEqual(runtimeClasses.rules.warnings?.(old, undefined), [
    'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead',
  ]);
});

test('a class as it is listed', () => {
  assert.deepEqual(runtimeClasses.table.cells(classWith({}), Date.parse('2026-01-01T01:00:00Z')), [
    'x',
    'runsc',
    '60m',
  ]);
});
