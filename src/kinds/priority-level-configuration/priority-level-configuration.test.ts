import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mandatoryLevels, suggestedLevels } from '#kinds/priority-level-configuration/bootstrap.ts';
import { priorityLevelConfigurations } from '#kinds/priority-level-configuration/priority-level-configuration.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const { validate, notes } = priorityLevelConfigurations.rules;

function findings(spec: object, name = 'x', metadata: object = {}): readonly string[] {
  const object = decoded(priorityLevelConfigurations, { metadata: { ...metadata, name }, spec: { ...spec } });
  return lines(validate?.(object) ?? []);
}

function limited(more: object): object {
  return { type: 'Limited', limited: { limitResponse: { type: 'Reject' }, ...more } };
}

function queuing(queues: object): object {
  return limited({ limitResponse: { type: 'Queue', queuing: queues } });
}

const at = 'spec.limited';
const queue = `${at}.limitResponse.queuing`;
const notExempt = `spec.type: Invalid value: "Exempt": must be 'Exempt' if and only if \`name\` is 'exempt'`;
const cases: readonly (readonly [what: string, spec: object, errors: readonly string[]])[] = [
  ['that sends requests away', limited({}), []],
  ['that lets requests wait', queuing({}), []],
  ['without limits', { type: 'Exempt' }, [notExempt]],
  [
    'of an unknown type',
    { type: 'Odd' },
    ['spec.type: Unsupported value: "Odd": supported values: "Exempt", "Limited"'],
  ],
  ['that lacks its limits', { type: 'Limited' }, [`${at}: Required value: must not be empty when type is Limited`]],
  ['that is both', { ...limited({}), exempt: {} }, ['spec.exempt: Forbidden: must be nil if the type is Limited']],
  [
    'of wrong numbers',
    limited({ nominalConcurrencyShares: -1, lendablePercent: 101, borrowingLimitPercent: -1 }),
    [
      `${at}.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer`,
      `${at}.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive`,
      `${at}.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer`,
    ],
  ],
  [
    'that sends away and queues',
    limited({ limitResponse: { type: 'Reject', queuing: {} } }),
    [`${queue}: Forbidden: must be nil if limited.limitResponse.type is not Limited`],
  ],
  [
    'that lacks its queues',
    limited({ limitResponse: { type: 'Queue' } }),
    [`${queue}: Required value: must not be empty if limited.limitResponse.type is Limited`],
  ],
  [
    'of an unknown answer',
    limited({ limitResponse: { type: 'Sing' } }),
    [`${at}.limitResponse.type: Unsupported value: "Sing": supported values: "Queue", "Reject"`],
  ],
  [
    'of negative queues',
    queuing({ queues: -1, handSize: -1, queueLengthLimit: -1 }),
    [
      `${queue}.queueLengthLimit: Invalid value: -1: must be positive`,
      `${queue}.queues: Invalid value: -1: must be positive`,
      `${queue}.handSize: Invalid value: -1: must be positive`,
    ],
  ],
  [
    'of too many queues',
    queuing({ queues: 10_000_001, handSize: 1 }),
    [`${queue}.queues: Invalid value: 10000001: must not be greater than 10000000`],
  ],
  [
    'of more hands than queues',
    queuing({ queues: 8, handSize: 9 }),
    [`${queue}.handSize: Invalid value: 9: should not be greater than queues (8)`],
  ],
  [
    'of more choices than a hash makes',
    queuing({ queues: 512, handSize: 8 }),
    [
      `${queue}.handSize: Invalid value: 8: required entropy bits of deckSize 512 and handSize 8 should not be greater than 60`,
    ],
  ],
];

for (const [what, spec, errors] of cases) {
  test(`a level ${what}`, () => assert.deepEqual(findings(spec), errors));
}

test('the levels that every cluster has are good, and written out in full', () => {
  const all = [...mandatoryLevels, ...suggestedLevels];
  assert.equal(all.length, 8);
  for (const { name, spec } of all) {
    const object = decoded(priorityLevelConfigurations, { metadata: { name }, spec });
    assert.deepEqual(lines(validate?.(object) ?? []), []);
    assert.deepEqual(object.spec, spec);
  }
});

test('of the level without limits its users may set what it lends, and of the last nothing', () => {
  assert.deepEqual(findings({ type: 'Exempt', exempt: { nominalConcurrencyShares: 7 } }, 'exempt'), []);
  assert.deepEqual(findings({ type: 'Exempt', exempt: { lendablePercent: 101 } }, 'exempt'), [
    'spec.exempt.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
  ]);
  assert.deepEqual(findings(limited({ nominalConcurrencyShares: 6 }), 'catch-all'), [
    `spec: Invalid value: {"Type":"Limited","Limited":{"NominalConcurrencyShares":6,"LimitResponse":{"Type":"Reject","Queuing":null},"LendablePercent":0,"BorrowingLimitPercent":null},"Exempt":null}: spec of 'catch-all' must equal the fixed value`,
  ]);
  assert.equal(findings(limited({}), 'exempt').length, 2);
});

test('the mark of an older version is refused, and people hear that nothing comes of a level', () => {
  const annotations = { 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares': '' };
  assert.deepEqual(findings(limited({}), 'x', { annotations }), [
    "metadata.annotations: Forbidden: annotation 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares' is forbidden",
  ]);
  assert.equal(notes?.(decoded(priorityLevelConfigurations, { spec: limited({}) }), undefined).length, 1);
});

test('a row shows the numbers of the queues', () => {
  const { table } = priorityLevelConfigurations;
  const row = (spec: object) => table.cells(decoded(priorityLevelConfigurations, { spec }), 0).slice(1, 6);
  assert.deepEqual(row(queuing({})), ['Limited', 30, 64, 8, 50]);
  assert.deepEqual(row({ type: 'Exempt' }), ['Exempt', '<none>', '<none>', '<none>', '<none>']);
});
