/** How a quantity is written: 1500m, 512Mi or 12e6. Arithmetic keeps the form of its first operand. */
export type QuantityFormat = 'decimal' | 'binary' | 'exponent';

/** An exact amount: `digits` times ten to the power of `scale`. */
export interface Quantity {
  readonly digits: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
  /** Whether upstream holds it as an arbitrary-precision number, which decides what a 64-bit reading of it overflows to. */
  readonly wide: boolean;
  /** The canonical text, where the parser found the given one to be it. */
  readonly text?: string;
}

/** Thrown for text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const formatText =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'" as const;
const suffixText = "unable to parse quantity's suffix";
const numberText = 'unable to parse numeric part of quantity';

const shape = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const nano = -9;
const int64Max = 2n ** 63n - 1n;
const int64Digits = 18;
/** Beyond these a text is an attack, not an amount: arithmetic on it would take all memory. */
const textLengthMax = 512;
const exponentMax = 512;

interface Suffix {
  readonly format: QuantityFormat;
  /** Power of two for `binary`, of ten otherwise. */
  readonly exponent: number;
}

const suffixes = new Map<string, Suffix>([
  ...decimalSuffixes.map((text, index) => [text, { format: 'decimal', exponent: nano + 3 * index }] as const),
  ...binarySuffixes.slice(1).map((text, index) => [text, { format: 'binary', exponent: 10 * (index + 1) }] as const),
]);

/** The amount that `text` stands for (spec: api.md section 2.3, "Quantity"). Finer than nano is rounded up, binary amounts are
 *  capped at 2^63-1. Throws `QuantityError`. */
export function parseQuantity(text: string): Quantity {
  if (text.length === 0) throw new QuantityError(formatText);
  if (text.length > textLengthMax) throw new QuantityError(numberText);
  const parts = shape.exec(text);
  if (parts === null) throw new QuantityError(formatText);
  const negative = parts[1] === '-';
  const whole = parts[2] || '0';
  const fraction = parts[3] ?? '';
  const suffix = suffixOf(parts[4] ?? '');
  return suffix.format === 'binary'
    ? binaryQuantity(text, negative, whole, fraction, suffix.exponent)
    : decimalQuantity(text, negative, whole, fraction, suffix);
}

function suffixOf(text: string): Suffix {
  const known = suffixes.get(text);
  if (known !== undefined) return known;
  const exponent = /^[eE]([+-]?[0-9]+)$/.exec(text);
  if (exponent === null) throw new QuantityError(suffixText);
  const power = Number(exponent[1]);
  if (Math.abs(power) > exponentMax) throw new QuantityError(suffixText);
  return { format: 'exponent', exponent: power };
}

function decimalQuantity(
  text: string,
  negative: boolean,
  whole: string,
  fraction: string,
  { format, exponent }: Suffix,
): Quantity {
  const shifted = whole + fraction;
  const scale = exponent - fraction.length;
  const digits = negative ? -BigInt(shifted) : BigInt(shifted);
  if (shifted.length > int64Digits || scale < nano) return roundUp({ digits, scale, format, wide: true }, nano);
  const kept = scale % 3 === 0 && !shifted.endsWith('000') && !shifted.startsWith('0');
  return kept ? { digits, scale, format, wide: false, text } : { digits, scale, format, wide: false };
}

function binaryQuantity(text: string, negative: boolean, whole: string, fraction: string, exponent: number): Quantity {
  const number = BigInt(whole + fraction);
  const amount = number << BigInt(exponent);
  // The reach of upstream's 64-bit path, in decimal digits.
  const narrow = fraction === '' && 15 - whole.length - Math.trunc((exponent * 3) / 10) - 1 >= 0;
  if (narrow) {
    const digits = negative ? -amount : amount;
    const quantity = { digits, scale: 0, format: 'binary', wide: false } as const;
    return (number & 7n) === 0n ? quantity : { ...quantity, text };
  }
  const rounded = roundUp({ digits: amount, scale: -fraction.length, format: 'binary', wide: true }, nano);
  const unit = 10n ** BigInt(-rounded.scale);
  const capped = rounded.digits > int64Max * unit ? { ...rounded, digits: int64Max, scale: 0 } : rounded;
  // A binary amount below one is shown with a decimal suffix, as there is no binary one for it.
  const format = capped.digits > 0n && capped.digits < unit ? 'decimal' : 'binary';
  return { ...capped, format, digits: negative ? -capped.digits : capped.digits };
}

/** `quantity` with no digits below ten to the power of `scale`; what was there is rounded away from zero. */
export function roundUp(quantity: Quantity, scale: number): Quantity {
  if (quantity.scale >= scale) return quantity;
  const { digits, format, wide } = quantity;
  const unit = 10n ** BigInt(scale - quantity.scale);
  const rest = digits % unit;
  const away = rest === 0n ? 0n : digits < 0n ? -1n : 1n;
  return { digits: digits / unit + away, scale, format, wide };
}

/** The one text by which clients compare quantities: `1000m` is 1, `1.5` is 1500m, `0.5Gi` is 512Mi, `1.0000e9` is 1e9. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.digits === 0n) return '0';
  return (quantity.format === 'binary' ? binaryText(quantity) : undefined) ?? decimalText(quantity);
}

function binaryText(quantity: Quantity): string | undefined {
  const whole = roundUp(quantity, 0);
  let amount = whole.digits * 10n ** BigInt(whole.scale);
  const exact = quantity.scale >= 0 || amount * 10n ** BigInt(-quantity.scale) === quantity.digits;
  if (!exact || (amount > -1024n && amount < 1024n)) return undefined;
  let power = 0;
  while (power < binarySuffixes.length - 1 && amount % 1024n === 0n) {
    amount /= 1024n;
    power += 1;
  }
  return `${amount}${binarySuffixes[power]}`;
}

function decimalText({ digits, scale, format }: Quantity): string {
  let amount = digits;
  let exponent = scale;
  while (amount % 10n === 0n) {
    amount /= 10n;
    exponent += 1;
  }
  const exponentHighest = format === 'exponent' ? exponent : 18;
  while (exponent % 3 !== 0 || exponent > exponentHighest) {
    amount *= 10n;
    exponent -= 1;
  }
  if (format === 'exponent') return exponent === 0 ? `${amount}` : `${amount}e${exponent}`;
  return `${amount}${decimalSuffixes[(exponent - nano) / 3]}`;
}

const usual = /^[1-9][0-9]{0,8}(?:[mkMGT]|[KMGTP]i)?$/;

/** The canonical form of `text`. Throws `QuantityError`. */
export function canonicalQuantity(text: string): string {
  if (usual.test(text)) {
    const unit = text.endsWith('i') ? 1024 : 1000;
    if (Number.parseInt(text, 10) % unit !== 0) return text;
  }
  return formatQuantity(parseQuantity(text));
}
