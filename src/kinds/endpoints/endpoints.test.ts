import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoints } from '#kinds/endpoints/endpoints.ts';
import type { Endpoints } from '#kinds/endpoints/schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';
import { labelText } from '#kinds/test-texts.ts';

function made(subsets: readonly object[], metadata: object = {}): Endpoints {
  return decoded(endpoints, { metadata: { name: 'web', namespace: 'default', ...metadata }, subsets });
}

const findings = (subset: object, metadata: object = {}): readonly string[] =>
  lines(endpoints.rules.validate?.(made([subset], metadata)) ?? []);

const row = (...subsets: readonly object[]) => endpoints.table.cells(made(subsets), 0)[1];

const ip = '10.1.0.1';
const ports = [{ port: 80 }];

test('a port speaks TCP unless it says otherwise', () => {
  const read = made([{ addresses: [{ ip }], ports: [{ port: 80 }, { name: 'dns', port: 53, protocol: 'UDP' }] }]);
  assert.deepEqual(
    read.subsets?.[0]?.ports?.map(({ protocol }) => protocol),
    ['TCP', 'UDP'],
  );
});

const refused: readonly (readonly [what: string, subset: object, errors: readonly string[]])[] = [
  ['addresses', { ports }, ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`']],
  [
    'addresses that are none',
    { addresses: [{ ip: 'x' }] },
    [
      'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'subsets[0].addresses[0].ip: Invalid value: "x": must be a valid IP address',
    ],
  ],
  [
    'addresses that nobody else reaches',
    {
      addresses: [{ ip: '127.0.0.1' }, { ip: '::1' }, { ip: '0.0.0.0' }],
      notReadyAddresses: [{ ip: '169.254.1.1' }, { ip: 'fe80::1' }, { ip: '224.0.0.1' }, { ip: '::ffff:127.0.0.1' }],
    },
    [
      'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'subsets[0].addresses[1].ip: Invalid value: "::1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'subsets[0].addresses[2].ip: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
      'subsets[0].notReadyAddresses[0].ip: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      'subsets[0].notReadyAddresses[1].ip: Invalid value: "fe80::1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      'subsets[0].notReadyAddresses[2].ip: Invalid value: "224.0.0.1": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
      'subsets[0].notReadyAddresses[3].ip: Invalid value: "::ffff:127.0.0.1": must not be an IPv4-mapped IPv6 address',
      'subsets[0].notReadyAddresses[3].ip: Invalid value: "::ffff:127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
  ],
  [
    'names',
    { addresses: [{ ip, hostname: 'A' }], ports: [{ port: 80 }, { port: 81, name: 'B' }] },
    [
      `subsets[0].addresses[0].hostname: Invalid value: "A": ${labelText}`,
      'subsets[0].ports[0].name: Required value',
      `subsets[0].ports[1].name: Invalid value: "B": ${labelText}`,
    ],
  ],
  [
    'numbers and protocols',
    { addresses: [{ ip }], ports: [{ port: 0, protocol: 'HTTP' }] },
    [
      'subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'subsets[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
    ],
  ],
];

for (const [what, subset, errors] of refused) {
  test(`refused as upstream refuses it: ${what}`, () => assert.deepEqual(findings(subset), errors));
}

test('addresses of all ranges that others reach are fine, and so is a subset without ports', () => {
  const addresses = ['10.0.0.1', '169.253.0.1', '224.0.1.1', '2001:db8::1', '::2', 'fec0::1', 'ff05::2'].map((ip) => ({
    ip,
  }));
  assert.deepEqual(findings({ addresses }), []);
});

test('the API server alone may say that it is reached on its own machine only', () => {
  const local = { addresses: [{ ip: '127.0.0.1' }], ports };
  assert.deepEqual(findings(local, { name: 'kubernetes' }), []);
  assert.equal(findings(local, { name: 'kubernetes', namespace: 'other' }).length, 1);
});

test('a row shows three addresses that are ready, and how many more there are', () => {
  const addresses = [1, 2, 3].map((n) => ({ ip: `10.0.0.${n}` }));
  assert.equal(row(), '<none>');
  assert.equal(row({ notReadyAddresses: addresses, ports }), '');
  assert.equal(row({ addresses, ports }), '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80');
  assert.equal(
    row({ addresses, ports: [...ports, { port: 81, name: 'b' }] }),
    '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 3 more...',
  );
  assert.equal(
    row({ addresses: [{ ip: '2001:db8::1' }], ports }, { addresses }),
    '[2001:db8::1]:80,10.0.0.1,10.0.0.2 + 1 more...',
  );
});

test('what is wrong in subsets is passed over while they stay as they are', () => {
  const object = (subsets: readonly object[], labels = {}) => decoded(endpoints, { metadata: { labels }, subsets });
  const update = (after: readonly object[], before: readonly object[]) =>
    endpoints.rules.validateUpdate?.(object(after), object(before)) ?? [];
  assert.equal(update([{}], [{}]).length, 0);
  assert.equal(update([{}, {}], [{}]).length, 2);
  const odd = [{ addresses: [{ ip: '2001:DB8::1' }] }];
  const told = (labels?: object) => endpoints.rules.warnings?.(object(odd, labels), undefined) ?? [];
  assert.deepEqual(told(), [
    'subsets[0].addresses[0].ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
  ]);
  assert.deepEqual(told({ 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' }), []);
});
