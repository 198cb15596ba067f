import { encodedItem, encodedJson } from '#api/object-value.ts';
import { includeObject, partialMetadata, partialMetadataList, type TableOptions, tableOf } from '#api/tables.ts';
import type { Clock } from '#base/clock.ts';
import type { ObjectList } from '#client/client.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { ApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { ListMeta } from '#kinds/meta/schema.ts';
import type { BodyChunks } from '#server/body-sender.ts';
import type { Exchange } from '#server/exchange.ts';
import { listChunks, partialListChunks, tableChunks } from '#server/list-text.ts';
import type { Format, View } from '#server/negotiate.ts';

/** How this request wants its rows, should it want a table. */
export function tableOptions(exchange: Exchange, resource: ResourceDefinition, view: View, clock: Clock): TableOptions {
  const version = view.as === 'object' ? 'v1' : view.version;
  const rows = view.as === 'Table' ? includeObject(exchange.query.get('includeObject')) : 'Metadata';
  return { resource, version, includeObject: rows, clock };
}

/** Answers with one object in the form that was asked for. */
export function answerObject(
  exchange: Exchange,
  code: number,
  object: object,
  format: Format,
  table: TableOptions,
): Promise<void> {
  const { view } = format;
  if (view.as !== 'object' && isKubeObject(object)) {
    return exchange.value(code, viewOf(object, view, table), format);
  }
  if (format.encoding !== 'json' || exchange.pretty(format)) return exchange.value(code, object, format);
  return exchange.send(code, { 'content-type': 'application/json' }, [`${encodedJson(object)}\n`]);
}

/** Refuses a form that no single object has; to be asked before anything is written. `named` is what will be answered. */
export function checkSingleView(view: View, named: { readonly kind: string; readonly apiVersion: string }): void {
  if (view.as !== 'PartialObjectMetadataList') return;
  throw wrongView(view.as, `the requested object is not a list (*${goName(named)})`);
}

function viewOf(object: KubeObject, view: Exclude<View, { as: 'object' }>, table: TableOptions): unknown {
  switch (view.as) {
    case 'Table':
      return tableOf([object], { resourceVersion: object.metadata.resourceVersion }, table);
    case 'PartialObjectMetadata':
      return partialMetadata(object, view.version);
    case 'PartialObjectMetadataList':
      checkSingleView(view, object);
      return object;
  }
}

/** Answers with a list in the form that was asked for; a plain one is written item by item from texts made once. */
export function answerList(
  exchange: Exchange,
  list: ObjectList<KubeObject>,
  format: Format,
  table: TableOptions,
): Promise<void> {
  const { view } = format;
  const { resource } = table;
  const { items } = list;
  const metadata = listMetadata(list);
  const streamed = format.encoding === 'json' && !exchange.pretty(format);
  const send = (chunks: BodyChunks): Promise<void> =>
    exchange.send(200, { 'content-type': 'application/json' }, chunks);
  switch (view.as) {
    case 'Table':
      if (streamed) return send(tableChunks(items, metadata, table));
      return exchange.value(200, tableOf(items, metadata, table), format);
    case 'PartialObjectMetadataList':
      if (streamed) return send(partialListChunks(items, metadata, view.version));
      return exchange.value(200, partialMetadataList(items, metadata, view.version), format);
    case 'PartialObjectMetadata':
      throw wrongView(view.as, `the requested object is a list (*${goName({ ...resource, ...named(resource) })}List)`);
    case 'object':
      break;
  }
  // Lists of custom objects say what every item is, and whether there is more (spec: api.md section 21).
  const isCustom = resource.custom !== undefined;
  const head = { ...listNames(resource), metadata: isCustom ? { continue: '', ...metadata } : metadata };
  if (streamed) return send(listChunks(head, items, isCustom ? encodedJson : encodedItem));
  const shown = isCustom ? items : items.map(({ kind: _kind, apiVersion: _apiVersion, ...rest }) => rest);
  return exchange.value(200, { ...head, items: shown }, format);
}

function listNames(resource: ResourceDefinition): { kind: string; apiVersion: string } {
  return { kind: resource.custom?.listKind ?? `${resource.kind}List`, apiVersion: apiVersionOf(resource) };
}

function named(resource: ResourceDefinition): { kind: string; apiVersion: string } {
  return { kind: resource.kind, apiVersion: apiVersionOf(resource) };
}

function listMetadata(list: ObjectList<KubeObject>): ListMeta {
  return {
    resourceVersion: list.resourceVersion,
    ...(list.continue === undefined ? {} : { continue: list.continue }),
    ...(list.remainingItemCount === undefined ? {} : { remainingItemCount: list.remainingItemCount }),
  };
}

/** As upstream's message names a type: "core.ConfigMap", "batch.Job". */
function goName({ kind, apiVersion }: { readonly kind: string; readonly apiVersion: string }): string {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? 'core' : apiVersion.slice(0, slash).split('.')[0];
  return `${group}.${kind}`;
}

function wrongView(asked: string, but: string): ApiError {
  const message = `you requested ${asked}, but ${but}`;
  return new ApiError({ code: 406, reason: 'NotAcceptable', message });
}

/** Reviews and Status have no stored metadata and are answered as they are. */
function isKubeObject(object: object): object is KubeObject {
  return 'kind' in object && object.kind !== 'Status' && 'metadata' in object;
}
