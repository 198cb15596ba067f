import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChannelProtocol, chooseProtocol, endFrame, frame, unframe } from './channel-protocol.ts';

const names = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'channel.k8s.io',
  'base64.channel.k8s.io',
  '',
];

function protocol(name: string): ChannelProtocol {
  const found = chooseProtocol(name);
  assert(found !== undefined);
  return found;
}

test('the first protocol of the client that is known is spoken, whatever else it offers', () => {
  for (const name of names) assert.equal(protocol(name).name, name);
  assert.equal(chooseProtocol('v9.channel.k8s.io, v4.channel.k8s.io,v5.channel.k8s.io')?.name, 'v4.channel.k8s.io');
  assert.equal(chooseProtocol('v9.channel.k8s.io'), undefined);
  const token = 'base64url.bearer.authorization.k8s.io.dG9rZW4';
  assert.equal(chooseProtocol(`${token}, v5.channel.k8s.io`)?.name, 'v5.channel.k8s.io');
  assert.equal(chooseProtocol(token)?.name, '', 'a token is no protocol');
});

test('a message is what it was when it arrives', () => {
  const bytes = Buffer.from([0, 1, 255, 10]);
  for (const name of names) {
    const said = unframe(protocol(name), Buffer.from(frame(protocol(name), 2, bytes)));
    assert.deepEqual(said, { is: 'data', channel: 2, bytes }, name);
    assert.equal(unframe(protocol(name), Buffer.alloc(0)), undefined, name);
  }
});

test('the framing is that of other programs', () => {
  const bytes = Buffer.from('hi');
  assert.deepEqual(frame(protocol('v4.channel.k8s.io'), 1, bytes), Buffer.from([1, 104, 105]));
  assert.equal(frame(protocol('base64.channel.k8s.io'), 1, bytes), '1aGk=');
  assert.deepEqual(endFrame(0), Buffer.from([255, 0]));
});

test('only the latest protocol ends one channel', () => {
  assert.deepEqual(unframe(protocol('v5.channel.k8s.io'), Buffer.from([255, 0])), { is: 'end', channel: 0 });
  assert.equal(unframe(protocol('v5.channel.k8s.io'), Buffer.from([255])), undefined);
  assert.equal(unframe(protocol('v4.channel.k8s.io'), Buffer.from([255, 0]))?.is, 'data');
});
