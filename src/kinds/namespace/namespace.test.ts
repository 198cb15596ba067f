import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';
import { keyText } from '#kinds/test-texts.ts';

const { rules } = namespaces;
const plain = 'name is neither a standard finalizer name nor is it fully qualified';

test('finalizers are named in full; only through /finalize does the finding say which', () => {
  const finalizers = ['a b', 'orphan', 'example.org/x'];
  const namespace = decoded(namespaces, { spec: { finalizers } });
  const findings = (field: string) => [
    `${field}: Invalid value: "a b": name part ${keyText}`,
    `${field}: Invalid value: "a b": ${plain}`,
  ];
  assert.deepEqual(lines(rules.validate?.(namespace) ?? []), findings('spec.finalizers'));
  assert.deepEqual(
    lines(rules.subresourceUpdates?.finalize?.validate?.(namespace, namespace) ?? []),
    findings('spec.finalizers[0]'),
  );
});

test('the phase says whether a namespace is being deleted', () => {
  const phase = (text: string, metadata: object = {}) =>
    lines(
      rules.validateStatusUpdate?.(
        decoded(namespaces, { metadata, status: { phase: text } }),
        created(namespaces, {}),
      ) ?? [],
    );
  assert.deepEqual(phase('Terminating'), [
    'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
  ]);
  assert.deepEqual(phase('Active', { deletionTimestamp: '2026-01-01T00:00:00Z' }), [
    'status.Phase: Invalid value: "Active": may only be \'Terminating\' if `deletionTimestamp` is not empty',
  ]);
  assert.deepEqual(phase('Active'), []);
});
