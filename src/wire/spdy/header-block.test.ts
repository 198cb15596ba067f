import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headerDictionary } from './dictionary.ts';
import { HeaderReader } from './header-block.ts';
import { SpdyError } from './spdy-error.ts';
import { headerBlock, numbers, TestClient } from './test-client.ts';

test('the dictionary is the one of the specification', () => {
  let [low, high] = [1, 0];
  for (const byte of headerDictionary) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  assert.equal(headerDictionary.length, 1423);
  assert.equal(high * 65_536 + low, 0xe3c6a7c2, 'its checksum, as zlib streams tell it');
});

test('header blocks of one connection are understood one after another', async () => {
  const headers = fc.dictionary(fc.stringMatching(/^[a-z]{1,30}$/), fc.string({ maxLength: 100 }), { maxKeys: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(headers, { maxLength: 12 }), async (blocks) => {
      const client = new TestClient();
      const reader = new HeaderReader();
      for (const block of blocks) {
        const read = reader.read(await client.pack(headerBlock(block)));
        assert.deepEqual([...read], Object.entries(block));
      }
    }),
    { numRuns: 50 },
  );
});

test('blocks refer to others a long way back', async () => {
  const client = new TestClient();
  const reader = new HeaderReader();
  for (let round = 0; round < 50; round++) {
    const block = { port: String(round), filling: `${'x'.repeat(997)}${round}`.repeat(3) };
    assert.equal(reader.read(await client.pack(headerBlock(block))).get('filling'), block.filling);
  }
});

test('what is no header block is an error of the client, and so is one that unpacks to too much', async () => {
  const blocks = [
    Buffer.alloc(0),
    numbers(1),
    numbers(1, 4),
    numbers(0xffff_ffff),
    numbers(0, 0),
    Buffer.concat([numbers(2, 1), Buffer.from('a'), numbers(0, 1), Buffer.from('a'), numbers(0)]),
    headerBlock({ filling: 'x'.repeat(70_000) }),
  ];
  for (const block of blocks) {
    const packed = await new TestClient().pack(block);
    assert.throws(() => new HeaderReader().read(packed), SpdyError);
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      assert.throws(() => new HeaderReader().read(Buffer.from(bytes)), SpdyError);
    }),
  );
});
