import { encodedJson } from '#api/object-value.ts';
import { bookmarkTable, partialMetadata, type TableOptions, tableOf } from '#api/tables.ts';
import type { WatchEvent } from '#client/client.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { shellOf } from '#schema/shell.ts';
import { bookmarkObject, type EventEncoding } from '#server/event-encoding.ts';
import { partialText } from '#server/list-text.ts';
import type { TextFormat } from '#server/negotiate.ts';
import { SharedPieces } from '#server/shared-pieces.ts';

/** Turns an event into what stands behind `"object":` in its line, as JSON. */
type ObjectEncoder = (event: WatchEvent<KubeObject>) => string;

const sharedLines = new SharedPieces();

/** Events as JSON, one document a line. */
export function eventLines(
  { view }: TextFormat,
  resource: ResourceDefinition,
  table: TableOptions,
): EventEncoding<string> {
  const encode = encoderFor(view, resource, table);
  return {
    contentType: 'application/json',
    headBytes: 0,
    ...(view.as === 'object' ? { shared: sharedLines } : {}),
    event: (event) => line(event.type, encode(event)),
    failure: (error) => line('ERROR', JSON.stringify(error.status())),
    join: (lines) => lines.join(''),
  };
}

function line(type: string, object: string): string {
  return `{"type":"${type}","object":${object}}\n`;
}

function encoderFor(view: TextFormat['view'], resource: ResourceDefinition, table: TableOptions): ObjectEncoder {
  if (view.as === 'Table') return tableEncoder(table);
  const names = { kind: resource.kind, apiVersion: apiVersionOf(resource) };
  if (view.as === 'object') {
    const empty = { ...(resource.custom === undefined ? shellOf(resource.schema) : {}), ...names };
    return (event) =>
      event.type === 'BOOKMARK' ? JSON.stringify(bookmarkObject(event, empty)) : encodedJson(event.object);
  }
  return (event) => {
    if (event.type !== 'BOOKMARK') return partialText(event.object, view.version);
    return JSON.stringify(partialMetadata(bookmarkObject(event, names), view.version));
  };
}

/** One row an event; the columns are told once. */
function tableEncoder(options: TableOptions): ObjectEncoder {
  let first = true;
  return (event) => {
    const made =
      event.type === 'BOOKMARK'
        ? bookmarkTable(bookmarkObject(event, {}), event.resourceVersion, options)
        : tableOf([event.object], { resourceVersion: event.object.metadata.resourceVersion }, options);
    const table = first ? made : { ...made, columnDefinitions: null };
    first = false;
    return JSON.stringify(table);
  };
}
