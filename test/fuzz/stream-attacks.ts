import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { control, data, numbers, ping, reset, TestClient } from '#wire/spdy/test-client.ts';
import { type AttackTarget, leave, openTls, waitMs } from './attack-socket.ts';
import type { Dice } from './dice.ts';
import { streamPlace } from './stream-node.ts';

const pod = `/api/v1/namespaces/${streamPlace}/pods/${streamPlace}`;
const common = 'host: localhost\r\nauthorization: Bearer admintoken\r\n';

/** What may be asked for, and how a client that is well asks. */
interface Wish {
  readonly subresource: string;
  readonly query: string;
  readonly version: string;
  readonly protocol: string;
}

const wishes: readonly Wish[] = [
  ...[
    'stdin=true&stdout=true&command=cat',
    'stdin=1&stdout=1&stderr=1&tty=1&command=sh',
    'stdout=1&stderr=1&command=ls',
  ].map((query) => ({ subresource: 'exec', query, version: 'v4.channel.k8s.io', protocol: 'v5.channel.k8s.io' })),
  {
    ...{ subresource: 'attach', query: 'stdin=true&stdout=true' },
    ...{ version: 'channel.k8s.io', protocol: 'v4.base64.channel.k8s.io' },
  },
  ...['SPDY/3.1+portforward.k8s.io', 'SPDY/3.1+portforward.k8s.io', 'v4.channel.k8s.io'].map((protocol) => ({
    ...{ subresource: 'portforward', query: 'ports=80,80&ports=9', version: 'portforward.k8s.io', protocol },
  })),
];

const queries: readonly string[] = [
  '',
  'stdin=x&stdout=&command=',
  'command=%00&stdout=true',
  'container=none&stdin=true',
  'ports=0',
  'ports=65536',
  'ports=x',
  `ports=${Array.from({ length: 128 }, (_, index) => index + 1)}`,
  'dryRun=All',
  '%',
];

const versions = ['v5.channel.k8s.io,v4.channel.k8s.io', 'v9', ',,', ''];
const protocols = ['base64.channel.k8s.io', 'v9, ,,', ''];

/** A wish, seldom with something wrong about it. */
function drawWish(dice: Dice): Wish {
  const wish = dice.pick(wishes);
  if (dice.chance(0.7)) return wish;
  return { ...wish, query: dice.pick(queries), version: dice.pick(versions), protocol: dice.pick(protocols) };
}

function pathOf({ subresource, query }: Wish): string {
  return `${pod}/${subresource}?${query}`;
}

/** Becomes SPDY, or tries to, and says what a client should, what none should, and bytes that are nothing. */
export async function spdyNoise(dice: Dice, target: AttackTarget): Promise<void> {
  const socket = await openTls(target, 'http/1.1');
  const wish = drawWish(dice);
  const head = `connection: Upgrade\r\nupgrade: SPDY/3.1\r\nx-stream-protocol-version: ${wish.version}\r\n`;
  const method = dice.pick(['POST', 'POST', 'POST', 'GET', 'GET', 'PUT']);
  socket.write(`${method} ${pathOf(wish)} HTTP/1.1\r\n${common}${head}\r\n`);
  await told(dice, socket);
  for (const frame of await spdyFrames(dice)) socket.write(frame);
  if (dice.chance(0.3)) socket.end();
  await leave(socket);
}

/** Most wait until they are answered, some do not. */
async function told(dice: Dice, socket: Socket): Promise<void> {
  if (dice.chance(0.8)) await Promise.race([once(socket, 'data').catch(() => {}), sleep(waitMs)]);
}

const types = ['error', 'data', 'stdin', 'stdout', 'stderr', 'resize', 'other', ''];

async function spdyFrames(dice: Dice): Promise<readonly Buffer[]> {
  const client = new TestClient();
  const frames: Buffer[] = [];
  for (let count = 1 + dice.int(12); count > 0; count--) frames.push(await spdyFrame(dice, client));
  return frames.map((frame) => (dice.chance(0.1) ? spoilt(dice, frame) : frame));
}

function spdyFrame(dice: Dice, client: TestClient): Promise<Buffer> | Buffer {
  const stream = dice.pick([1, 1, 3, 5, 7, 0, 2, 0x7fff_ffff]);
  const noise = Buffer.from(dice.times(60, () => dice.int(256)));
  const port = dice.pick(['80', '80', '9', '0', '65536', 'x', '']);
  const headers = { streamtype: dice.pick(types), port, requestid: String(dice.int(3)) };
  return dice.weighted<() => Promise<Buffer> | Buffer>([
    [8, () => client.open(stream, headers, dice.pick([0, 0, 0, 1, 2, 255]))],
    [1, () => client.open(stream, { [noise.toString('latin1')]: 'x', 'many words': 'x'.repeat(100_000) })],
    // Names are counted that never come.
    [
      1,
      async () => control(1, Buffer.concat([numbers(stream, 0), await client.pack(numbers(0xffff_ffff, 0xffff_ffff))])),
    ],
    [5, () => data(stream, noise, dice.chance(0.4))],
    [1, () => data(stream, Buffer.from('GET / HTTP/1.1\r\nhost: pod\r\n\r\n'))],
    [1, () => data(stream, Buffer.alloc(300_000, 'x'))],
    [2, () => reset(stream)],
    [1, () => ping(dice.int(5))],
    [2, () => control(dice.int(12), noise, dice.int(256))],
    [1, () => noise],
  ])();
}

/** Cut short, or with a byte that is another. */
function spoilt(dice: Dice, frame: Buffer): Buffer {
  const at = dice.int(frame.length);
  if (dice.chance(0.5)) return frame.subarray(0, at);
  const changed = Buffer.from(frame);
  changed[at] = dice.int(256);
  return changed;
}

/** Opens a WebSocket into a pod, with frames that are masked, marked and numbered in every way. */
export async function webSocketNoise(dice: Dice, target: AttackTarget): Promise<void> {
  const socket = await openTls(target, 'http/1.1');
  const head = 'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n';
  const key = dice.chance(0.95) ? 'dGhlIHNhbXBsZSBub25jZQ==' : 'x';
  const wish = drawWish(dice);
  const offer = `sec-websocket-key: ${key}\r\nsec-websocket-protocol: ${wish.protocol}\r\n`;
  socket.write(`GET ${pathOf(wish)} HTTP/1.1\r\n${common}${head}${offer}\r\n`);
  await told(dice, socket);
  const tunnelled = await spdyFrames(dice);
  for (const frame of tunnelled) {
    const channel = Buffer.from([dice.pick([0, 0, 1, 2, 3, 4, 5, 255])]);
    const message = dice.chance(0.5) ? frame : Buffer.concat([channel, frame.subarray(0, 100)]);
    socket.write(webSocketFrame(dice, message));
  }
  await leave(socket);
}

function webSocketFrame(dice: Dice, bytes: Buffer): Buffer {
  const opcode = dice.pick([2, 2, 2, 2, 1, 0, 8, 9, 10, 5]);
  const first = dice.chance(0.9) ? 0x80 | opcode : dice.int(256);
  const masked = dice.chance(0.95) ? 0x80 : 0;
  const head = Buffer.from([first, masked | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(dice.chance(0.95) ? bytes.length : 0xffff_ffff, 6);
  // A mask of zeroes leaves the bytes as they are.
  return Buffer.concat([head, Buffer.alloc(masked === 0 ? 0 : 4), bytes]);
}

const references = [
  streamPlace,
  `http:${streamPlace}:80`,
  `https:${streamPlace}:80`,
  `${streamPlace}:9`,
  `a:b:c:d`,
  ':',
  '%00',
];
const rests = [
  '',
  '/',
  '//',
  '/a?b=c',
  '/%2e%2e/%2f',
  '/%zz',
  '/%0d%0aevil:%201',
  '/é',
  `/${'a/'.repeat(4_000)}`,
  '?',
  '#x',
];

/** Asks a pod through the server in ways that only the pod may find odd, and leaves at any moment. */
export async function strangeProxy(dice: Dice, target: AttackTarget): Promise<void> {
  const socket = await openTls(target, 'http/1.1');
  const method = dice.pick(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE']);
  const path = `/api/v1/namespaces/${streamPlace}/pods/${dice.pick(references)}/proxy${dice.pick(rests)}`;
  const odd = dice.pick([
    '',
    'connection: Upgrade\r\nupgrade: websocket\r\n',
    'connection: Upgrade\r\nupgrade: other/1\r\n',
    'connection: x-mine, close\r\nx-mine: 1\r\n',
    'expect: 100-continue\r\n',
    'te: trailers\r\n',
    `x-forwarded-for: ${'1, '.repeat(500)}\r\n`,
  ]);
  const body = dice.pick([
    '\r\n',
    'content-length: 5\r\n\r\nwords',
    'content-length: 50\r\n\r\nwords',
    'transfer-encoding: chunked\r\n\r\n5\r\nwords\r\n0\r\n\r\n',
    'transfer-encoding: chunked\r\n\r\n5\r\nwords\r\nzz',
  ]);
  socket.write(Buffer.from(`${method} ${path} HTTP/1.1\r\n${common}${odd}${body}`, 'latin1'));
  await told(dice, socket);
  await leave(socket);
}
