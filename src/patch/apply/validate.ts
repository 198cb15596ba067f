import { isObject, type Json, type JsonObject } from '#base/json.ts';
import { itemElement } from '#patch/fields/list-items.ts';
import {
  childOf,
  type KeyedListNode,
  type Node,
  nodeInside,
  nodeOfType,
  type SetNode,
  type StructNode,
} from '#patch/fields/node.ts';
import { pathText } from '#patch/fields/path-element.ts';
import { goSyntax, goText, goTypeOf } from '#patch/tree.ts';
import type { Type } from '#schema/type.ts';

/** What is wrong with an applied configuration, in upstream's words: one text for each value that does not fit the schema
 *  (spec: api.md section 9.3). Unlike other requests an apply cannot be partly understood. */
export function typeProblems(node: StructNode, value: object): readonly string[] {
  return problemsOf(node, value as JsonObject, []);
}

/** The texts of `typeProblems` as one. */
export function problemsText(problems: readonly string[]): string {
  return problems.length === 1
    ? (problems[0] as string)
    : ['errors:', ...problems.map((text) => `  ${text}`)].join('\n');
}

type Path = readonly string[];

function problemsOf(node: Node, value: Json, path: Path): readonly string[] {
  if (value === null) return [];
  switch (node.is) {
    case 'leaf':
      return problemsInLeaf(node.type, value, path);
    case 'struct':
    case 'map':
      return problemsInMap(node, value, path);
    default:
      return problemsInList(node, value, path);
  }
}

/** Inside what is replaced as a whole the schema holds all the same. */
function problemsInLeaf(type: Type, value: Json, path: Path): readonly string[] {
  switch (type.is) {
    case 'object':
    case 'map':
      return problemsInMap(nodeInside(type), value, path);
    case 'list': {
      if (!Array.isArray(value)) return [problem(path, `expected list, got &{${goText(value)}}`)];
      const item = nodeOfType(type.item);
      return value.flatMap((element, index) => problemsOf(item, element, [...path, `i:${index}`]));
    }
    default: {
      const expected = mismatch(type.is, value);
      return expected === undefined ? [] : [problem(path, expected)];
    }
  }
}

function problemsInMap(node: Extract<Node, { is: 'struct' | 'map' }>, value: Json, path: Path): readonly string[] {
  if (value === null || (node.is === 'map' && node.loose === true && !isObject(value))) return [];
  if (!isObject(value)) return [problem(path, `expected map, got &{${goText(value)}}`)];
  const problems: string[] = [];
  for (const key of Object.keys(value)) {
    const below = [...path, `f:${key}`];
    const child = childOf(node, key);
    // Upstream stops at the first unknown field of an object.
    if (child === undefined) return [...problems, problem(below, 'field not declared in schema')];
    problems.push(...problemsOf(child, value[key] as Json, below));
  }
  return problems;
}

/** Stops at the first item that has nothing to be known by, as upstream does. */
function problemsInList(node: KeyedListNode | SetNode, value: Json, path: Path): readonly string[] {
  if (!Array.isArray(value)) return [problem(path, `expected list, got &{${goText(value)}}`)];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const known = itemElement(node, item);
    if ('problem' in known) return [...problems, problem(path, `element ${index}: ${known.problem}`)];
    const { element } = known;
    if (seen.has(element)) problems.push(problem(path, `duplicate entries for key ${pathText([element])}`));
    seen.add(element);
    const below = [...path, element];
    problems.push(...(node.is === 'set' ? problemsInLeaf(node.type, item, below) : problemsOf(node.item, item, below)));
  }
  return problems;
}

function mismatch(is: Exclude<Type['is'], 'object' | 'map' | 'list'>, value: Json): string | undefined {
  switch (is) {
    case 'raw':
      return undefined;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goText(value)}}`;
    case 'int32':
    case 'int64':
    case 'double':
      return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goTypeOf(value)}`;
    case 'string':
    case 'bytes':
      if (typeof value === 'string') return undefined;
      return `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    default:
      return typeof value === 'object' && value !== null ? `expected any scalar, got &{${goText(value)}}` : undefined;
  }
}

function problem(path: Path, what: string): string {
  return `${pathText(path)}: ${what}`;
}
