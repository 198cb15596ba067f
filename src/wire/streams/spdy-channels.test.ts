import assert from 'node:assert/strict';
import { type Duplex, duplexPair } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { present } from '#base/assert.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { data, type Said, TestClient } from '#wire/spdy/test-client.ts';
import { channel } from './channel-protocol.ts';
import { type ChannelName, openSpdyChannels } from './spdy-channels.ts';
import { chooseSpdyProtocol, commandProtocols } from './spdy-protocol.ts';

const protocol = present(commandProtocols[0], 'the latest protocol');
const clock = new VirtualClock(0);

interface Client {
  readonly wire: Duplex;
  readonly carrier: Duplex;
  open(names: readonly ChannelName[]): Promise<void>;
  said(): Promise<readonly Said[]>;
}

function connect(): Client {
  const [carrier, wire] = duplexPair();
  const heard: Buffer[] = [];
  wire.on('data', (chunk: Buffer) => heard.push(chunk));
  wire.on('error', () => {});
  const client = new TestClient();
  return {
    wire,
    carrier,
    open: async (names) => {
      for (const [index, streamtype] of names.entries()) wire.write(await client.open(2 * index + 1, { streamtype }));
    },
    said: async () => {
      for (let round = 0; round < 30; round++) await turn();
      return new TestClient().understand(Buffer.concat(heard));
    },
  };
}

test('each channel has a stream of its own, and all of them end with the command', async () => {
  const it = connect();
  const wanted = ['error', 'stdin', 'stdout', 'resize'] as const;
  const opening = openSpdyChannels(it.carrier, protocol, wanted, clock);
  await it.open(wanted);
  const channels = await opening;
  const told: string[] = [];
  channels.listen({
    data: (number, bytes) => told.push(`${number} ${bytes}`),
    ended: (number) => told.push(`${number} ended`),
    closed: () => told.push('closed'),
  });
  it.wire.write(data(3, Buffer.from('in')));
  it.wire.write(data(7, Buffer.from('{"Width":80,"Hei')));
  it.wire.write(data(7, Buffer.from('ght":25}\n{"Width"')));
  it.wire.write(data(3, Buffer.alloc(0), true));
  await it.said();
  assert.deepEqual(told, ['0 in', '4 {"Width":80,"Height":25}', '0 ended']);
  await channels.send(channel.stdout, Buffer.alloc(0));
  await channels.send(channel.stdout, Buffer.from('out'));
  await channels.send(channel.error, Buffer.from('status'));
  channels.close();
  const said = (await it.said()).filter(({ is }) => is !== 'reply');
  const texts = said.filter(({ text }) => text !== '').map(({ is, id, text }) => `${is} ${id} ${text}`);
  assert.deepEqual(texts, ['data 5 out', 'data 1 status', 'go-away 7 undefined']);
  const ends = said.filter(({ last }) => last === true).map(({ id }) => id);
  assert.deepEqual(ends.toSorted(), [1, 3, 5, 7]);
  it.wire.end();
  await it.said();
  assert.equal(told.at(-1), 'closed');
});

test('a client that does not open its streams in half a minute is sent away', async () => {
  const it = connect();
  const opening = openSpdyChannels(it.carrier, protocol, ['error', 'stdout'], clock);
  const refused = assert.rejects(opening, /timed out waiting for client to create streams/);
  await it.open(['error']);
  await it.said();
  await clock.advance(30_000);
  await refused;
  assert.equal((await it.said()).at(-1)?.is, 'go-away');
});

test('input that is held waits, and a second stream of a kind is refused', async () => {
  const it = connect();
  const opening = openSpdyChannels(it.carrier, protocol, ['stdin'], clock);
  await it.open(['stdin', 'stdin']);
  const channels = await opening;
  let bytes = 0;
  channels.listen({
    data: (_number, { length }) => {
      bytes += length;
    },
    ended: () => {},
    closed: () => {},
  });
  channels.hold();
  it.wire.write(data(1, Buffer.alloc(10_000)));
  assert.equal((await it.said()).at(-1)?.is, 'reset');
  assert.equal(bytes, 0);
  channels.release();
  await it.said();
  assert.equal(bytes, 10_000);
  channels.cut();
});

test('the first protocol of the client that is known is spoken', () => {
  const choose = (offer: string) => chooseSpdyProtocol(offer, commandProtocols)?.name;
  assert.equal(choose('v5.channel.k8s.io, v3.channel.k8s.io,v4.channel.k8s.io'), 'v3.channel.k8s.io');
  assert.equal(choose('channel.k8s.io'), 'channel.k8s.io');
  assert.equal(choose('v9.channel.k8s.io'), undefined);
  assert.equal(choose(''), undefined);
});
