import type { Millis } from '#base/units.ts';
import { JsonPathError, parseJsonPath, type ReadPath } from '#kinds/custom-resource/json-path.ts';
import type { CustomResourceColumnDefinition } from '#kinds/custom-resource-definition/schema.ts';
import type { Cell, ColumnDefinition, TableDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { ageOf, column, nameColumn } from '#kinds/table.ts';

type Given = Pick<CustomResourceColumnDefinition, 'name' | 'type' | 'jsonPath'> &
  Partial<CustomResourceColumnDefinition>;

const age: Given = {
  name: 'Age',
  type: 'date',
  description: 'Time since the object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** The table of a custom resource: the name, and the columns that its definition gives or else the age (spec: api.md section 14.2).
 *  Columns of which one has a path that does not parse are as good as none. */
export function customTable(given: readonly Given[] | undefined): TableDefinition<KubeObject> {
  const wanted = given === undefined || given.length === 0 ? [age] : given;
  try {
    return tableOf(wanted);
  } catch (error) {
    if (error instanceof JsonPathError) return tableOf([age]);
    throw error;
  }
}

function tableOf(given: readonly Given[]): TableDefinition<KubeObject> {
  const readers = given.map(({ type, jsonPath }) => ({ type, read: parseJsonPath(jsonPath) }));
  return {
    columns: [nameColumn, ...given.map(columnOf)],
    cells: (object, now) => [object.metadata.name, ...readers.map(({ type, read }) => cell(type, read, object, now))],
  };
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
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : ageOf(value, now);
    default:
      return null;
  }
}

function textOf(value: unknown): string | null {
  if (value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
