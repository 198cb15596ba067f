import { encodedJson } from '#api/object-value.ts';
import { includeObject, partialMetadata, type TableOptions, tableOf } from '#api/tables.ts';
import type { Clock } from '#base/clock.ts';
import type { ObjectList } from '#client/client.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { ApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { BodyChunks } from '#server/body-sender.ts';
import type { Exchange } from '#server/exchange.ts';
import { type ListForm, objectListForm, partialListForm, tableForm } from '#server/list-form.ts';
import { indentedListChunks, listChunks, yamlListChunks } from '#server/list-text.ts';
import type { Format, ProtobufFormat, TextFormat, View } from '#server/negotiate.ts';

/** How this request wants its rows, should it want a table. */
export function tableOptions(exchange: Exchange, resource: ResourceDefinition, view: View, clock: Clock): TableOptions {
  const version = view.as === 'object' ? 'v1' : view.version;
  const rows = view.as === 'Table' ? includeObject(exchange.query.get('includeObject')) : 'Metadata';
  return { resource, version, includeObject: rows, clock };
}

/** Answers with one object in the form that was asked for. */
export async function answerObject(
  exchange: Exchange,
  code: number,
  object: object,
  format: Format,
  table: TableOptions,
): Promise<void> {
  if (format.encoding === 'protobuf') return answerInProtobuf(exchange, code, object, format, table);
  const { view } = format;
  if (view.as !== 'object' && isKubeObject(object)) {
    return exchange.value(code, viewOf(object, view, table), format);
  }
  if (format.encoding !== 'json' || exchange.pretty(format)) return exchange.value(code, object, format);
  return exchange.send(code, { 'content-type': 'application/json' }, [`${encodedJson(object)}\n`]);
}

/** The encoder is loaded when somebody first asks for it. */
async function answerInProtobuf(
  exchange: Exchange,
  code: number,
  object: object,
  { view }: ProtobufFormat,
  { resource }: TableOptions,
): Promise<void> {
  const { objectEnvelope, partialEnvelope } = await import('#server/envelopes.ts');
  if (view.as === 'object' || !isKubeObject(object)) return exchange.envelope(code, objectEnvelope(object, resource));
  checkSingleView(view, object);
  return exchange.envelope(code, partialEnvelope(object, view.version));
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

/** Answers with a list in the form that was asked for, item by item. */
export async function answerList(
  exchange: Exchange,
  list: ObjectList<KubeObject>,
  format: Format,
  table: TableOptions,
): Promise<void> {
  const form = listForm(list, format.view, table);
  if (format.encoding === 'protobuf') {
    const { answerListMessage } = await import('#server/answer-message.ts');
    return answerListMessage(exchange, form, format, table.resource);
  }
  const chunks = await listChunksIn(format, form, exchange.pretty(format));
  return exchange.send(200, { 'content-type': `application/${format.encoding}` }, chunks);
}

async function listChunksIn({ encoding }: TextFormat, form: ListForm, pretty: boolean): Promise<BodyChunks> {
  if (encoding === 'yaml') return yamlListChunks(form);
  return pretty ? indentedListChunks(form) : listChunks(form);
}

function listForm(list: ObjectList<KubeObject>, view: View, table: TableOptions): ListForm {
  const { resource } = table;
  switch (view.as) {
    case 'Table':
      return tableForm(list, table);
    case 'PartialObjectMetadataList':
      return partialListForm(list, view.version);
    case 'PartialObjectMetadata':
      throw wrongView(view.as, `the requested object is a list (*${goName({ ...resource, ...named(resource) })}List)`);
    case 'object':
      return objectListForm(list, resource);
  }
}

function named(resource: ResourceDefinition): { kind: string; apiVersion: string } {
  return { kind: resource.kind, apiVersion: apiVersionOf(resource) };
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
