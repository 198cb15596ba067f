import { isObject } from '#base/json.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

/** The texts of parts that many versions of an object share. */
const texts = new WeakMap<object, string>();

/** A frozen object as JSON, and where in it the metadata stands. */
export interface ObjectText {
  readonly text: string;
  readonly metadataStart: number;
  readonly metadataEnd: number;
}

/** Objects with a status are written again and again while all else stays: what a version shares by reference with the one before
 *  (its spec, the entries of its managed fields) is encoded once for both. */
export function objectText(object: KubeObject): ObjectText {
  const sharing = 'status' in object;
  let text = '';
  let [metadataStart, metadataEnd] = [0, 0];
  for (const [field, value] of Object.entries(object)) {
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ','}"${field}":`;
    if (field === 'metadata') metadataStart = text.length;
    text += sharing ? partText(field, value) : JSON.stringify(value);
    if (field === 'metadata') metadataEnd = text.length;
  }
  return { text: `${text}}`, metadataStart, metadataEnd };
}

function partText(field: string, value: unknown): string {
  if (field === 'metadata') return metadataText(value as object);
  return field === 'status' ? JSON.stringify(value) : sharedText(value);
}

function metadataText(metadata: object): string {
  let text = '';
  for (const [field, value] of Object.entries(metadata)) {
    if (value === undefined) continue;
    const shares = field === 'managedFields' && Array.isArray(value);
    const valueText = shares ? `[${value.map(sharedText).join(',')}]` : JSON.stringify(value);
    text += `${text === '' ? '{' : ','}"${field}":${valueText}`;
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
