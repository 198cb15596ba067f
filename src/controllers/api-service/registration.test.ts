import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  managedLabel,
  planRegistration,
  type RegistrationStep,
  type Wanted,
} from '#controllers/api-service/registration.ts';
import { apiServices } from '#kinds/api-service/api-service.ts';
import { decoded } from '#kinds/test-objects.ts';

type Manner = 'none' | 'onstart' | 'true';

const spec = { group: 'sea.example', version: 'v1', groupPriorityMinimum: 1_000, versionPriority: 100 };

function wantedAs(manner: Manner): Wanted | undefined {
  return manner === 'none' ? undefined : { manner, spec };
}

function stored(manner: Manner | 'absent', versionPriority: number) {
  if (manner === 'absent') return undefined;
  const labels = manner === 'none' ? {} : { [managedLabel]: manner };
  return decoded(apiServices, { metadata: { name: 'v1.sea.example', labels }, spec: { ...spec, versionPriority } });
}

/** Upstream's table: what is there, with what is wanted in its three forms; `once` before the name was first seen to. */
const table: readonly (readonly [
  what: string,
  of: Manner | 'absent',
  atStart: boolean,
  settled: boolean,
  steps: readonly [none: RegistrationStep, onStart: RegistrationStep, always: RegistrationStep],
])[] = [
  ['is missing at the start', 'absent', false, false, ['keep', 'create', 'create']],
  ['is missing later', 'absent', false, true, ['keep', 'keep', 'create']],
  ['is of somebody else', 'none', true, false, ['keep', 'keep', 'keep']],
  ['is of the start and came later', 'onstart', false, false, ['keep', 'keep', 'keep']],
  ['is of the start and was there', 'onstart', true, false, ['delete', 'update', 'update']],
  ['is of the start and was seen to', 'onstart', true, true, ['keep', 'keep', 'keep']],
  ['is kept, at the start', 'true', true, false, ['delete', 'update', 'update']],
  ['is kept, later', 'true', false, true, ['delete', 'keep', 'update']],
];

for (const [what, of, atStart, settled, steps] of table) {
  test(`what is done of an APIService that ${what}`, () => {
    const planned = (['none', 'onstart', 'true'] as const).map((manner) =>
      planRegistration({ wanted: wantedAs(manner), stored: stored(of, 99), settled, atStart }),
    );
    assert.deepEqual(planned, steps);
  });
}

test('what is right already is not written', () => {
  const facts = { wanted: wantedAs('true'), stored: stored('true', 100), settled: false, atStart: true };
  assert.equal(planRegistration(facts), 'keep');
});
