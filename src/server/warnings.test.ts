import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Warnings } from '#server/warnings.ts';

function headersOf(...texts: string[]): readonly string[] {
  const warnings = new Warnings();
  for (const text of texts) warnings.add(text);
  return warnings.headers();
}

test('quotes and backslashes are escaped, and each text is sent once', () => {
  assert.deepEqual(headersOf('unknown field "a\\b"', 'unknown field "a\\b"', 'x'), [
    '299 - "unknown field \\"a\\\\b\\""',
    '299 - "x"',
  ]);
});

test('texts are shortened only once all together are long', () => {
  const long = 'y'.repeat(3000);
  assert.equal(headersOf(long)[0]?.length, 3000 + '299 - ""'.length);
  assert.equal(
    headersOf(long, `${long}z`).every((header) => header.length === 256 + '299 - ""'.length),
    true,
  );
});

test('shortened texts are left out once there are too many for any client', () => {
  const many = headersOf(...Array.from({ length: 100_000 }, (_, index) => `unknown field "spec.field${index}"`));
  assert.ok(many.length < 200, String(many.length));
  const longer = headersOf(...Array.from({ length: 100 }, (_, index) => `${index}${'y'.repeat(1000)}`));
  assert.equal(longer.length, 16);
});

test('any text makes a legal header value', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
      for (const header of headersOf(...texts)) assert.match(header, /^[\x20-\x7e\x80-\xff]*$/);
    }),
  );
});
