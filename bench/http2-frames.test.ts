import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  endStream,
  type FrameHead,
  FrameReader,
  frame,
  frameType,
  isSuccess,
  preface,
  requestHead,
  settings,
} from './http2-frames.ts';

test('frames are the same however the connection cuts them', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(0, 1, 4, 6), fc.nat(200), fc.uint8Array({ maxLength: 40 })));
  fc.assert(
    fc.property(frames, fc.infiniteStream(fc.integer({ min: 1, max: 30 })), (made, sizes) => {
      const sent = made.map(([type, stream, payload]) => frame(type, 0, stream, Buffer.from(payload)));
      const seen: { type: number; stream: number; bytes: string }[] = [];
      let text = '';
      const reader = new FrameReader((head: FrameHead, payload: Buffer, isLast: boolean) => {
        text += payload.toString('hex');
        if (!isLast) return;
        seen.push({ type: head.type, stream: head.stream, bytes: text });
        text = '';
      });
      let rest = Buffer.concat(sent);
      while (rest.length > 0) {
        const size = sizes.next().value;
        reader.read(rest.subarray(0, size));
        rest = rest.subarray(size);
      }
      const wanted = made.map(([type, stream, bytes]) => ({ type, stream, bytes: Buffer.from(bytes).toString('hex') }));
      assert.deepEqual(seen, wanted);
    }),
  );
});

for (const [status, good] of [
  [200, true],
  [201, true],
  [202, true],
  [304, false],
  [404, false],
  [409, false],
  [500, false],
] as const) {
  test(`Node's own server is asked, and its ${status} is ${good ? 'good' : 'bad'} news`, async () => {
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      response.writeHead(status).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const head = { ':method': 'GET', ':scheme': 'http', ':path': `/${'x'.repeat(300)}`, ':authority': 'here' };
    socket.write(Buffer.concat([preface, settings([[1, 0]]), requestHead(1, head, true)]));
    const answered = Promise.withResolvers<boolean>();
    const reader = new FrameReader(({ type }, block) => {
      if (type === frameType.headers) answered.resolve(isSuccess(block));
    });
    socket.on('data', (chunk: Buffer) => reader.read(chunk));
    assert.equal(await answered.promise, good);
    assert.deepEqual(paths, [head[':path']]);
    socket.destroy();
    server.close();
  });
}

test('a head that ends the stream says so', () => {
  assert.equal((requestHead(1, {}, true)[4] ?? 0) & endStream, endStream);
  assert.equal((requestHead(1, {}, false)[4] ?? 0) & endStream, 0);
});
