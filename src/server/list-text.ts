import { encodedJson, encodedMetadata } from '#api/object-value.ts';
import type { TableOptions } from '#api/tables.ts';
import { assertNever } from '#base/assert.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { BodyChunks } from '#server/body-sender.ts';
import type { ListForm } from '#server/list-form.ts';
import { yamlWriter } from '#server/yaml-text.ts';

/** A list as JSON, item by item from texts that were made once: a long one is never there as a whole. */
export function* listChunks({ head, field, objects, text }: ListForm): BodyChunks {
  yield JSON.stringify({ ...head, [field]: [] }).slice(0, -']}'.length);
  let separator = '';
  for (const object of objects) {
    yield separator + text(object);
    separator = ',';
  }
  yield ']}\n';
}

/** The same with an indent of two, for people. */
export function* indentedListChunks({ head, field, objects, value }: ListForm): BodyChunks {
  yield JSON.stringify({ ...head, [field]: [] }, undefined, 2).slice(0, -']\n}'.length);
  let separator = '';
  for (const object of objects) {
    yield `${separator}\n    ${JSON.stringify(value(object), undefined, 2).replaceAll('\n', '\n    ')}`;
    separator = ',';
  }
  yield objects.length === 0 ? ']\n}\n' : '\n  ]\n}\n';
}

/** The same as YAML with sorted keys. */
export async function yamlListChunks(form: ListForm): Promise<BodyChunks> {
  return yamlPieces(form, await yamlWriter());
}

function* yamlPieces({ head, field, objects, value }: ListForm, write: (value: unknown) => string): BodyChunks {
  const before = Object.entries(head).filter(([name]) => name < field);
  const after = Object.entries(head).filter(([name]) => name > field);
  yield write(Object.fromEntries(before));
  yield objects.length === 0 ? `${field}: []\n` : `${field}:\n`;
  for (const object of objects) yield `- ${write(value(object)).replaceAll(/\n(?!\n|$)/g, '\n  ')}`;
  if (after.length > 0) yield write(Object.fromEntries(after));
}

/** The object's metadata alone, as an object of its own. */
export function partialText(object: KubeObject, version: string): string {
  return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${version}","metadata":${encodedMetadata(object)}}`;
}

/** What a table's row shows of its object. */
export function shownText(object: KubeObject, { includeObject, version }: TableOptions): string {
  switch (includeObject) {
    case 'Metadata':
      return partialText(object, version);
    case 'Object':
      return encodedJson(object);
    case 'None':
      return 'null';
    default:
      return assertNever(includeObject);
  }
}
