import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointSlices } from '#kinds/endpoint-slice/endpoint-slice.ts';
import type { EndpointSlice } from '#kinds/endpoint-slice/schema.ts';
import { created, decoded, lines } from '#kinds/test-objects.ts';
import { labelText, subdomainText } from '#kinds/test-texts.ts';

const slice = (fields: object): EndpointSlice => decoded(endpointSlices, { addressType: 'IPv4', ...fields });
const findings = (fields: object): readonly string[] => lines(endpointSlices.rules.validate?.(slice(fields)) ?? []);

const endpoint = { addresses: ['10.1.0.1'] };

test('a slice reads back with what it left out, and null where it has nothing', () => {
  const { endpoints, ports } = slice({ endpoints: [endpoint], ports: [{ port: 80 }] });
  assert.deepEqual(endpoints, [{ addresses: ['10.1.0.1'], conditions: {} }]);
  assert.deepEqual(ports, [{ name: '', port: 80, protocol: 'TCP' }]);
  assert.deepEqual([slice({}).endpoints, slice({ ports: [] }).ports], [null, null]);
});

const many = <T>(count: number, item: T): readonly T[] => new Array<T>(count).fill(item);

const refused: readonly (readonly [what: string, fields: object, errors: readonly string[]])[] = [
  ['no type', { addressType: '' }, ['addressType: Required value']],
  [
    'a type that is none',
    { addressType: 'IP' },
    ['addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"'],
  ],
  [
    'addresses of another type, or of nobody else',
    { endpoints: [{ addresses: ['2001:db8::1', 'x', '127.0.0.1'] }] },
    [
      'endpoints[0].addresses: Invalid value: "2001:db8::1": must be an IPv4 address',
      'endpoints[0].addresses[1]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'endpoints[0].addresses[2]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
  ],
  [
    'names that are no domains',
    { addressType: 'FQDN', endpoints: [{ addresses: ['a.example.', 'one', 'A.b', ''] }] },
    [
      'endpoints[0].addresses[1]: Invalid value: "one": should be a domain with at least two segments separated by dots',
      `endpoints[0].addresses[2]: Invalid value: "A.b": ${subdomainText}`,
      'endpoints[0].addresses[3]: Required value',
    ],
  ],
  [
    'endpoints without addresses, and too many of everything',
    {
      endpoints: [{ addresses: [] }, { addresses: many(101, '10.0.0.1') }],
      ports: many(20_001, {}),
    },
    [
      'ports: Too many: 20001: must have at most 20000 items',
      'endpoints[0].addresses: Required value: must contain at least 1 address',
      'endpoints[1].addresses: Too many: 101: must have at most 100 items',
    ],
  ],
  ['too many endpoints', { endpoints: many(1001, {}) }, ['endpoints: Too many: 1001: must have at most 1000 items']],
  [
    'names and hints',
    {
      endpoints: [
        {
          ...endpoint,
          hostname: 'A',
          nodeName: 'B',
          hints: { forZones: [{ name: 'a' }, { name: 'a' }], forNodes: many(9, { name: 'n' }) },
        },
      ],
    },
    [
      `endpoints[0].nodeName: Invalid value: "B": ${subdomainText}`,
      `endpoints[0].hostname: Invalid value: "A": ${labelText}`,
      'endpoints[0].hints.forZones[1].name: Duplicate value: "a"',
      'endpoints[0].hints.forNodes: Too many: 9: must have at most 8 items',
    ],
  ],
  [
    'ports',
    { ports: [{ name: 'A' }, { port: 1 }, { port: 2, protocol: 'HTTP' }] },
    [
      `ports[0].name: Invalid value: "A": ${labelText}`,
      'ports[2].name: Duplicate value: ""',
      'ports[2].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
    ],
  ],
];

for (const [what, fields, errors] of refused) {
  test(`refused as upstream refuses it: ${what}`, () => assert.deepEqual(findings(fields), errors));
}

test('the type of the addresses never changes', () => {
  const errors = endpointSlices.rules.validateUpdate?.(slice({ addressType: 'IPv6' }), slice({})) ?? [];
  assert.deepEqual(lines(errors), ['addressType: Invalid value: "IPv6": field is immutable']);
});

test('what an older version kept of topology is dropped', () => {
  const made = created(endpointSlices, {
    addressType: 'IPv4',
    endpoints: [{ ...endpoint, deprecatedTopology: { a: 'b' } }],
  });
  assert.deepEqual(made.endpoints, [{ ...endpoint, conditions: {} }]);
});

test('a row shows three of its endpoints and ports, and <unset> for none', () => {
  const row = (fields: object) => endpointSlices.table.cells(slice(fields), 0).slice(1, 4);
  assert.deepEqual(row({}), ['IPv4', '<unset>', '<unset>']);
  assert.deepEqual(
    row({
      endpoints: [{ addresses: ['10.0.0.1', '10.0.0.2'] }, { addresses: ['10.0.0.3'] }, { addresses: ['10.0.0.4'] }],
      ports: [{ port: 80 }, { name: 'any' }],
    }),
    ['IPv4', '80,any', '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...'],
  );
});

test('addresses are written in their one form; what stands there already is passed over while it stays', () => {
  const six = (address: string) => slice({ addressType: 'IPv6', endpoints: [{ addresses: [address] }] });
  const { rules } = endpointSlices;
  const text = 'endpoints[0].addresses[0]: Invalid value: "2001:DB8::1": must be in canonical form ("2001:db8::1")';
  assert.deepEqual(lines(rules.validate?.(six('2001:DB8::1')) ?? []), [text]);
  assert.deepEqual(rules.validateUpdate?.(six('2001:DB8::1'), six('2001:DB8::1')), []);
  assert.deepEqual(lines(rules.validateUpdate?.(six('2001:DB8::1'), six('2001:db8::1')) ?? []), [text]);
  assert.deepEqual(rules.validate?.(six('2001:db8::1')), []);
});

test('domain names and odd forms of addresses are warned of', () => {
  const { warnings } = endpointSlices.rules;
  const named = slice({ addressType: 'FQDN', endpoints: [{ addresses: ['a.example'] }] });
  assert.deepEqual(warnings?.(named, undefined), ['spec.addressType: FQDN endpoints are deprecated']);
  assert.deepEqual(warnings?.(named, named), []);
  const odd = (labels: object) => slice({ metadata: { labels }, endpoints: [{ addresses: ['010.0.0.1'] }] });
  assert.deepEqual(warnings?.(odd({}), undefined), [
    'endpoints[0].addresses[0]: non-standard IP address "010.0.0.1" is invalid: use "10.0.0.1"',
  ]);
  const managed = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };
  assert.deepEqual(warnings?.(odd(managed), undefined), []);
});
