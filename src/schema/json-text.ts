import type { Json } from '#base/json.ts';
import { JsonParser } from '#schema/json-parser.ts';
import { plain } from '#schema/json-source.ts';

/** Reads JSON as `decode` wants it: plain values, but objects with repeated keys as `RepeatedKeys`, and numbers that JavaScript would
 *  change or spell differently as `ExactNumber`. Throws `JsonSyntaxError` with Go's texts. */
export function readJson(text: string): unknown {
  return readPlainJson(text) ?? new JsonParser(text).parse();
}

/** As `readJson` for text in which all is plain: no key is there twice, no number is spelt in a way of its own. Undefined for other
 *  text, and for what is no JSON. */
export function readPlainJson(text: string): Json | undefined {
  const value = nativeParse(text);
  return value !== undefined && isFaithful(text, value) ? value : undefined;
}

/** Reads JSON into plain values: the last of repeated keys wins, numbers are JavaScript's. Throws `JsonSyntaxError` with Go's texts, or
 *  for nesting so deep that whoever walks the value could run out of stack. */
export function parseJson(text: string): Json {
  const value = isDeep(text) ? undefined : nativeParse(text);
  return value === undefined ? (plain(new JsonParser(text).parse()) as Json) : value;
}

const surrogatePattern = /\\u[dD][89a-fA-F]/;

function nativeParse(text: string): Json | undefined {
  // The native parser keeps halves of surrogate pairs, which no other encoding can carry.
  if (surrogatePattern.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const depthMax = 1000;
const digitsMax = 15;

/** Whether `text` may be nested deeper than `depthMax`; what stands in strings is not counted. */
function isDeep(text: string): boolean {
  if (text.length < 2 * depthMax) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    if (c === 0x22) {
      at = endOfString(text, at);
      if (at < 0) return false;
    } else if (c === 0x7b || c === 0x5b) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (c === 0x7d || c === 0x5d) depth -= 1;
  }
  return false;
}

/** Whether the native parser lost nothing of `text`: as many keys as colons, and only short whole numbers. */
function isFaithful(text: string, value: Json): boolean {
  const colons = countColons(text);
  return colons >= 0 && colons === countKeys(value);
}

/** The colons of `text` outside strings, or -1 if it holds a number that needs a closer look or is nested deeply. */
function countColons(text: string): number {
  let colons = 0;
  let depth = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    if (c >= 0x30 && c <= 0x39) {
      digits += 1;
      if (digits > digitsMax) return -1;
      continue;
    }
    // After a digit: a point or an exponent. Before one: "-0".
    if (digits > 0 && (c === 0x2e || c === 0x65 || c === 0x45)) return -1;
    digits = 0;
    if (c === 0x22) at = endOfString(text, at);
    else if (c === 0x3a) colons += 1;
    else if (c === 0x7b || c === 0x5b) {
      depth += 1;
      if (depth > depthMax) return -1;
    } else if (c === 0x7d || c === 0x5d) depth -= 1;
    else if (c === 0x2d && text.charCodeAt(at + 1) === 0x30) return -1;
  }
  return colons;
}

/** The index of the quote that closes the string opened at `start`; -1 if none does. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (text.charCodeAt(end - 1) === 0x5c && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes += 1;
  return backslashes % 2 === 1;
}

function countKeys(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) keys += countKeys(item);
    return keys;
  }
  for (const key in value) keys += 1 + countKeys((value as { [key: string]: Json })[key] as Json);
  return keys;
}
