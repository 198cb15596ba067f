import { isObject, type Json, type JsonObject } from '#base/json.ts';
import { type FieldSet, type FieldSetDraft, leaf } from '#patch/fields/field-set.ts';
import { get } from '#patch/tree.ts';

/** `k:{"containerPort":80,"protocol":"TCP"}`. `keys` must be sorted: the same item always gets the same element. */
export function keyElement(keys: readonly string[], values: readonly Json[]): string {
  let text = 'k:{';
  for (let at = 0; at < keys.length; at++) {
    text += `${at === 0 ? '' : ','}${jsonText(keys[at] as string)}:${jsonText(values[at] as Json)}`;
  }
  return `${text}}`;
}

export function valueElement(value: Json): string {
  return `v:${jsonText(value)}`;
}

const unescaped = /^[\w ./:-]*$/;

/** As JSON.stringify, which takes its time over short texts. */
function jsonText(value: Json): string {
  return typeof value === 'string' && unescaped.test(value) ? `"${value}"` : JSON.stringify(value);
}

/** A path as conflicts and type errors show it: `.spec.containers[name="c"].ports[containerPort=80,protocol="TCP"]`. */
export function pathText(path: readonly string[]): string {
  return path.map(elementText).join('');
}

function elementText(element: string): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'k':
      return `[${Object.entries(JSON.parse(rest) as JsonObject)
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${rest}]`;
    default:
      return `[${rest}]`;
  }
}

const kinds = 'fkvi';

/** The order in which upstream lists elements: fields, then keyed items, then values, then places. */
export function compareElements(a: string, b: string): number {
  const kind = kinds.indexOf(a[0] as string) - kinds.indexOf(b[0] as string);
  if (kind !== 0) return kind;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** A client's `fieldsV1` as a field set, its elements spelled as we spell them; undefined if it cannot be read. Elements of
 *  unknown kinds are left out, as upstream does for those of later versions. */
export function parseFieldsV1(json: Json | undefined): FieldSet | undefined {
  if (json === undefined || !isObject(json)) return undefined;
  const set: FieldSetDraft = {};
  for (const element of Object.keys(json)) {
    if (element !== '.' && element.length < 2) return undefined;
    const spelled = element === '.' ? element : respelled(element);
    if (spelled === 'unknown') continue;
    const below = parseFieldsV1(get(json, element));
    if (spelled === undefined || below === undefined) return undefined;
    set[spelled] = spelled === '.' || isOnlySelf(below) ? leaf : below;
  }
  return set;
}

/** A field with "." and nothing else is what we spell as a leaf. */
function isOnlySelf(set: FieldSet): boolean {
  return Object.keys(set).every((element) => element === '.');
}

function respelled(element: string): string | 'unknown' | undefined {
  const rest = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'f:':
      return element;
    case 'k:': {
      const keys = parsed(rest);
      if (keys === undefined || !isObject(keys)) return undefined;
      const names = Object.keys(keys).sort();
      return keyElement(
        names,
        names.map((name) => get(keys, name) as Json),
      );
    }
    case 'v:': {
      const value = parsed(rest);
      return value === undefined ? undefined : valueElement(value);
    }
    case 'i:':
      return /^-?\d+$/.test(rest) ? element : undefined;
    default:
      return 'unknown';
  }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
