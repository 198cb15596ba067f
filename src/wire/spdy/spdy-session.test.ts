import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Duplex, duplexPair } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { VirtualClock } from '#base/virtual-clock.ts';
import { SpdySession } from './spdy-session.ts';
import type { SpdyStream } from './spdy-stream.ts';
import { control, data, numbers, ping, reset, type Said, TestClient } from './test-client.ts';

interface Connection {
  readonly wire: Duplex;
  readonly client: TestClient;
  readonly clock: VirtualClock;
  readonly session: SpdySession;
  readonly streams: readonly SpdyStream[];
  readonly closed: Promise<void>;
  /** All that the server has said until now. */
  said(): Promise<readonly Said[]>;
}

function connection(onStream: (stream: SpdyStream) => void = () => {}): Connection {
  const [far, wire] = duplexPair();
  const heard: Buffer[] = [];
  wire.on('data', (chunk: Buffer) => heard.push(chunk));
  wire.on('error', () => {});
  const streams: SpdyStream[] = [];
  const clock = new VirtualClock(0);
  const closed = Promise.withResolvers<void>();
  const taker = {
    accepts: (headers: ReadonlyMap<string, string>) => headers.get('streamtype') !== 'unwanted',
    opened: (stream: SpdyStream) => {
      streams.push(stream);
      onStream(stream);
    },
    closed: closed.resolve,
  };
  const session = new SpdySession(far, taker, clock);
  const client = new TestClient();
  const said = async (): Promise<readonly Said[]> => {
    for (let round = 0; round < 20; round++) await turn();
    return new TestClient().understand(Buffer.concat(heard));
  };
  return { wire, client, clock, session, streams, closed: closed.promise, said };
}

/** Says back what it hears, and ends when its client does. */
function echo(stream: SpdyStream): void {
  stream.on('data', (bytes: Buffer) => stream.write(bytes));
  stream.on('end', () => stream.end());
}

function textOf(said: readonly Said[], id: number): string {
  return said.flatMap((one) => (one.is === 'data' && one.id === id ? [one.text ?? ''] : [])).join('');
}

test('a stream is accepted with its headers, and each side ends its own direction', async () => {
  const it = connection(echo);
  it.wire.write(await it.client.open(1, { streamType: 'data', port: '80' }));
  it.wire.write(data(1, Buffer.from('words')));
  it.wire.write(data(1, Buffer.alloc(0), true));
  const noHeaders = '\0\0\0\0';
  assert.deepEqual(await it.said(), [
    { is: 'reply', id: 1, text: noHeaders },
    { is: 'data', id: 1, text: 'words', last: false },
    { is: 'data', id: 1, text: '', last: true },
  ]);
  assert.deepEqual(
    [...(it.streams[0]?.headers ?? [])],
    [
      ['streamtype', 'data'],
      ['port', '80'],
    ],
  );
  it.wire.write(await it.client.open(3, { streamtype: 'error' }, 1));
  assert.deepEqual((await it.said()).slice(3), [
    { is: 'reply', id: 3, text: noHeaders },
    { is: 'data', id: 3, text: '', last: true },
  ]);
});

test('streams do not mix, in whatever order and pieces their data arrives', async () => {
  const step = fc.record({ stream: fc.integer({ min: 0, max: 4 }), text: fc.stringMatching(/^[a-z]{0,20}$/) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 60 }), async (steps, cut) => {
      const it = connection(echo);
      const frames: Buffer[] = [];
      for (let index = 0; index < 5; index++) frames.push(await it.client.open(2 * index + 1, { number: `${index}` }));
      for (const { stream, text } of steps) frames.push(data(2 * stream + 1, Buffer.from(text)));
      const all = Buffer.concat(frames);
      for (let at = 0; at < all.length; at += cut) it.wire.write(all.subarray(at, at + cut));
      const said = await it.said();
      for (let index = 0; index < 5; index++) {
        const text = steps.map((one) => (one.stream === index ? one.text : '')).join('');
        assert.equal(textOf(said, 2 * index + 1), text);
      }
      it.session.cut();
    }),
    { numRuns: 40 },
  );
});

test('a stream that is reset breaks alone, and what comes for it later is dropped', async () => {
  const it = connection(echo);
  it.wire.write(await it.client.open(1, {}));
  it.wire.write(await it.client.open(3, {}));
  await it.said();
  const [first, second] = it.streams;
  it.wire.write(reset(1));
  it.wire.write(data(1, Buffer.from('late')));
  it.wire.write(data(3, Buffer.from('good')));
  const before = await it.said();
  assert.equal(textOf(before, 3), 'good');
  assert.equal(first?.destroyed, true);
  second?.destroy();
  const after = (await it.said()).slice(before.length);
  assert.deepEqual(after, [{ is: 'reset', id: 3, status: 5 }]);
});

test('streams that nobody wants, that were never opened or had ended are reset', async () => {
  const it = connection();
  it.wire.write(await it.client.open(1, { streamtype: 'unwanted' }));
  it.wire.write(data(9, Buffer.from('x')));
  it.wire.write(await it.client.open(11, {}, 1));
  it.wire.write(data(11, Buffer.from('x')));
  const resets = (await it.said()).filter((one) => one.is === 'reset');
  assert.deepEqual(resets, [
    { is: 'reset', id: 1, status: 3 },
    { is: 'reset', id: 9, status: 2 },
    { is: 'reset', id: 11, status: 9 },
  ]);
});

test('questions are answered, and settings and windows passed over', async () => {
  const it = connection();
  it.wire.write(Buffer.concat([ping(1), ping(2), control(4, numbers(0)), control(9, numbers(1, 65_536)), ping(3)]));
  assert.deepEqual(await it.said(), [
    { is: 'ping', id: 1 },
    { is: 'ping', id: 3 },
  ]);
});

test('many readers that each lag a little hold up the connection together, until one of them reads on', async () => {
  const it = connection();
  const bytes = Buffer.alloc(512 * 1024);
  const ids = Array.from({ length: 60 }, (_, index) => 2 * index + 1);
  for (const id of ids) {
    it.wire.write(await it.client.open(id, { streamtype: 'data' }));
    it.wire.write(data(id, bytes));
  }
  await it.said();
  const waiting = (): number => it.streams.reduce((sum, { readableLength }) => sum + readableLength, 0);
  assert.ok(waiting() < 12 * 1024 * 1024, `${waiting()} bytes wait`);
  assert.ok(it.streams.length < ids.length);
  for (let round = 0; it.streams.length < ids.length && round < 100; round++) {
    for (const stream of it.streams) stream.resume();
    await turn();
  }
  for (const stream of it.streams) stream.resume();
  await it.said();
  assert.equal(it.streams.length, ids.length);
  assert.equal(waiting(), 0);
});

test('a reader that lags far behind holds up the connection, until it reads on or gives up', async () => {
  for (const goOn of [(stream: SpdyStream) => stream.resume(), (stream: SpdyStream) => stream.destroy()]) {
    const it = connection();
    it.wire.write(await it.client.open(1, {}));
    it.wire.write(data(1, Buffer.alloc(900_000)));
    it.wire.write(ping(1));
    assert.equal((await it.said()).filter((one) => one.is === 'ping').length, 1, 'a little is allowed');
    it.wire.write(data(1, Buffer.alloc(900_000)));
    await it.said();
    it.wire.write(ping(3));
    assert.equal((await it.said()).filter((one) => one.is === 'ping').length, 1);
    const [stream] = it.streams;
    assert(stream !== undefined);
    goOn(stream);
    assert.equal((await it.said()).filter((one) => one.is === 'ping').length, 2);
  }
});

test('what makes no sense ends the connection, and its streams', async () => {
  const bad = [
    async (client: TestClient) => Buffer.concat([await client.open(3, {}), await client.open(3, {})]),
    async (client: TestClient) => client.open(2, {}),
    async () => control(1, Buffer.alloc(40, 7)),
    async () => control(2, Buffer.concat([numbers(1), Buffer.alloc(8)])),
    async () => Buffer.from([0x80, 9, 0, 0, 0, 0, 0, 0]),
  ];
  for (const bytes of bad) {
    const it = connection();
    it.wire.write(await it.client.open(1, {}));
    await it.said();
    it.wire.write(await bytes(it.client));
    await it.closed;
    assert.equal(it.streams[0]?.destroyed, true);
    assert.deepEqual((await it.said()).at(-1)?.status, 1);
  }
});

test('any bytes at all do no more than end the connection', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.boolean(), async (bytes, isControl) => {
      const it = connection(echo);
      it.wire.write(isControl ? Buffer.concat([Buffer.from([0x80, 3, 0]), bytes]) : bytes);
      await it.said();
      it.session.cut();
      await it.closed;
    }),
    { numRuns: 200 },
  );
});

test('who takes no answers to his questions is cut off', async () => {
  const [far, wire] = duplexPair();
  const closed = Promise.withResolvers<void>();
  const taker = { accepts: () => true, opened: () => {}, closed: closed.resolve };
  new SpdySession(far, taker, new VirtualClock(0));
  const questions = Buffer.concat(Array.from({ length: 1_000 }, () => ping(1)));
  for (let round = 0; round < 20; round++) wire.write(questions);
  await closed.promise;
});

test('goodbye comes after the last word, and a client that does not hang up is cut off', async () => {
  const it = connection();
  it.wire.write(await it.client.open(1, {}));
  await it.said();
  it.streams[0]?.end('last words');
  await once(it.streams[0] as SpdyStream, 'finish');
  it.session.close();
  const said = await it.said();
  assert.equal(textOf(said, 1), 'last words');
  assert.deepEqual(said.at(-1), { is: 'go-away', id: 1, status: 0 });
  await it.clock.advance(10_000);
  await it.closed;
});
