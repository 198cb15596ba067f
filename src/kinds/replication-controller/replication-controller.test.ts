import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replicationControllers } from '#kinds/replication-controller/replication-controller.ts';
import { container, decoded, lines } from '#kinds/test-objects.ts';

const { rules, table } = replicationControllers;

type Body = { readonly [field: string]: unknown };

const template = { metadata: { labels: { app: 'd' } }, spec: { containers: [container] } };

function controller(spec: Body = { template }, metadata: Body = {}, status: Body = {}) {
  return decoded(replicationControllers, { metadata, spec, status });
}

test("the template's labels stand for a selector and labels that are not given", () => {
  const { metadata, spec } = controller();
  assert.deepEqual([metadata.labels, spec.selector, spec.replicas], [{ app: 'd' }, { app: 'd' }, 1]);
  const given = controller({ template, selector: { a: 'b' } }, { labels: { c: 'd' } });
  assert.deepEqual([given.metadata.labels, given.spec.selector], [{ c: 'd' }, { a: 'b' }]);
});

test('a controller that is not right is refused', () => {
  const findings = (spec: Body) => lines(rules.validate?.(controller(spec)) ?? []);
  assert.deepEqual(findings({ minReadySeconds: -1 }), [
    'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
    'spec.selector: Required value',
    'spec.template: Required value',
  ]);
  const never = { ...template, spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 1 } };
  assert.deepEqual(findings({ template: never, selector: { app: 'x' }, replicas: -1 }), [
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    'spec.template.metadata.labels: Invalid value: {"app":"d"}: `selector` does not match template `labels`',
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicationController is not Supported',
  ]);
});

test('the selector may change; what is wrong is said once', () => {
  const both = { ...template, metadata: { labels: { app: 'd', tier: 'x' } } };
  const moved = controller({ template: both, selector: { tier: 'x' } });
  assert.deepEqual(rules.validateUpdate?.(moved, controller()), []);
  assert.equal(rules.validateUpdate?.(controller({ template, replicas: -1 }), controller()).length, 1);
});

test('its pods are left alone when it goes, unless the client says otherwise', () => {
  assert.equal(rules.defaultPropagation, 'Orphan');
});

test('controllers are shown with their counts and found by them', () => {
  const one = controller({ template }, {}, { replicas: 2 });
  const row = table.cells(one, Date.parse('2026-01-01T01:00:00Z'));
  assert.deepEqual(row, ['x', 1, 2, 0, '60m', 'main', container.image, 'app=d']);
  assert.equal(replicationControllers.selectableFields['status.replicas']?.(one), '2');
  assert.equal(replicationControllers.scale?.selectorText?.(one), 'app=d');
});

test('empty labels are filled in as missing ones are; after a change the old template is warned of', () => {
  const bare = controller({ template, selector: {} }, { labels: {} });
  assert.deepEqual([bare.spec.selector, bare.metadata.labels], [{ app: 'd' }, { app: 'd' }]);
  const odd = { ...template, spec: { ...template.spec, nodeSelector: { 'beta.kubernetes.io/os': 'linux' } } };
  const before = controller({ template: odd }, { generation: 1 });
  const after = controller({ template }, { generation: 2 });
  assert.equal(rules.warnings?.(after, before)?.length, 1);
  assert.equal(rules.warnings?.(before, after)?.length, 0);
  assert.equal(rules.warnings?.(before, undefined)?.length, 1);
  assert.deepEqual(rules.nameProblems('Bad-', true), []);
});
