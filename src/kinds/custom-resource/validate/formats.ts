import { isCreditCard, isIsbn10, isIsbn13 } from '#kinds/custom-resource/validate/check-digits.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { cidrProblems, ipFamily } from '#kinds/meta/texts.ts';

type Format = (text: string) => boolean;

const isIp =
  (family: 4 | 6): Format =>
  (text) =>
    ipFamily(text) === family;
const matching =
  (pattern: RegExp): Format =>
  (text) =>
    pattern.test(text);

const uuidOf = (version: string): Format =>
  matching(new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, 'i'));

const labelLike = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

/** The formats that are checked, by their names without dashes. Others say something to people alone, as upstream has it. None of the expressions can take long. */
const formats: { readonly [name: string]: Format } = {
  bsonobjectid: matching(/^[0-9a-f]{24}$/i),
  byte: matching(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  cidr: (text) => cidrProblems(text).length === 0,
  creditcard: isCreditCard,
  date: isDate,
  datetime: isDateTime,
  duration: isDuration,
  email: matching(/^[^\s@<>()[\],;:"]+@[^\s@<>()[\],;:"]+$/),
  hexcolor: matching(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i),
  hostname: isHostname,
  k8sshortname: (text) => text.length <= 63 && labelLike.test(text),
  k8slongname: (text) => text.length <= 253 && text.split('.').every((part) => labelLike.test(part)),
  ipv4: isIp(4),
  ipv6: isIp(6),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  mac: matching(/^[0-9a-f]{2}(?:([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}(?:(?:\1[0-9a-f]{2}){2})?)$/i),
  password: () => true,
  rgbcolor: matching(/^rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)$/),
  ssn: matching(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  uri: isRequestUri,
  uuid: uuidOf('[0-9a-f]'),
  uuid3: uuidOf('3'),
  uuid4: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  uuid5: matching(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
};

const numberFormats: { readonly [type: string]: readonly string[] } = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};

/** The format that values of a schema are held to: one that goes with its type; "" if there is none. */
export function heldFormat({ type = 'string', format = '' }: JSONSchemaProps): string {
  const isHeld = type === 'string' ? formatOf(format) !== undefined : numberFormats[type]?.includes(format);
  return isHeld === true ? format : '';
}

/** Whether a text is of the format; undefined for formats that nobody checks. */
export function formatOf(name: string): Format | undefined {
  const plain = name.replaceAll('-', '');
  return Object.hasOwn(formats, plain) ? formats[plain] : undefined;
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function isDateTime(text: string): boolean {
  const [date = '', time = ''] = text.toLowerCase().split('t');
  const match = /^(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:z|[+-]\d{2}:\d{2})$/.exec(time);
  if (match === null || !isDate(date)) return false;
  return Number(match[1]) < 24 && Number(match[2]) < 60 && Number(match[3]) < 60;
}

/** Go's own durations, and amounts of units such as "3 days". */
function isDuration(text: string): boolean {
  if (/^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.test(text)) return true;
  const unit = '(?:ns|nano|us|µs|micro|ms|milli|s|sec|second|m|min|minute|h|hr|hour|d|day|w|wk|week)s?';
  return new RegExp(`^\\d+ *${unit}$`).test(text);
}

function isHostname(text: string): boolean {
  return (
    text.length < 255 && text.split('.').every((label) => /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/.test(label))
  );
}

/** What a request may ask for: an absolute address or an absolute path. */
function isRequestUri(text: string): boolean {
  if (/[\s\p{Cc}]/u.test(text)) return false;
  return text.startsWith('/') || (/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(text) && URL.canParse(text));
}
