import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidrProblems, ipFamily, portNameProblems } from '#kinds/meta/texts.ts';

test('addresses are told by family', () => {
  for (const good of ['0.0.0.0', '10.1.2.3', '255.255.255.255']) assert.equal(ipFamily(good), 4, good);
  for (const good of ['::', '::1', 'fd00::3', '1:2:3:4:5:6:7:8', '::ffff:10.0.0.1', '2001:db8::']) {
    assert.equal(ipFamily(good), 6, good);
  }
  for (const bad of ['', 'x', '1.2.3', '256.1.1.1', '01.2.3.4', '1::2::3', '1:2:3:4:5:6:7', '12345::', '::1.2.3']) {
    assert.equal(ipFamily(bad), undefined, bad);
  }
});

test('ranges have an address and as many bits as fit', () => {
  for (const good of ['10.9.0.0/24', '2001:db8::/64', '0.0.0.0/0']) assert.deepEqual(cidrProblems(good), [], good);
  for (const bad of ['10.9.0.0', '10.9.0.0/33', 'fd00::/129', '10.9.0.0/24/1', '/24']) {
    assert.equal(cidrProblems(bad).length, 1, bad);
  }
});

test('names of ports are short and readable', () => {
  assert.deepEqual(portNameProblems('web-1'), []);
  assert.deepEqual(portNameProblems('-a--b-cdefghijkl'), [
    'must be no more than 15 characters',
    'must not contain consecutive hyphens',
    'must not begin or end with a hyphen',
  ]);
  assert.deepEqual(portNameProblems('80'), ['must contain at least one letter (a-z)']);
});
