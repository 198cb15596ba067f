import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectPlain } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttackTarget, leave, openTls, waitMs } from './attack-socket.ts';
import type { Dice } from './dice.ts';
import { spdyNoise, strangeProxy, webSocketNoise } from './stream-attacks.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const common = 'host: localhost\r\nauthorization: Bearer admintoken\r\ncontent-type: application/json\r\n';

/** What no HTTP/1.1 client should send. None of it may write anything. */
const heads: readonly string[] = [
  '',
  '\0\0\0\0',
  '\r\n\r\n',
  'GET\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'get /version HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET /version HTTP/1.1\r\n\r\n',
  'GET  /version  HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET /version HTTP/1.1\r\nno colon\r\n\r\n',
  'GET /version HTTP/1.1\r\nhost: x\r\na: \0\r\n\r\n',
  'GET /version HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n',
  'GET /\u00e9\u0001 HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET http://other/version HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET //version HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET ? HTTP/1.1\r\nhost: x\r\n\r\n',
  'GET version HTTP/1.1\r\nhost: x\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n',
  'CONNECT other:443 HTTP/1.1\r\nhost: other\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  `GET /version HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(1_100_000)}\r\n\r\n`,
  `GET /version HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(5000)}\r\n`,
  `GET /${'a'.repeat(200_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
  `POST ${configMaps} HTTP/1.1\r\n${common}content-length: 5\r\ncontent-length: 6\r\n\r\n{"a":`,
  `POST ${configMaps} HTTP/1.1\r\n${common}content-length: -1\r\n\r\n{}`,
  `POST ${configMaps} HTTP/1.1\r\n${common}content-length: 99999999999999999999\r\n\r\n{}`,
  `POST ${configMaps} HTTP/1.1\r\n${common}content-length: 10\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  `POST ${configMaps} HTTP/1.1\r\n${common}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  `POST ${configMaps} HTTP/1.1\r\n${common}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n{}`,
  `POST ${configMaps} HTTP/1.1\r\n${common}transfer-encoding: gzip\r\n\r\n{}`,
  `POST ${configMaps} HTTP/1.1\r\n${common}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\ntrailer: x\r\n\r\n`,
  'GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(50),
];

/** The start of a create that never becomes whole. */
const unfinished = `POST ${configMaps} HTTP/1.1\r\n${common}content-length: 1000\r\n\r\n{"metadata":{"name":"half"},`;

/** One misuse of the wire; resolves when the connection is gone. Nothing it does may be taken for a whole request that writes. */
export async function attack(dice: Dice, target: AttackTarget): Promise<string> {
  const [name, run] = dice.pick<readonly [string, (dice: Dice, target: AttackTarget) => Promise<void>]>([
    ['a broken head', brokenHead],
    ['a broken head', brokenHead],
    ['an aborted body', abortedBody],
    ['no TLS', noTls],
    ['an aborted HTTP/2 stream', abortedStreams],
    ['HTTP/2 noise', http2Noise],
    ['a reader that leaves', leavingReader],
    ['SPDY noise', spdyNoise],
    ['SPDY noise', spdyNoise],
    ['WebSocket noise', webSocketNoise],
    ['a strange proxy', strangeProxy],
  ]);
  await run(dice, target);
  return name;
}

async function brokenHead(dice: Dice, target: AttackTarget): Promise<void> {
  const socket = await openTls(target, 'http/1.1');
  socket.write(Buffer.from(dice.pick(heads), 'latin1'));
  await leave(socket);
}

async function abortedBody(dice: Dice, target: AttackTarget): Promise<void> {
  const socket = await openTls(target, 'http/1.1');
  for (const letter of unfinished.slice(0, -dice.int(40))) {
    if (dice.chance(0.02)) await sleep(1);
    socket.write(letter);
  }
  if (dice.chance(0.5)) socket.end();
  await leave(socket);
}

async function noTls(dice: Dice, { port }: AttackTarget): Promise<void> {
  const socket = connectPlain(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(Buffer.from(dice.pick(heads), 'latin1'));
  await leave(socket);
}

async function abortedStreams(dice: Dice, target: AttackTarget): Promise<void> {
  const session = connectHttp2(`https://127.0.0.1:${target.port}`, { ca: target.authority });
  session.on('error', () => {});
  await once(session, 'connect');
  const headers = { authorization: 'Bearer admintoken', 'content-type': 'application/json' };
  for (let count = 1 + dice.int(60); count > 0; count--) {
    const method = dice.pick(['GET', 'POST']);
    const stream = session.request(
      { ':method': method, ':path': configMaps, ...headers },
      { endStream: method === 'GET' },
    );
    stream.on('error', () => {});
    if (method === 'POST') stream.write('{"metadata":{"name":"half"},');
    if (dice.chance(0.3)) await sleep(1);
    stream.close(dice.pick([0, 1, 2, 8, 11]));
  }
  await sleep(waitMs);
  session.destroy();
}

async function http2Noise(dice: Dice, target: AttackTarget): Promise<void> {
  const socket = await openTls(target, 'h2');
  if (dice.chance(0.8)) socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  const frame = (): Buffer => {
    const payload = Buffer.from(dice.times(40, () => dice.int(256)));
    const head = Buffer.from([0, 0, payload.length, dice.int(12), dice.int(256), 0, 0, 0, dice.int(6)]);
    return Buffer.concat([head, payload]);
  };
  socket.write(Buffer.concat(dice.times(20, frame)));
  await leave(socket);
}

/** Asks for something endless or long and goes away without having read it. */
async function leavingReader(dice: Dice, target: AttackTarget): Promise<void> {
  const socket = await openTls(target, 'http/1.1');
  const path = dice.pick([
    `${configMaps}?watch=true`,
    '/openapi/v2',
    '/apis',
    '/api/v1/pods?watch=1&sendInitialEvents=true',
  ]);
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\n${common}\r\n`);
  await leave(socket);
}
