import { ExactNumber } from '#schema/json-source.ts';

const words = new Map<string, boolean | null>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);

const notJson = /^(?:\.(?:nan|NaN|NAN)|[+-]?\.(?:inf|Inf|INF))$/;
const date = /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ])/;
const wholeNumber = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** What an unquoted YAML text means to Kubernetes, which reads YAML 1.1 with its own rules: `yes` and `on` are true, 010 is eight, dates
 *  stay texts, 1:30 is no number. Throws `RangeError` for numbers that JSON cannot say. */
export function plainScalar(text: string): unknown {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (notJson.test(text)) {
    const name = /nan/i.test(text) ? 'NaN' : text.startsWith('-') ? '-Inf' : '+Inf';
    throw new RangeError(`json: unsupported value: ${name}`);
  }
  if (!/^[-+.0-9]/.test(text) || date.test(text)) return text;
  const digits = text.replaceAll('_', '');
  const whole = wholeNumber.exec(digits);
  if (whole !== null) return integer(whole[1] === '-', whole[2] ?? '0');
  if (!float.test(digits)) return text;
  const value = Number(digits);
  return Number.isFinite(value) ? value : text;
}

function integer(negative: boolean, digits: string): number | ExactNumber {
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits) * (negative ? -1n : 1n);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : new ExactNumber(String(value));
}
