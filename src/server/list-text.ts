import { encodedJson, encodedMetadata } from '#api/object-value.ts';
import { cellsOf, partialMetadataList, type TableOptions, tableOf } from '#api/tables.ts';
import { assertNever } from '#base/assert.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { ListMeta } from '#kinds/meta/schema.ts';
import type { BodyChunks } from '#server/body-sender.ts';

/** A list as JSON, item by item from texts that were made once: a long one is never there as a whole. `head` is what stands before
 *  the items. */
export function listChunks(
  head: object,
  items: readonly KubeObject[],
  textOf: (item: KubeObject) => string,
): BodyChunks {
  return pieces({ ...head, items: [] }, items, textOf);
}

/** As `tableOf`. */
export function tableChunks(objects: readonly KubeObject[], metadata: ListMeta, options: TableOptions): BodyChunks {
  return pieces(tableOf([], metadata, options), objects, (object) => {
    const cells = JSON.stringify(cellsOf(object, options));
    return `${cells.slice(0, -1)},"object":${shownText(object, options)}}`;
  });
}

/** As `partialMetadataList`. */
export function partialListChunks(objects: readonly KubeObject[], metadata: ListMeta, version: string): BodyChunks {
  return pieces(partialMetadataList([], metadata, version), objects, (object) => partialText(object, version));
}

/** The object's metadata alone, as an object of its own. */
export function partialText(object: KubeObject, version: string): string {
  return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/${version}","metadata":${encodedMetadata(object)}}`;
}

/** `empty` ends with a list that holds nothing. */
function* pieces(empty: object, objects: readonly KubeObject[], textOf: (object: KubeObject) => string): BodyChunks {
  yield JSON.stringify(empty).slice(0, -']}'.length);
  let separator = '';
  for (const object of objects) {
    yield separator + textOf(object);
    separator = ',';
  }
  yield ']}\n';
}

function shownText(object: KubeObject, { includeObject, version }: TableOptions): string {
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
