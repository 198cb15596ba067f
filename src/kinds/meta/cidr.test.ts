import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AddressRange, cidrWarnings, isStrictlyWithin, parseCidr } from '#kinds/meta/cidr.ts';

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
