import { letterEscapes } from '#kinds/cel/tokens.ts';
import { propertyOf, valuesOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';

/** Where a path leads: the schema there (undefined where anything is allowed), and the path as findings show it. */
export interface FoundField {
  readonly schema: JSONSchemaProps | undefined;
  readonly path: string;
}

/** What a path such as `.spec.replicas` or `.labels['a.b']` leads to below a schema, or why it leads nowhere, in the words that
 *  upstream has for paths of rules and of selectable fields. The latter may not use brackets. */
export function findField(schema: JSONSchemaProps, source: string, brackets: boolean): FoundField | string {
  const tokens = source.match(/'[\s\S]*?(?<!\\)'|'[\s\S]*|[.[\]]|[^.[\]]+/g) ?? [];
  let at: FoundField | string = { schema, path: '' };
  while (tokens.length > 0) {
    const start = tokens.shift();
    if (start === '[' && !brackets) return 'array notation is not allowed';
    if (start !== '.' && start !== '[') return `expected [ or . but got: ${start}`;
    const token = tokens.shift();
    if (token === undefined) return 'unexpected end of JSON path';
    const name = start === '.' ? { text: token } : quoted(token);
    if (typeof name === 'string') return name;
    at = stepInto(at, name.text);
    if (typeof at === 'string') return at;
    if (start === '.') continue;
    const end = tokens.shift();
    if (end === undefined) return 'unexpected end of JSON path';
    if (end !== ']') return `expected ] but got ${end}`;
  }
  return at;
}

function stepInto({ schema, path }: FoundField, name: string): FoundField | string {
  const lost = 'does not refer to a valid field';
  if (Object.keys(schema?.properties ?? {}).length > 0) {
    const property = propertyOf(schema, name);
    return property === undefined ? lost : { schema: property, path: path === '' ? name : `${path}.${name}` };
  }
  return schema?.additionalProperties === undefined ? lost : { schema: valuesOf(schema), path: `${path}[${name}]` };
}

const escapes: { readonly [char: string]: string } = { ...letterEscapes, "'": "'", '\\': '\\' };

/** What stands between two quotes, or why it cannot. */
function quoted(token: string): { readonly text: string } | string {
  if (token.length < 2 || !token.startsWith("'") || !token.endsWith("'")) {
    return `expected single quoted string but got ${token}`;
  }
  const inside = token.slice(1, -1);
  const unknown = inside.match(/\\./g)?.findLast((each) => !Object.hasOwn(escapes, each.slice(1)));
  if (unknown !== undefined) return `invalid string literal: invalid escape char ${unknown}`;
  return { text: inside.replaceAll(/\\(.)/g, (_, char: string) => escapes[char] ?? '') };
}
