import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { VirtualClock } from '#base/virtual-clock.ts';
import { textOf } from '#wire/http-client.ts';
import { type Listener, openListener } from '#wire/listener.ts';
import { openPki, type Pki } from '#wire/pki/pki.ts';
import { acceptChannels } from './accept-channels.ts';
import { latestProtocol } from './channel-protocol.ts';
import { ChannelSocket } from './channel-socket.ts';
import { dialChannels } from './dial-channels.ts';

const clock = new VirtualClock(0);
let directory = '';
let pki: Pki;
let listener: Listener;
let accepted = Promise.withResolvers<ChannelSocket>();

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sampan-channels-'));
  pki = await openPki(directory, { now: Date.now() });
  listener = await openListener({
    host: '127.0.0.1',
    port: 0,
    server: pki.server,
    clientAuthority: pki.authority,
    onRequest: (_request, response) => void response.end('plain'),
    upgrades: {
      paths: /^\/(open|refused)/,
      onUpgrade: (upgrade, response) => {
        if (upgrade.request.url === '/refused') response.writeHead(403).end('not you');
        else acceptChannels(upgrade, latestProtocol, clock).then(accepted.resolve, accepted.reject);
      },
    },
  });
});
after(async () => {
  await listener.close(AbortSignal.abort());
  await rm(directory, { recursive: true });
});

function dial(path: string): Promise<ChannelSocket | IncomingMessage> {
  return dialChannels({ server: `https://127.0.0.1:${listener.port}`, authority: pki.authority }, path);
}

/** Both ends of a connection. */
async function pair(): Promise<readonly [server: ChannelSocket, client: ChannelSocket]> {
  accepted = Promise.withResolvers();
  const client = await dial('/open');
  assert(client instanceof ChannelSocket);
  return [await accepted.promise, client];
}

/** Writes down all that arrives; `closed` resolves at the end. */
function record(channels: ChannelSocket): { readonly said: string[]; readonly closed: Promise<void> } {
  const said: string[] = [];
  const closed = new Promise<void>((resolve) => {
    channels.listen({
      data: (channel, bytes) => said.push(`${channel}: ${bytes}`),
      ended: (channel) => said.push(`${channel} ended`),
      closed: resolve,
    });
  });
  return { said, closed };
}

test('both ends talk on many channels, end them one by one, and say goodbye after the last word', async () => {
  const [server, client] = await pair();
  await client.send(0, Buffer.from('before anybody listens'));
  await client.end(0);
  const atServer = record(server);
  const atClient = record(client);
  await server.send(1, Buffer.from('out'));
  await server.send(2, Buffer.from('err'));
  await client.send(4, Buffer.from('resize'));
  server.close();
  await Promise.all([atServer.closed, atClient.closed]);
  assert.deepEqual(atClient.said, ['1: out', '2: err']);
  assert.deepEqual(atServer.said.slice(0, 2), ['0: before anybody listens', '0 ended']);
  await assert.rejects(client.send(0, Buffer.from('too late')));
});

test('who lags behind holds up the other end, until it goes on', async () => {
  const [server, client] = await pair();
  let bytes = 0;
  const enough = Promise.withResolvers<void>();
  const total = 64 * 1024 * 1024;
  server.hold();
  server.listen({
    data: (_channel, { length }) => {
      bytes += length;
      if (bytes === total) enough.resolve();
    },
    ended: () => {},
    closed: () => {},
  });
  server.hold();
  record(client);
  let sent = 0;
  const sending = (async () => {
    const chunk = Buffer.alloc(1024 * 1024);
    for (; sent < total; sent += chunk.length) await client.send(0, chunk);
  })();
  // It is held up when it gets nowhere while a connection of its own makes its way there and back.
  for (let before = -1; before < sent; ) {
    before = sent;
    for (let round = 0; round < 5; round++) await dial('/refused');
  }
  assert(sent < total / 2, `${sent} bytes were sent to somebody who took none`);
  server.release();
  server.release();
  await Promise.all([sending, enough.promise]);
  server.close();
});

test('a client hears that the server lives also while that takes nothing from it', async () => {
  accepted = Promise.withResolvers();
  const url = `wss://127.0.0.1:${listener.port}/open`;
  const client = new WebSocket(url, [latestProtocol.name], { ca: pki.authority });
  const server = await accepted.promise;
  record(server);
  server.hold();
  const pong = new Promise((resolve) => client.once('pong', resolve));
  await clock.advance(10_000);
  await pong;
  server.cut();
});

test('who is refused gets the answer, and a cut is noticed at the other end', async () => {
  const answer = await dial('/refused');
  assert(answer instanceof IncomingMessage);
  assert.deepEqual([answer.statusCode, await textOf(answer)], [403, 'not you']);
  const elsewhere = await dial('/elsewhere');
  assert(elsewhere instanceof IncomingMessage, 'no WebSockets there: a plain answer');
  assert.equal(await textOf(elsewhere), 'plain');
  const [server, client] = await pair();
  const { closed } = record(server);
  client.cut();
  await closed;
});
