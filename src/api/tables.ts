import { assertNever } from '#base/assert.ts';
import type { Clock } from '#base/clock.ts';
import type { ColumnDefinition, ResourceDefinition, TableDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { ListMeta } from '#kinds/meta/schema.ts';
import { zeroOf } from '#patch/fields/zero.ts';

/** What a row shows of its object beside the cells (spec: api.md section 14.1). */
export type IncludeObject = 'Metadata' | 'Object' | 'None';

/** How objects are turned into rows for one request. */
export interface TableOptions {
  readonly resource: ResourceDefinition;
  /** Of meta.k8s.io: "v1" or "v1beta1". */
  readonly version: string;
  readonly includeObject: IncludeObject;
  /** Ages are counted from its time, row by row: a watch lives long. */
  readonly clock: Clock;
}

export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: string;
  readonly metadata: ListMeta;
  /** Null in every event of a watch but the first. */
  readonly columnDefinitions: readonly ColumnDefinition[] | null;
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly cells: readonly unknown[];
  readonly conditions?: readonly object[];
  readonly object: object | null;
}

/** Reads the `includeObject` parameter; anything else than its values is a BadRequest. */
export function includeObject(parameter: string | null): IncludeObject {
  if (parameter === null || parameter === '') return 'Metadata';
  if (parameter === 'Metadata' || parameter === 'Object' || parameter === 'None') return parameter;
  throw apiErrors.badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(parameter)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

/** A table of `objects`, one row each. `metadata` is the list's, or of a single object its resourceVersion. */
export function tableOf(objects: readonly KubeObject[], metadata: ListMeta, options: TableOptions): Table {
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata,
    columnDefinitions: options.resource.table.columns,
    rows: objects.map((object) => rowOf(object, options)),
  };
}

/** What a bookmark looks like in a watch for tables: the row of an object in which nothing is set. `bookmark` has the revision, and
 *  shows in the row as far as objects are wanted; the end of the present state is always marked. */
export function bookmarkTable(
  bookmark: { readonly metadata: { readonly annotations?: object; readonly resourceVersion: string } },
  resourceVersion: string,
  options: TableOptions,
): Table {
  const nothing = { metadata: {}, ...zeroOf(options.resource.schema) } as unknown as KubeObject;
  const cells = options.resource.table.cells(
    { ...nothing, metadata: { ...nothing.metadata, name: '' } },
    options.clock.now(),
  );
  const marks = bookmark.metadata.annotations !== undefined;
  const object = options.includeObject === 'None' && !marks ? null : partialMetadata(bookmark, options.version);
  return { ...tableOf([], { resourceVersion }, options), rows: [{ cells, object }] };
}

/** One row of a table. */
export function rowOf(object: KubeObject, options: TableOptions): TableRow {
  return { ...cellsOf(object, options), object: shownObject(object, options) };
}

/** A row without what it shows of its object. */
export function cellsOf(object: KubeObject, options: TableOptions): Omit<TableRow, 'object'> {
  const definition: TableDefinition<KubeObject> = options.resource.table;
  const cells = definition.cells(object, options.clock.now());
  const conditions = definition.rowConditions?.(object);
  return conditions === undefined ? { cells } : { cells, conditions };
}

function shownObject(object: KubeObject, options: TableOptions): object | null {
  switch (options.includeObject) {
    case 'Metadata':
      return partialMetadata(object, options.version);
    case 'Object':
      return object;
    case 'None':
      return null;
    default:
      return assertNever(options.includeObject);
  }
}

/** The object's metadata alone (spec: api.md section 14.4). */
export function partialMetadata(object: { readonly metadata: unknown }, version: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}
