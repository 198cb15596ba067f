import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AddressRange,
  cidrWarnings,
  ipProblems,
  ipWarnings,
  isStrictlyWithin,
  parseCidr,
  rangeProblems,
} from '#kinds/meta/cidr.ts';

function range(text: string): AddressRange {
  const parsed = parseCidr(text);
  assert(parsed !== undefined, text);
  return parsed;
}

test('a range is read, and what is none is not', () => {
  assert.deepEqual(range('10.0.1.7/24'), { family: 4, address: 0x0a000107n, network: 0x0a000100n, prefixBits: 24 });
  assert.equal(range('2001:db8::/32').network, 0x20010db8n << 96n);
  assert.equal(range('::ffff:1.2.3.4/128').address, 0xffff01020304n);
  assert.equal(range('1:2:3:4:5:6:7:8/128').address & 0xffffn, 8n);
  assert.equal(range('0.0.0.0/0').network, 0n);
  for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0/8', 'x/8', '::/129']) assert.equal(parseCidr(text), undefined);
});

test('a range is within another that is wider and of its family', () => {
  const within = (inner: string, outer: string): boolean => isStrictlyWithin(range(inner), range(outer));
  assert.equal(within('10.1.0.0/16', '10.0.0.0/8'), true);
  assert.equal(within('10.1.0.0/16', '0.0.0.0/0'), true);
  assert.equal(within('2001:db8:1::/48', '2001:db8::/32'), true);
  assert.equal(within('10.0.0.0/8', '10.0.0.0/8'), false);
  assert.equal(within('11.1.0.0/16', '10.0.0.0/8'), false);
  assert.equal(within('::/64', '0.0.0.0/0'), false);
});

test('bits beyond the prefix and unusual spellings are warned of', () => {
  assert.deepEqual(cidrWarnings('10.0.0.0/8', 'f'), []);
  assert.deepEqual(cidrWarnings('2001:db8::/32', 'f'), []);
  assert.deepEqual(cidrWarnings('nonsense', 'f'), []);
  assert.deepEqual(cidrWarnings('10.1.2.3/8', 'f'), [
    'f: CIDR value "10.1.2.3/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.1.2.3/32"?)',
  ]);
  assert.deepEqual(cidrWarnings('2001:0DB8:0:0:1::/80', 'f'), [
    'f: IPv6 CIDR value "2001:0DB8:0:0:1::/80" should be in RFC 5952 canonical format ("2001:db8:0:0:1::/80")',
  ]);
});

test('addresses are taken only as they are written today', () => {
  const none = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
  const zeros = 'must not have leading 0s';
  const mapped = 'must not be an IPv4-mapped IPv6 address';
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['10.9.8.7', []],
    ['2001:DB8::0001', []],
    ['1:2:3:4:5:6:1.2.3.4', []],
    ['', [none]],
    ['10.9.8', [none]],
    ['0256.1.1.1', [none]],
    ['010.9.8.7', [zeros]],
    ['::ffff:01.2.3.4', [zeros]],
    ['::ffff:1.2.3.4', [mapped]],
    ['::ffff:102:304', [mapped]],
  ];
  for (const [text, problems] of cases) assert.deepEqual(ipProblems(text), problems, text);
});

test('ranges are taken only as they are written today', () => {
  const none = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['10.9.8.0/24', []],
    ['2001:db8::/64', []],
    ['10.9.8.0', [none]],
    ['10.9.8.0/33', [none]],
    ['10.9.8.0/24/1', [none]],
    ['10.9.008.0/24', ['must not have leading 0s in IP or prefix length']],
    ['10.9.8.0/024', ['must not have leading 0s in IP or prefix length']],
    ['::ffff:10.9.8.0/120', ['must not have an IPv4-mapped IPv6 address']],
    ['10.9.8.7/24', ['must not have bits set beyond the prefix length']],
  ];
  for (const [text, problems] of cases) assert.deepEqual(rangeProblems(text), problems, text);
});

test('old forms of addresses are told with their present one', () => {
  assert.deepEqual(ipWarnings('10.9.8.7', 'f'), []);
  assert.deepEqual(ipWarnings('nonsense', 'f'), []);
  assert.deepEqual(ipWarnings('010.9.8.7', 'f'), ['f: non-standard IP address "010.9.8.7" is invalid: use "10.9.8.7"']);
  assert.deepEqual(ipWarnings('::ffff:10.9.8.7', 'f'), [
    'f: non-standard IP address "::ffff:10.9.8.7" is invalid: use "10.9.8.7"',
  ]);
});
