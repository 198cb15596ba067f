import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalBase64 } from '#schema/base64.ts';

test('any bytes written as base64 read as the same text', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (data) => {
      const text = Buffer.from(data).toString('base64');
      assert.equal(canonicalBase64(text), text);
      assert.equal(canonicalBase64(text.replace(/.{4}/g, '$&\r\n')), text);
    }),
  );
});

test('stray bits are cleared', () => {
  assert.equal(canonicalBase64('QR=='), 'QQ==');
});

test('the first wrong byte is named as Go names it', () => {
  const refusals: readonly (readonly [string, number])[] = [
    ['a', 0],
    ['Zm9v!', 4],
    ['Zm9vYg', 4],
    ['=', 0],
    ['Zm=', 3],
    ['Zm=v', 2],
    ['Zg==Zg==', 4],
    ['Zm9v é', 4],
    ['Zm9-', 3],
  ];
  for (const [text, at] of refusals) {
    assert.throws(() => canonicalBase64(text), { message: `illegal base64 data at input byte ${at}` }, text);
  }
});
