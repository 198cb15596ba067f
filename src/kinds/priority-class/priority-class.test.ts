import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priorityClasses } from '#kinds/priority-class/priority-class.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';

const { validate, validateUpdate } = priorityClasses.rules;

const cases: readonly (readonly [what: string, more: object, errors: readonly string[]])[] = [
  ['a number', { value: 1_000_000_000 }, []],
  [
    'a number too high, and a policy that is none',
    { value: 1_000_000_001, preemptionPolicy: 'Sometimes' },
    [
      'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
      'preemptionPolicy: Unsupported value: "Sometimes": supported values: "PreemptLowerPriority", "Never"',
    ],
  ],
  ['an empty policy', { value: 1, preemptionPolicy: '' }, ['preemptionPolicy: Required value']],
  [
    'a name of the system',
    { metadata: { name: 'system-x' }, value: 1 },
    [
      "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-x is not a known system priority class",
    ],
  ],
];

for (const [what, more, errors] of cases) {
  test(`a class with ${what}`, () =>
    assert.deepEqual(lines(validate?.(decoded(priorityClasses, { ...more })) ?? []), errors));
}

test('its number and its policy stay', () => {
  const old = decoded(priorityClasses, { value: 1 });
  const changed = decoded(priorityClasses, { value: 2, preemptionPolicy: 'Never' });
  assert.deepEqual(lines(validateUpdate?.(changed, old) ?? []), [
    'value: Forbidden: may not be changed in an update.',
    'preemptionPolicy: Invalid value: "Never": field is immutable',
  ]);
});

test('it is of the first generation for ever', () => {
  assert.equal(created(priorityClasses, { value: 1 }).metadata.generation, 1);
  assert.equal(priorityClasses.rules.managesGeneration, false);
});
