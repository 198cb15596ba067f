import type { Json, JsonObject } from '#base/json.ts';
import { anyJson } from '#schema/build.ts';
import type { ChoiceType, Field, ListMerge, ObjectType, ScalarType, Type } from '#schema/type.ts';

/** What differs between the versions of OpenAPI. */
export interface Dialect {
  /** The start of a reference to a definition. */
  readonly definitions: string;
  /** Whether zero values are told as defaults, and a reference with other words beside it is wrapped in `allOf`. */
  readonly isThree: boolean;
}

export type Definitions = { readonly [name: string]: JsonObject };

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const definitionNames = {
  time: `${meta}.Time`,
  microTime: `${meta}.MicroTime`,
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
} as const;
const dateTime = { type: 'string', format: 'date-time' };

/** The definitions of `roots` and of all they refer to, sorted by name (spec: api.md section 3.3). */
export function definitionsOf(roots: readonly ObjectType[], dialect: Dialect): Definitions {
  const found = new Map<string, JsonObject>();
  const queue: Type[] = [...roots];
  for (let type = queue.pop(); type !== undefined; type = queue.pop()) {
    if (type.is === 'list') queue.push(type.item);
    else if (type.is === 'map') queue.push(type.value);
    else {
      const name = definitionName(type);
      if (name === undefined || found.has(name)) continue;
      found.set(name, definitionSchema(type, dialect));
      if (type.is === 'object') queue.push(...Object.values(type.fields).map((field) => field.type));
      if (type.is === 'choice') queue.push(type.object, type.other);
    }
  }
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The name under which a type is published, undefined for those written out in place. */
function definitionName(type: Type): string | undefined {
  switch (type.is) {
    case 'object':
      // Objects inside those that users define have no name.
      return type.name === '' ? undefined : type.name;
    case 'choice':
      return type.name;
    case 'time':
    case 'microTime':
    case 'quantity':
    case 'intOrString':
      return definitionNames[type.is];
    case 'raw':
      return type.definition;
    default:
      return undefined;
  }
}

type Defined = ObjectType | ChoiceType | ScalarType<unknown>;

function definitionSchema(type: Defined, dialect: Dialect): JsonObject {
  switch (type.is) {
    case 'object':
      return type.custom?.published(dialect.isThree ? 3 : 2, dialect.definitions) ?? objectSchema(type, dialect);
    case 'choice':
      return { description: type.doc };
    default:
      return specialSchema(type, dialect);
  }
}

/** The leaves that are definitions of their own. */
function specialSchema(type: ScalarType<unknown>, dialect: Dialect): JsonObject {
  switch (type.is) {
    case 'quantity': {
      const description = 'An exact amount such as 500m, 2 or 1.5Gi: a number with a decimal or binary suffix.';
      return dialect.isThree
        ? { description, oneOf: [{ type: 'string' }, { type: 'number' }] }
        : { description, type: 'string' };
    }
    case 'intOrString': {
      const description = 'A whole number, or a text such as a name or a percentage.';
      const format = 'int-or-string';
      return dialect.isThree
        ? { description, format, oneOf: [{ type: 'integer' }, { type: 'string' }] }
        : { description, type: 'string', format };
    }
    case 'microTime':
      return { description: 'A point in time in RFC 3339 with six fraction digits.', ...dateTime };
    case 'time':
      return { description: 'A point in time in RFC 3339, to the second.', ...dateTime };
    default:
      if (type === anyJson) return { description: 'Anything JSON can say.' };
      return { description: 'Any JSON object.', type: 'object' };
  }
}

function objectSchema(type: ObjectType, dialect: Dialect): JsonObject {
  const fields = Object.entries(type.fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const required = fields.filter(([, field]) => field.presence === 'required').map(([name]) => name);
  return {
    ...(type.doc === '' ? {} : { description: type.doc }),
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    ...(fields.length === 0
      ? {}
      : { properties: Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field, dialect)])) }),
    ...(type.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(type.unions === undefined ? {} : { 'x-kubernetes-unions': type.unions.map(unionMark) }),
  };
}

function unionMark(union: NonNullable<ObjectType['unions']>[number]): JsonObject {
  const { discriminator, fields } = union;
  return { ...(discriminator === undefined ? {} : { discriminator }), 'fields-to-discriminateBy': { ...fields } };
}

function fieldSchema(field: Field, dialect: Dialect): JsonObject {
  const words = {
    ...(field.doc === '' ? {} : { description: field.doc }),
    ...defaultOf(field, dialect),
  };
  const enumeration = field.options.values === undefined ? {} : { enum: field.options.values.toSorted() };
  return { ...typeSchema(field.type, dialect, words), ...enumeration, ...mergeMarks(field) };
}

/** The schema of a type in place, with the `words` that stand beside it. */
function typeSchema(type: Type, dialect: Dialect, words: JsonObject): JsonObject {
  const name = definitionName(type);
  if (name !== undefined) {
    const reference = { $ref: `${dialect.definitions}${name}` };
    if (Object.keys(words).length === 0) return reference;
    return dialect.isThree ? { allOf: [reference], ...words } : { ...words, ...reference };
  }
  switch (type.is) {
    case 'list':
      return { ...words, type: 'array', items: elementSchema(type.item, dialect) };
    case 'map':
      return { ...words, type: 'object', additionalProperties: elementSchema(type.value, dialect) };
    case 'boolean':
      return { ...words, type: 'boolean' };
    case 'int32':
    case 'int64':
      return { ...words, type: 'integer', format: type.is };
    case 'double':
      return { ...words, type: 'number', format: 'double' };
    case 'bytes':
      return { ...words, type: 'string', format: 'byte' };
    default:
      return { ...words, type: 'string' };
  }
}

function elementSchema(type: Type, dialect: Dialect): JsonObject {
  const zero = dialect.isThree ? zeroDefault(type) : undefined;
  return typeSchema(type, dialect, zero === undefined ? {} : { default: zero });
}

function defaultOf(field: Field, dialect: Dialect): JsonObject {
  if (field.options.default !== undefined) return { default: field.options.default };
  const isWritten = field.presence === 'required' || field.presence === 'always';
  const isPlain = isWritten && field.options.nullable !== true;
  const isShown = dialect.isThree && field.proto > 0 && (isPlain || field.options.zeroDefault === true);
  const zero = isShown ? zeroDefault(field.type) : undefined;
  return zero === undefined ? {} : { default: zero };
}

/** What Go's zero value of a type looks like; types with a definition of their own have none. */
function zeroDefault(type: Type): Json | undefined {
  switch (type.is) {
    case 'object':
      return {};
    case 'string':
      return '';
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'double':
      return 0;
    default:
      return undefined;
  }
}

function mergeMarks(field: Field): JsonObject {
  const { type, options } = field;
  if (type.is === 'list') return listMarks(type.merge);
  const isAtomic = options.atomic === true || (type.is === 'map' && type.atomic);
  return {
    ...(isAtomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(options.granular === true ? { 'x-kubernetes-map-type': 'granular' } : {}),
    ...(options.retainKeys === true ? { 'x-kubernetes-patch-strategy': 'retainKeys' } : {}),
    ...(options.replaced === true ? { 'x-kubernetes-patch-strategy': 'replace' } : {}),
  };
}

function listMarks({ apply, patch }: ListMerge): JsonObject {
  return {
    ...(apply.as === 'map' ? { 'x-kubernetes-list-map-keys': [...apply.keys] } : {}),
    'x-kubernetes-list-type': apply.as,
    ...(patch.as === 'merge' && patch.key !== undefined ? { 'x-kubernetes-patch-merge-key': patch.key } : {}),
    ...(patch.as === 'merge'
      ? { 'x-kubernetes-patch-strategy': patch.retainKeys === true ? 'merge,retainKeys' : 'merge' }
      : {}),
  };
}
