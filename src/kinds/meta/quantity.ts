import { formatQuantity, parseQuantity, type Quantity, roundUp } from '#schema/quantity.ts';

export { canonicalQuantity, formatQuantity, parseQuantity, QuantityError } from '#schema/quantity.ts';

const milli = -3;

/** Whole units in `text`, rounded away from zero: 1500m is 2. Exact up to 2^53; above 2^63 it overflows as upstream's does. */
export function quantityValue(text: string): number {
  return scaledValue(text, 0);
}

/** Thousandths in `text`, rounded away from zero: 1.5 is 1500. Overflows above 2^63 as upstream's does. */
export function quantityMilliValue(text: string): number {
  return scaledValue(text, milli);
}

const plain = /^[0-9]{1,12}(m|[KMG]i)?$/;
const plainFactors: { readonly [suffix: string]: number } = { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 };

function scaledValue(text: string, scale: 0 | typeof milli): number {
  const parts = plain.exec(text);
  if (parts !== null) {
    const number = Number.parseInt(text, 10);
    const suffix = parts[1] ?? '';
    const value =
      suffix === 'm'
        ? scale === milli
          ? number
          : Math.ceil(number / 1000)
        : number * (plainFactors[suffix] ?? 1) * (scale === milli ? 1000 : 1);
    if (value <= Number.MAX_SAFE_INTEGER) return value;
  }
  return Number(int64At(parseQuantity(text), scale));
}

/** `quantity` in units of ten to the power of `scale`, as a 64-bit integer, rounded away from zero. What does not fit reads as zero, or
 *  as its low 64 bits where upstream computes with big integers. */
export function int64At(quantity: Quantity, scale: number): bigint {
  const rounded = roundUp(quantity, scale);
  const value = rounded.digits * 10n ** BigInt(rounded.scale - scale);
  const low = BigInt.asIntN(64, value);
  return low === value || quantity.wide ? low : 0n;
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`, whatever their forms. */
export function compareQuantities(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = atSameScale(parseQuantity(a), parseQuantity(b));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `a` plus `b`, exactly, in the form of `a` (of `b` if `a` is zero). */
export function addQuantities(a: string, b: string): string {
  return combine(a, b, (left, right) => left + right);
}

/** `a` minus `b`, exactly, in the form of `a` (of `b` if `a` is zero). */
export function subtractQuantities(a: string, b: string): string {
  return combine(a, b, (left, right) => left - right);
}

/** `text` rounded up to whole thousandths, as defaulting does with a pod's resources: 1500u is 2m. */
export function roundUpToMilli(text: string): string {
  return formatQuantity(roundUp(parseQuantity(text), milli));
}

function combine(a: string, b: string, operation: (left: bigint, right: bigint) => bigint): string {
  const first = parseQuantity(a);
  const second = parseQuantity(b);
  const [left, right, scale] = atSameScale(first, second);
  const format = first.digits === 0n ? second.format : first.format;
  return formatQuantity({ digits: operation(left, right), scale, format, wide: true });
}

function atSameScale(a: Quantity, b: Quantity): readonly [bigint, bigint, number] {
  const scale = Math.min(a.scale, b.scale);
  return [a.digits * 10n ** BigInt(a.scale - scale), b.digits * 10n ** BigInt(b.scale - scale), scale];
}
