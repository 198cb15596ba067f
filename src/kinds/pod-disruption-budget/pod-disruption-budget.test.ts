import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podDisruptionBudgets } from '#kinds/pod-disruption-budget/pod-disruption-budget.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

function refused(spec: object): readonly string[] {
  return lines(podDisruptionBudgets.rules.validate?.(decoded(podDisruptionBudgets, { spec })) ?? []);
}

test('a budget says one amount', () => {
  assert.deepEqual(refused({ minAvailable: '50%' }), []);
  assert.deepEqual(refused({ minAvailable: -1, unhealthyPodEvictionPolicy: 'Never' }), [
    'spec.minAvailable: Invalid value: -1: must be greater than or equal to 0',
    'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
  ]);
  assert.match(
    refused({ minAvailable: 1, maxUnavailable: 1 })[0] ?? '',
    /^spec: Invalid value: .*: minAvailable and maxUnavailable cannot be both set$/,
  );
  assert.deepEqual(refused({ maxUnavailable: '101%' }), [
    'spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
  ]);
});

test('the counts of a status are not negative', () => {
  const budget = decoded(podDisruptionBudgets, { status: { disruptionsAllowed: -1 } });
  assert.deepEqual(lines(podDisruptionBudgets.rules.validateStatusUpdate?.(budget, budget) ?? []), [
    'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
  ]);
});

test('a budget as it is listed', () => {
  const budget = decoded(podDisruptionBudgets, { spec: { minAvailable: '50%' }, status: { disruptionsAllowed: 2 } });
  assert.deepEqual(podDisruptionBudgets.table.cells(budget, Date.parse('2026-01-01T01:00:00Z')), [
    'x',
    '50%',
    'N/A',
    2,
    '60m',
  ]);
});
