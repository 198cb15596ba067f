import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { dial } from '#node/runtime/process/dial.ts';

test('a connection that breaks before anybody uses it breaks nothing else', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection');
  const socket = await dial(['127.0.0.1'], port);
  const [peer] = (await accepted) as [Socket];
  const closed = new Promise((resolve) => socket.once('close', resolve));
  peer.resetAndDestroy();
  await closed;
  assert.ok(socket.destroyed);
  server.close();
});
