import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replicaSets } from '#kinds/replica-set/replica-set.ts';
import { container, created, decoded, lines } from '#kinds/test-objects.ts';

const { rules, table } = replicaSets;

type Body = { readonly [field: string]: unknown };

const template = { metadata: { labels: { app: 'd', tier: 'x' } }, spec: { containers: [container] } };

function set(spec: Body = {}, status: Body = {}) {
  return decoded(replicaSets, { spec: { selector: { matchLabels: { app: 'd' } }, template, ...spec }, status });
}

test('what is left out is filled in', () => {
  const { spec, status } = created(replicaSets, { spec: { selector: {}, template } });
  assert.deepEqual([spec.replicas, spec.template.spec.restartPolicy, status], [1, 'Always', { replicas: 0 }]);
});

test('a set that is not right is refused, in the words of Deployments', () => {
  const findings = (spec: Body) => lines(rules.validate?.(set(spec)) ?? []);
  assert.deepEqual(findings({ selector: {}, replicas: -2 }), [
    'spec.replicas: Invalid value: -2: must be greater than or equal to 0',
    'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
  ]);
  assert.deepEqual(findings({ template: { metadata: template.metadata } }), [
    'spec.template.spec.containers: Required value',
  ]);
});

test('a change is judged once, and the selector stays', () => {
  const found = lines(
    rules.validateUpdate?.(set({ replicas: -1, selector: { matchLabels: { tier: 'x' } } }), set()) ?? [],
  );
  const negative = 'spec.replicas: Invalid value: -1: must be greater than or equal to 0';
  assert.deepEqual(found, [negative, 'spec.selector: Invalid value: {"matchLabels":{"tier":"x"}}: field is immutable']);
});

test('counts of a status are parts of each other', () => {
  const status = { replicas: 1, fullyLabeledReplicas: 2, readyReplicas: 1, availableReplicas: -1 };
  assert.deepEqual(lines(rules.validateStatusUpdate?.(set({}, status), set()) ?? []), [
    'status.availableReplicas: Invalid value: -1: must be greater than or equal to 0',
    'status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas',
  ]);
});

test('sets are shown with their counts, and found by them', () => {
  const one = set({ replicas: 3 }, { replicas: 2, readyReplicas: 1 });
  assert.deepEqual(table.cells(one, Date.parse('2026-01-01T01:00:00Z')), [
    'x',
    3,
    2,
    1,
    '60m',
    'main',
    container.image,
    'app=d',
  ]);
  assert.equal(replicaSets.selectableFields['status.replicas']?.(one), '2');
});
