import { Base64Error, canonicalBase64 } from '#schema/base64.ts';
import { type DecodeContext, DecodeError } from '#schema/decode-context.ts';
import { ExactNumber, JsonSyntaxError, plain } from '#schema/json-source.ts';
import { canonicalQuantity, QuantityError } from '#schema/quantity.ts';
import { canonicalTimeText, TimeError } from '#schema/time.ts';
import type { ScalarKind, ScalarType } from '#schema/type.ts';

/** Reads one value that is not null. Answers undefined for "not set" and after a mismatch has been noted. */
export type ScalarDecoder = (value: unknown, context: DecodeContext, owner: string) => unknown;

const int32Min = -(2 ** 31);
const int32Max = 2 ** 31 - 1;

/** The decoder of a leaf, chosen once per field. */
export function scalarDecoder(type: ScalarType<unknown>): ScalarDecoder {
  const decoders: { readonly [K in ScalarKind]: ScalarDecoder } = {
    string: (value, context, owner) => (typeof value === 'string' ? value : context.mismatched(value, type, owner)),
    boolean: (value, context, owner) => (typeof value === 'boolean' ? value : context.mismatched(value, type, owner)),
    int32: (value, context, owner) =>
      typeof value === 'number' && Number.isInteger(value) && value >= int32Min && value <= int32Max
        ? value + 0
        : context.mismatched(value, type, owner),
    int64: (value, context, owner) =>
      // Beyond 2^53 a number would be rounded silently; it is refused instead.
      Number.isSafeInteger(value) ? (value as number) + 0 : context.mismatched(value, type, owner),
    double: (value, context, owner) => {
      if (typeof value === 'number') return value;
      if (value instanceof ExactNumber && Number.isFinite(Number(value.text))) return Number(value.text);
      return context.mismatched(value, type, owner);
    },
    bytes: (value, context, owner) =>
      typeof value === 'string'
        ? stopOn(Base64Error, () => canonicalBase64(value))
        : context.mismatched(value, type, owner),
    quantity: (value) => stopOn(QuantityError, () => canonicalQuantity(quantityText(value))),
    intOrString: (value, context, owner) => (typeof value === 'string' ? value : decoders.int32(value, context, owner)),
    time: timeDecoder(type, 'time'),
    microTime: timeDecoder(type, 'microTime'),
    raw: (value) => stopOn(JsonSyntaxError, () => plain(value)),
  };
  return decoders[type.is];
}

function timeDecoder(type: ScalarType<unknown>, is: 'time' | 'microTime'): ScalarDecoder {
  return (value, context, owner) =>
    typeof value === 'string'
      ? (stopOn(TimeError, () => canonicalTimeText(value, is)) ?? undefined)
      : context.mismatched(value, type, owner);
}

/** Upstream takes a quantity's JSON text as it is, numbers and all; anything else fails for not looking like one. */
function quantityText(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  if (value instanceof ExactNumber) return value.text;
  return typeof value === 'number' ? String(value) : '{}';
}

/** What a leaf holds when it must be written although nothing was given. */
export function zeroOf(type: ScalarType<unknown>): unknown {
  switch (type.is) {
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'double':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'time':
    case 'microTime':
    case 'raw':
      return null;
    default:
      return '';
  }
}

/** Errors of a type's own parser end the decoding at once, as upstream's do. */
function stopOn<T>(kind: new (message: string) => Error, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof kind) throw new DecodeError(error.message);
    throw error;
  }
}
