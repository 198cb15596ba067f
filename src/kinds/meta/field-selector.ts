import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

export interface FieldRequirement {
  readonly path: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Which objects are meant: those that meet every requirement. */
export type FieldSelector = readonly FieldRequirement[];

type Selectable = Pick<
  ResourceDefinition<KubeObject>,
  'namespaced' | 'selectableFields' | 'fieldAliases' | 'unknownSelectorText'
>;

/** Reads a field selector such as "spec.nodeName=n1,status.phase!=Failed" for one resource (spec: api.md section 12.1).
 *  Throws a 400 ApiError if it does not parse or names a field that the resource does not offer. */
export function parseFieldSelector(text: string, definition: Selectable): FieldSelector {
  return fieldRequirements(text).map((requirement) => {
    const { fieldAliases = {} } = definition;
    const alias = Object.hasOwn(fieldAliases, requirement.path) ? fieldAliases[requirement.path] : undefined;
    const path = alias ?? requirement.path;
    if (!isSelectable(definition, path)) throw apiErrors.badRequest(unknownFieldText(definition, path));
    return { ...requirement, path };
  });
}

/** What a field selector says, whatever resource it is for. Throws a 400 ApiError if it does not parse. */
export function fieldRequirements(text: string): FieldSelector {
  return terms(text).map((term) => requirementOf(term, text));
}

/** Whether an object of the resource meets the selector. A value that is absent compares as "". */
export function fieldSelectorMatches(selector: FieldSelector, object: KubeObject, definition: Selectable): boolean {
  return selector.every(({ path, equal, value }) => (fieldValue(object, path, definition) === value) === equal);
}

/** The text of a selector, values escaped; `parseFieldSelector` reads it back. */
export function formatFieldSelector(selector: FieldSelector): string {
  return selector.map(({ path, equal, value }) => `${path}${equal ? '=' : '!='}${escapeFieldValue(value)}`).join(',');
}

/** `value` as it is written inside a field selector. */
export function escapeFieldValue(value: string): string {
  return value.replace(/[\\,=]/g, (char) => `\\${char}`);
}

function fieldValue(object: KubeObject, path: string, definition: Selectable): string {
  if (path === 'metadata.name') return object.metadata.name;
  if (path === 'metadata.namespace') return object.metadata.namespace ?? '';
  return definition.selectableFields[path]?.(object) ?? '';
}

function isSelectable(definition: Selectable, path: string): boolean {
  if (path === 'metadata.name') return true;
  if (path === 'metadata.namespace') return definition.namespaced || !hasOwnFields(definition);
  return Object.hasOwn(definition.selectableFields, path);
}

function hasOwnFields(definition: Selectable): boolean {
  return Object.keys(definition.selectableFields).length > 0;
}

function unknownFieldText(definition: Selectable, path: string): string {
  if (definition.unknownSelectorText !== undefined) return definition.unknownSelectorText(path);
  if (hasOwnFields(definition)) return `field label not supported: ${path}`;
  return `${JSON.stringify(path)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

/** Splits at commas that are not escaped. */
function terms(text: string): readonly string[] {
  const found: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === ',') {
      found.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...found, text.slice(start)].filter((term) => term !== '');
}

function requirementOf(term: string, text: string): FieldRequirement {
  for (let at = 0; at < term.length; at += 1) {
    const path = term.slice(0, at);
    const rest = term.slice(at);
    if (rest.startsWith('!=')) return { path, equal: false, value: unescaped(rest.slice(2)) };
    if (rest.startsWith('==')) return { path, equal: true, value: unescaped(rest.slice(2)) };
    if (rest.startsWith('=')) return { path, equal: true, value: unescaped(rest.slice(1)) };
  }
  throw apiErrors.badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
}

function unescaped(value: string): string {
  let plain = '';
  for (let at = 0; at < value.length; at += 1) {
    const char = value.charAt(at);
    if (char === '\\') {
      at += 1;
      const next = value.charAt(at);
      if (next !== '\\' && next !== ',' && next !== '=') {
        throw apiErrors.badRequest(`invalid field selector: invalid escape sequence: \\${next}`);
      }
      plain += next;
    } else if (char === '=' || char === ',') {
      throw apiErrors.badRequest(`invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`);
    } else {
      plain += char;
    }
  }
  return plain;
}
