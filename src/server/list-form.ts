import { encodedItem, encodedJson } from '#api/object-value.ts';
import { cellsOf, partialMetadata, rowOf, type TableOptions, tableOf } from '#api/tables.ts';
import type { ObjectList } from '#client/client.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { ListMeta } from '#kinds/meta/schema.ts';
import { partialText, shownText } from '#server/list-text.ts';

/** A list in one of the forms it is answered in, its items yet to be made one by one: a hundred thousand of them are more than one
 *  string may hold. */
export interface ListForm {
  /** All but the items. */
  readonly head: { readonly kind: string; readonly apiVersion: string; readonly metadata: ListMeta };
  /** Where the items stand, behind the head. */
  readonly field: 'items' | 'rows';
  readonly objects: readonly KubeObject[];
  /** What is shown of an object. */
  readonly value: (object: KubeObject) => object;
  /** The same as JSON, from the texts that are kept. */
  readonly text: (object: KubeObject) => string;
}

/** The objects themselves. Lists of custom objects say what every item is, and whether there is more (spec: api.md section 21). */
export function objectListForm(list: ObjectList<KubeObject>, resource: ResourceDefinition): ListForm {
  const isCustom = resource.custom !== undefined;
  const metadata = isCustom ? { continue: '', ...listMetadata(list) } : listMetadata(list);
  const kind = resource.custom?.listKind ?? `${resource.kind}List`;
  return {
    head: { kind, apiVersion: apiVersionOf(resource), metadata },
    field: 'items',
    objects: list.items,
    value: isCustom ? (object) => object : ({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest,
    text: isCustom ? encodedJson : encodedItem,
  };
}

/** A row for each. */
export function tableForm(list: ObjectList<KubeObject>, options: TableOptions): ListForm {
  const { rows: _rows, ...head } = tableOf([], listMetadata(list), options);
  const { order } = options.resource.table;
  return {
    head,
    field: 'rows',
    objects: order === undefined ? list.items : list.items.toSorted(order),
    value: (object) => rowOf(object, options),
    text: (object) => {
      const cells = JSON.stringify(cellsOf(object, options));
      return `${cells.slice(0, -1)},"object":${shownText(object, options)}}`;
    },
  };
}

/** The metadata of each. */
export function partialListForm(list: ObjectList<KubeObject>, version: string): ListForm {
  return {
    head: { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${version}`, metadata: listMetadata(list) },
    field: 'items',
    objects: list.items,
    value: (object) => partialMetadata(object, version),
    text: (object) => partialText(object, version),
  };
}

function listMetadata(list: ObjectList<KubeObject>): ListMeta {
  return {
    resourceVersion: list.resourceVersion,
    ...(list.continue === undefined ? {} : { continue: list.continue }),
    ...(list.remainingItemCount === undefined ? {} : { remainingItemCount: list.remainingItemCount }),
  };
}
