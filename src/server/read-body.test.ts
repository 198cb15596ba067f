import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { bodyBytesMax, readBody } from '#server/read-body.ts';
import type { Request } from '#wire/listener.ts';

/** A request whose body comes when told. */
class TestRequest extends EventEmitter {
  resume(): void {}
}

const read = (request: TestRequest): Promise<Buffer> => readBody(request as unknown as Request);

test('a body that comes byte by byte is read whole, and takes little more than its bytes meanwhile', async () => {
  const request = new TestRequest();
  const body = read(request);
  const before = process.memoryUsage().heapUsed;
  const count = 1_000_000;
  for (let at = 0; at < count; at++) request.emit('data', Buffer.from([at % 251]));
  const held = process.memoryUsage().heapUsed - before;
  assert.ok(held < 60_000_000, `${held} bytes are held for a body of ${count}`);
  request.emit('end');
  const bytes = await body;
  assert.equal(bytes.length, count);
  assert.ok(bytes.every((byte, at) => byte === at % 251));
});

test('a body that is too large is refused as soon as that is known, whatever its pieces', async () => {
  const request = new TestRequest();
  const body = read(request);
  for (const _ of Array.from({ length: 4 })) request.emit('data', Buffer.alloc(bodyBytesMax / 3));
  await assert.rejects(body, { code: 413, message: `Request entity too large: limit is ${bodyBytesMax}` });
});
