import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { addressTowards, machineAddress, reachableAs } from '#wire/addresses.ts';

test('a server that listens everywhere is reached under the addresses of its machine, any other under the one it chose', () => {
  assert.deepEqual(reachableAs('10.0.0.1'), ['10.0.0.1']);
  const all = reachableAs('0.0.0.0');
  assert.ok(!all.includes('0.0.0.0'));
  assert.ok(machineAddress() === '127.0.0.1' || all.includes(machineAddress()));
});

test('the address towards this machine itself is one that others can use too, if there is any', async () => {
  assert.equal(await addressTowards('127.0.0.1'), machineAddress());
  assert.equal(await addressTowards('no such host'), machineAddress());
  assert.notEqual(isIP(await addressTowards('198.51.100.7')), 0);
});
