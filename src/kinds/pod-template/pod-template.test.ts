import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podTemplates } from '#kinds/pod-template/pod-template.ts';
import { container, created, decoded, lines } from '#kinds/test-objects.ts';

test('a template is completed and checked as that of any workload', () => {
  const template = created(podTemplates, { template: { spec: { containers: [container] } } });
  assert.equal(template.template.spec.restartPolicy, 'Always');
  assert.deepEqual(podTemplates.rules.validate?.(template), []);
  assert.deepEqual(lines(podTemplates.rules.validate?.(created(podTemplates, {})) ?? []), [
    'template.spec.containers: Required value',
  ]);
});

test('templates are listed with the labels of their pods', () => {
  const row = (metadata: object) =>
    podTemplates.table.cells(decoded(podTemplates, { template: { metadata, spec: { containers: [container] } } }), 0);
  assert.deepEqual(row({ labels: { b: '2', a: '1' } }), ['x', 'main', container.image, 'a=1,b=2']);
  assert.deepEqual(row({}), ['x', 'main', container.image, '<none>']);
});
