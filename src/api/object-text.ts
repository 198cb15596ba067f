import { isObject } from '#base/json.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

/** The texts of parts that many versions of an object share. */
const texts = new WeakMap<object, string>();

/** A frozen object as JSON. Objects with a status are written again and again while all else stays: what a version shares by
 *  reference with the one before (its spec, the entries of its managed fields) is encoded once for both. */
export function objectText(object: KubeObject): string {
  if (!('status' in object)) return JSON.stringify(object);
  return fieldsText(object, (field, value) => {
    if (field === 'metadata') return metadataText(value as object);
    return field === 'status' ? JSON.stringify(value) : sharedText(value);
  });
}

function metadataText(metadata: object): string {
  return fieldsText(metadata, (field, value) =>
    field === 'managedFields' && Array.isArray(value) ? `[${value.map(sharedText).join(',')}]` : JSON.stringify(value),
  );
}

function fieldsText(object: object, textOf: (field: string, value: unknown) => string): string {
  let text = '';
  for (const [field, value] of Object.entries(object)) {
    if (value !== undefined) text += `${text === '' ? '{' : ','}"${field}":${textOf(field, value)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function sharedText(value: unknown): string {
  if (!isObject(value)) return JSON.stringify(value);
  let text = texts.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    texts.set(value, text);
  }
  return text;
}
