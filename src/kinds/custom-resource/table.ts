import { goJson, isObject } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import { JsonPathError, parseJsonPath, type ReadPath } from '#kinds/custom-resource/json-path.ts';
import type { CustomResourceColumnDefinition } from '#kinds/custom-resource-definition/schema.ts';
import type { Cell, ColumnDefinition, TableDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { ageOf, column, nameColumn } from '#kinds/table.ts';
import { canonicalTimeText, TimeError } from '#schema/time.ts';

type Given = Pick<CustomResourceColumnDefinition, 'name' | 'type' | 'jsonPath'> &
  Partial<CustomResourceColumnDefinition>;

const age: Given = {
  name: 'Age',
  type: 'date',
  description: 'Time since the object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** The table of a custom resource: the name, and the columns that its definition gives or else the age (spec: api.md section 14.2).
 *  A column whose path does not parse is left out, with all that follow. */
export function customTable(given: readonly Given[] | undefined): TableDefinition<KubeObject> {
  const readers = readersOf(given === undefined || given.length === 0 ? [age] : given);
  return {
    columns: [nameColumn, ...readers.map(({ one }) => columnOf(one))],
    cells: (object, now) => [
      object.metadata.name,
      ...readers.map(({ one, read }) => cell(one.type, read, object, now)),
    ],
  };
}

function readersOf(given: readonly Given[]): readonly { readonly one: Given; readonly read: ReadPath }[] {
  const readers: { one: Given; read: ReadPath }[] = [];
  try {
    for (const one of given) readers.push({ one, read: parseJsonPath(one.jsonPath) });
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
  }
  return readers;
}

function columnOf({ name, type, format = '', description = '', priority = 0, jsonPath }: Given): ColumnDefinition {
  const about =
    description === '' ? `Custom resource definition column (in JSONPath format): ${jsonPath}` : description;
  return column(name, { type: type as ColumnDefinition['type'], format, description: about, priority });
}

/** The first value at the path, if it is of the column's type. */
function cell(type: string, read: ReadPath, object: KubeObject, now: Millis): Cell {
  const [value] = read(object);
  if (value === undefined) return null;
  switch (type) {
    case 'string':
      return textOf(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? ageText(value, now) : null;
    default:
      return null;
  }
}

function ageText(value: string, now: Millis): string {
  try {
    return value === '' || value === 'null' ? '<unknown>' : ageOf(canonicalTimeText(value, 'time'), now);
  } catch (error) {
    if (error instanceof TimeError) return '<invalid>';
    throw error;
  }
}

/** As Go prints values of any type; what has parts is shown as JSON. */
function textOf(value: unknown): string {
  if (value === null) return '<no value>';
  if (typeof value === 'object') return jsonOf(value);
  return typeof value === 'number' ? numberText(value) : String(value);
}

/** Small numbers come with an exponent earlier than in JavaScript, and with two digits of it. */
function numberText(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/-(\d)$/, '-0$1');
}

/** JSON with its keys in order. */
function jsonOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`;
  if (!isObject(value)) return goJson(value);
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${goJson(key)}:${jsonOf(value[key])}`).join(',')}}`;
}
