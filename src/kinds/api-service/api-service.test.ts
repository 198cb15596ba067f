import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiServices } from '#kinds/api-service/api-service.ts';
import { withAvailability } from '#kinds/api-service/availability.ts';
import { builtInPriority } from '#kinds/api-service/priorities.ts';
import { catalog } from '#kinds/catalog.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';

const { validate, validateStatusUpdate, notes } = apiServices.rules;
const ranks = { groupPriorityMinimum: 100, versionPriority: 15 };
const metadata = { name: 'v1.sea.example' };
const local = { group: 'sea.example', version: 'v1', ...ranks };
const service = { namespace: 'ns', name: 'svc' };

const cases: readonly (readonly [what: string, body: object, errors: readonly string[]])[] = [
  ['of this server', { metadata, spec: local }, []],
  ['of a service', { metadata, spec: { ...local, service, caBundle: 'Y2E=' } }, []],
  ['of the core group', { metadata: { name: 'v1.' }, spec: { version: 'v1', ...ranks } }, []],
  [
    'of another name',
    { metadata: { name: 'boats' }, spec: local },
    ['metadata.name: Invalid value: "boats": must be `spec.version+"."+spec.group`: "v1.sea.example"'],
  ],
  [
    'without a group but of another version',
    { metadata: { name: 'v2.' }, spec: { ...ranks, version: 'v2' } },
    ['spec.group: Required value: only v1 may have an empty group and it better be legacy kube'],
  ],
  [
    'without ranks',
    { metadata, spec: { group: 'sea.example', version: 'v1' } },
    [
      'spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000',
      'spec.versionPriority: Invalid value: 0: must be positive and less than 1000',
    ],
  ],
  ['of the highest ranks', { metadata, spec: { ...local, groupPriorityMinimum: 20_000, versionPriority: 1_000 } }, []],
  [
    'of this server that is not trusted',
    { metadata, spec: { ...local, caBundle: 'Y2E=', insecureSkipTLSVerify: true } },
    [
      'spec.caBundle: Invalid value: "2 bytes": local APIServices may not have a caBundle',
      'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify',
    ],
  ],
  [
    'of a service of no name',
    { metadata, spec: { ...local, service: { port: 70_000 }, caBundle: 'Y2E=', insecureSkipTLSVerify: true } },
    [
      'spec.service.namespace: Required value',
      'spec.service.name: Required value',
      'spec.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive',
      'spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present',
    ],
  ],
];

for (const [what, body, errors] of cases) {
  test(`an APIService ${what}`, () =>
    assert.deepEqual(lines(validate?.(decoded(apiServices, { ...body })) ?? []), errors));
}

test('what this server answers for is available from the start, and what a service answers for is not known to be', () => {
  const own = created(apiServices, { metadata, spec: local });
  const other = created(apiServices, { metadata, spec: { ...local, service } });
  const row = (object: typeof own): unknown => apiServices.table.cells(object, 0).slice(0, 3);
  assert.deepEqual(row(own), ['v1.sea.example', 'Local', 'True']);
  assert.deepEqual(row(other), ['v1.sea.example', 'ns/svc', 'Unknown']);
  assert.equal(other.spec.service?.port, 443);
  assert.deepEqual([notes?.(own, undefined).length, notes?.(other, undefined).length], [0, 1]);
  const said = { status: 'False', reason: 'ServiceNotFound', message: 'gone' } as const;
  const judged = { ...other, status: withAvailability(other.status, said, 0) };
  assert.deepEqual(row(judged), ['v1.sea.example', 'ns/svc', 'False (ServiceNotFound)']);
  assert.equal(withAvailability(judged.status, said, 5_000), judged.status);
});

test('a condition is True, False or Unknown', () => {
  const conditions = [{ type: 'Available', status: 'Perhaps' }];
  const object = decoded(apiServices, { metadata, spec: local, status: { conditions } });
  assert.deepEqual(lines(validateStatusUpdate?.(object, object) ?? []), [
    'status.conditions[0].status: Unsupported value: "Perhaps": supported values: "True", "False", "Unknown"',
  ]);
});

test('every built-in group has a rank, but that of the APIServices', () => {
  const without = catalog.filter(({ group, version }) => builtInPriority(group, version) === undefined);
  assert.deepEqual(new Set(without.map(({ group }) => group)), new Set(['apiregistration.k8s.io']));
});
