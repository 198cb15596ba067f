import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csiDrivers } from '#kinds/csi-driver/csi-driver.ts';
import type { CSIDriver } from '#kinds/csi-driver/schema.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';
import type { Draft } from '#schema/type.ts';

const { rules, table } = csiDrivers;
const driver = (spec: object): CSIDriver => decoded(csiDrivers, { spec });
const refused = (spec: object): readonly string[] => lines(rules.validate?.(driver(spec)) ?? []);
const refusedChange = (spec: object, old: object): readonly string[] =>
  lines(rules.validateUpdate?.(driver(spec), driver(old)) ?? []);

test('what a driver leaves out', () => {
  assert.deepEqual(created(csiDrivers, { spec: { preventPodSchedulingIfMissing: true } }).spec, {
    attachRequired: true,
    podInfoOnMount: false,
    volumeLifecycleModes: ['Persistent'],
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    requiresRepublish: false,
    seLinuxMount: false,
  });
});

const rows: readonly (readonly [what: string, spec: object, errors: readonly string[]])[] = [
  ['nothing', {}, []],
  [
    'everything',
    {
      attachRequired: false,
      volumeLifecycleModes: ['Ephemeral', 'Persistent'],
      fsGroupPolicy: 'None',
      tokenRequests: [{ audience: '' }, { audience: 'a', expirationSeconds: 600 }],
      serviceAccountTokenInSecrets: true,
      nodeAllocatableUpdatePeriodSeconds: 10,
    },
    [],
  ],
  [
    'a mode of its own',
    { volumeLifecycleModes: ['no-such-mode'] },
    ['spec.volumeLifecycleModes: Unsupported value: "no-such-mode": supported values: "Persistent", "Ephemeral"'],
  ],
  [
    'a policy of its own',
    { fsGroupPolicy: 'x' },
    ['spec.fsGroupPolicy: Unsupported value: "x": supported values: "File", "None", "ReadWriteOnceWithFSType"'],
  ],
  [
    'two tokens for one',
    { tokenRequests: [{ audience: 'a' }, { audience: 'a', expirationSeconds: 1 }] },
    ['spec.tokenRequests[1].audience: Duplicate value: "a"'],
  ],
  [
    'tokens too short and too long',
    {
      tokenRequests: [
        { audience: 'a', expirationSeconds: 599 },
        { audience: 'b', expirationSeconds: 2 ** 32 + 1 },
      ],
    },
    [
      'spec.tokenRequests[0].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
      'spec.tokenRequests[1].expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
    ],
  ],
  [
    'tokens nowhere',
    { serviceAccountTokenInSecrets: false, nodeAllocatableUpdatePeriodSeconds: 9 },
    [
      'spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds',
      'spec.serviceAccountTokenInSecrets: Invalid value: false: serviceAccountTokenInSecrets is set but no tokenRequests are specified',
    ],
  ],
];

for (const [what, spec, errors] of rows) {
  test(`a driver with ${what}`, () => assert.deepEqual(refused(spec), errors));
}

test('how volumes come to nodes stays; the rest may change, and is counted', () => {
  assert.deepEqual(refusedChange({ podInfoOnMount: true, storageCapacity: true, fsGroupPolicy: 'File' }, {}), []);
  assert.deepEqual(refusedChange({ attachRequired: false, volumeLifecycleModes: ['Ephemeral'] }, {}), [
    'spec.attachedRequired: Invalid value: false: field is immutable',
    'spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable',
  ]);
  const now = structuredClone(driver({ podInfoOnMount: true })) as Draft<CSIDriver>;
  rules.prepareUpdate?.(now, driver({}), {} as never);
  assert.equal(now.metadata.generation, 1);
});

test('tokens among attributes are warned of when they are new', () => {
  const withTokens = (more: object = {}) => driver({ tokenRequests: [{ audience: 'a' }], ...more });
  assert.equal(rules.warnings?.(withTokens(), undefined).length, 1);
  assert.equal(rules.warnings?.(withTokens(), driver({})).length, 1);
  assert.equal(rules.warnings?.(withTokens(), withTokens()).length, 0);
  assert.equal(rules.warnings?.(withTokens({ serviceAccountTokenInSecrets: false }), undefined).length, 0);
});

test('a driver as it is listed, and what people are told of it', () => {
  const cells = (spec: object) => table.cells(driver(spec), Date.parse('2026-01-01T01:00:00Z'));
  assert.deepEqual(cells({}), ['x', true, false, false, '<unset>', false, 'Persistent', '60m']);
  const tokenRequests = [{ audience: 'a' }, { audience: 'b' }];
  assert.deepEqual(cells({ tokenRequests, volumeLifecycleModes: ['Persistent', 'Ephemeral'] }).slice(4, 7), [
    'a,b',
    false,
    'Persistent,Ephemeral',
  ]);
  assert.equal(rules.notes?.(driver({}), undefined).length, 1);
});
