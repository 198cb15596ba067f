import assert from 'node:assert/strict';
import { type Duplex, duplexPair } from 'node:stream';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { VirtualClock } from '#base/virtual-clock.ts';
import { forwardStreams } from '#client/port-forward/forward-streams.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { data, reset, type Said, TestClient } from '#wire/spdy/test-client.ts';

const pod = { metadata: { name: 'p', namespace: 'default', uid: 'u' }, spec: { containers: [] }, status: {} };

interface Forwarding {
  readonly client: TestClient;
  readonly clock: VirtualClock;
  readonly wire: Duplex;
  /** The pod's ends of the connections, in the order in which they were made. */
  readonly far: readonly Duplex[];
  open(id: number, streamtype: string, port: string, requestid?: string): Promise<void>;
  said(): Promise<readonly Said[]>;
}

/** Nobody listens on port 9. */
function forwarding(): Forwarding {
  const [near, wire] = duplexPair();
  const heard: Buffer[] = [];
  wire.on('data', (chunk: Buffer) => heard.push(chunk));
  wire.on('error', () => {});
  const far: Duplex[] = [];
  const dial = async (port: number): Promise<Duplex> => {
    if (port === 9) throw new Error('dial tcp 127.0.0.1:9: connect: connection refused');
    const [here, there] = duplexPair();
    there.on('error', () => {});
    far.push(there);
    return here;
  };
  const clock = new VirtualClock(0);
  forwardStreams(near, { pod: pod as unknown as Pod, dial }, clock);
  const client = new TestClient();
  return {
    client,
    clock,
    wire,
    far,
    open: async (id, streamtype, port, requestid) => {
      const headers = { streamtype, port, ...(requestid === undefined ? {} : { requestid }) };
      wire.write(await client.open(id, headers, streamtype === 'error' ? 1 : 0));
    },
    said: async () => {
      for (let round = 0; round < 30; round++) await turn();
      return new TestClient().understand(Buffer.concat(heard));
    },
  };
}

function of(said: readonly Said[], id: number): readonly string[] {
  const shown = said.filter((one) => one.id === id && one.is !== 'reply');
  return shown.map(({ is, text = '', last }) => (is === 'data' ? `${text}${last ? '.' : ''}` : is));
}

test('a connection ends in each direction by itself, and its error stream after both', async () => {
  const it = forwarding();
  await it.open(1, 'error', '80', '7');
  await it.open(3, 'data', '80', '7');
  it.wire.write(data(3, Buffer.from('question'), true));
  await it.said();
  const [pods] = it.far;
  assert.equal(String(pods?.read()), 'question');
  assert.equal(pods?.read(), null);
  await it.said();
  assert.equal(pods?.readableEnded, true);
  pods?.write('answer');
  assert.deepEqual(of(await it.said(), 1), []);
  pods?.end();
  const said = await it.said();
  assert.deepEqual(of(said, 3), ['answer', '.']);
  assert.deepEqual(of(said, 1), ['.']);
});

test('a port where nobody listens is told of on its own error stream, and hurts no other connection', async () => {
  const it = forwarding();
  for (let number = 0; number < 50; number++) {
    const port = number === 25 ? '9' : '80';
    await it.open(4 * number + 1, 'error', port, `${number}`);
    await it.open(4 * number + 3, 'data', port, `${number}`);
  }
  await it.said();
  assert.equal(it.far.length, 49);
  for (const [index, pods] of it.far.entries()) pods.end(`answer ${index}`);
  const said = await it.said();
  assert.deepEqual(of(said, 101), [
    'error forwarding port 9 to pod p, uid u: dial tcp 127.0.0.1:9: connect: connection refused',
    '.',
  ]);
  assert.deepEqual(of(said, 103), ['.']);
  assert.deepEqual(of(said, 3), ['answer 0', '.']);
  assert.deepEqual(of(said, 199), ['answer 48', '.']);
});

test('a connection that breaks is reset without a word, and one that its client resets is cut', async () => {
  const it = forwarding();
  for (const first of [1, 5]) {
    await it.open(first, 'error', '80', `${first}`);
    await it.open(first + 2, 'data', '80', `${first}`);
  }
  await it.said();
  it.far[0]?.destroy(new Error('reset'));
  it.wire.write(reset(7));
  const said = await it.said();
  assert.deepEqual([of(said, 3), of(said, 1)], [['reset'], ['.']]);
  assert.deepEqual([of(said, 7), of(said, 5)], [[], ['.']]);
  assert.equal(it.far[1]?.destroyed, true);
});

test('a stream whose partner does not come is reset after half a minute', async () => {
  const it = forwarding();
  await it.open(1, 'error', '80', 'a');
  await it.open(3, 'data', '80', 'b');
  await it.said();
  await it.clock.advance(29_999);
  assert.deepEqual(
    (await it.said()).filter(({ is }) => is === 'reset'),
    [],
  );
  await it.clock.advance(1);
  const resets = (await it.said()).filter(({ is }) => is === 'reset');
  assert.deepEqual(
    resets.map(({ id }) => id),
    [1, 3],
  );
});

test('streams without a request belong to the one before, and those that fit nowhere are reset', async () => {
  const it = forwarding();
  await it.open(1, 'error', '80');
  await it.open(3, 'data', '80');
  await it.open(5, 'data', '0', 'a');
  await it.open(7, 'stdin', '80', 'b');
  await it.open(9, 'data', '80', 'c');
  await it.open(11, 'data', '80', 'c');
  await it.open(13, 'data', '65536', 'd');
  const said = await it.said();
  assert.equal(it.far.length, 1);
  assert.deepEqual(
    said.filter(({ is }) => is === 'reset').map(({ id }) => id),
    [5, 7, 11, 13],
  );
});
