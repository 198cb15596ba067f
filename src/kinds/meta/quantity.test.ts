import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  int64At,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  roundUpToMilli,
  subtractQuantities,
} from '#kinds/meta/quantity.ts';

interface Vector {
  readonly in: string;
  readonly canonical: string;
  readonly milliValue: string;
  readonly value: string;
  readonly error?: string;
}

const vectors: readonly Vector[] = JSON.parse(
  readFileSync(new URL('../../../test/facts/quantity.json', import.meta.url), 'utf8'),
);

test('every recorded quantity reads as upstream reads it', () => {
  for (const vector of vectors) {
    if (vector.error !== undefined) {
      assert.throws(() => canonicalQuantity(vector.in), { message: vector.error }, vector.in);
      continue;
    }
    assert.equal(canonicalQuantity(vector.in), vector.canonical, vector.in);
    assert.equal(String(int64At(parseQuantity(vector.in), -3)), vector.milliValue, vector.in);
    assert.equal(String(int64At(parseQuantity(vector.in), 0)), vector.value, vector.in);
    assert.equal(quantityValue(vector.in), Number(vector.value), vector.in);
    assert.equal(quantityMilliValue(vector.in), Number(vector.milliValue), vector.in);
  }
});

test('a sum keeps the form of its first operand, or of the second if the first is zero', () => {
  assert.equal(addQuantities('512Mi', '512Mi'), '1Gi');
  assert.equal(addQuantities('1Gi', '1M'), '1074741824');
  assert.equal(addQuantities('0', '1Gi'), '1Gi');
  assert.equal(addQuantities('250m', '1'), '1250m');
  assert.equal(addQuantities('1e3', '1'), '1001');
  assert.equal(subtractQuantities('1', '250m'), '750m');
  assert.equal(subtractQuantities('1Gi', '1Gi'), '0');
  assert.equal(subtractQuantities('0', '1Gi'), '-1Gi');
});

test('comparison looks at the amount, not the text', () => {
  assert.equal(compareQuantities('1000m', '1'), 0);
  assert.equal(compareQuantities('1Gi', '1G'), 1);
  assert.equal(compareQuantities('1n', '1'), -1);
});

test('resources are rounded up to thousandths', () => {
  assert.equal(roundUpToMilli('1500u'), '2m');
  assert.equal(roundUpToMilli('0.1m'), '1m');
  assert.equal(roundUpToMilli('2e3'), '2e3');
});

test('a hostile exponent is refused instead of filling memory', () => {
  assert.throws(() => canonicalQuantity('1e999999999'), { message: "unable to parse quantity's suffix" });
  assert.throws(() => canonicalQuantity('1'.repeat(100_000)), { name: 'QuantityError' });
});

const amount = fc
  .tuple(
    fc.integer({ min: -1_000_000, max: 1_000_000 }),
    fc.option(fc.integer({ min: 0, max: 999 })),
    fc.constantFrom('', 'm', 'u', 'n', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'e3', 'e-2', 'E5'),
  )
  .map(([whole, fraction, suffix]) => `${whole}${fraction === null ? '' : `.${fraction}`}${suffix}`);

test('canonical form keeps the amount, and is stable once it has settled', () => {
  // As upstream: without its suffix a binary amount reads as a decimal one.
  assert.equal(canonicalQuantity('2234.375Ki'), '2288000');
  assert.equal(canonicalQuantity('2288000'), '2288k');
  fc.assert(
    fc.property(amount, (text) => {
      const canonical = canonicalQuantity(text);
      const settled = canonicalQuantity(canonical);
      assert.equal(canonicalQuantity(settled), settled);
      assert.equal(compareQuantities(text, canonical), 0);
    }),
  );
});

test('what is added can be taken away again', () => {
  fc.assert(
    fc.property(amount, amount, (a, b) => {
      assert.equal(compareQuantities(subtractQuantities(addQuantities(a, b), b), a), 0);
    }),
  );
});
