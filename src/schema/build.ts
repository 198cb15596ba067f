import type { Json } from '#base/json.ts';
import type {
  ChoiceType,
  Field,
  FieldOptions,
  Fields,
  ListMerge,
  ListType,
  MapType,
  ObjectType,
  ScalarType,
  Type,
  Union,
} from '#schema/type.ts';

export const string: ScalarType<string> = { is: 'string' };
export const boolean: ScalarType<boolean> = { is: 'boolean' };
export const int32: ScalarType<number> = { is: 'int32' };
export const int64: ScalarType<number> = { is: 'int64' };
export const double: ScalarType<number> = { is: 'double' };
export const bytes: ScalarType<string> = { is: 'bytes' };
export const quantity: ScalarType<string> = { is: 'quantity' };
export const intOrString: ScalarType<number | string> = { is: 'intOrString' };
export const time: ScalarType<string> = { is: 'time' };
export const microTime: ScalarType<string> = { is: 'microTime' };
/** A time that is written as null while it is not known; for fields that are always there. */
export const timeOrNull: ScalarType<string | null> = { is: 'time' };
export const microTimeOrNull: ScalarType<string | null> = { is: 'microTime' };
/** An object of any kind. */
export const raw: ScalarType<Json> = { is: 'raw', definition: 'io.k8s.apimachinery.pkg.runtime.RawExtension' };
/** Anything JSON can say. */
export const anyJson: ScalarType<Json> = {
  is: 'raw',
  definition: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON',
};
/** The set of fields that a manager owns. */
export const fieldsV1: ScalarType<Json> = {
  is: 'raw',
  definition: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
};

const atomic: ListMerge = { apply: { as: 'atomic' }, patch: { as: 'replace' } };

/** A list; `merge` says how two versions of it are brought together (replaced as a whole unless said). */
export function list<Item extends Type>(item: Item, merge: ListMerge = atomic): ListType<Item> {
  return { is: 'list', item, merge };
}

/** A list whose elements are told apart by `keys`, for server-side apply; strategic merge patch uses `patchKey`, or
 *  replaces the list when there is none. */
export function listMap<Item extends Type>(item: Item, keys: readonly string[], patchKey?: string): ListType<Item> {
  const patch: ListMerge['patch'] = patchKey === undefined ? { as: 'replace' } : { as: 'merge', key: patchKey };
  return { is: 'list', item, merge: { apply: { as: 'map', keys }, patch } };
}

/** A list of unlike scalars; `patch: 'merge'` when strategic merge patch unites instead of replacing. */
export function listSet<Item extends Type>(item: Item, patch: 'merge' | 'replace' = 'replace'): ListType<Item> {
  return { is: 'list', item, merge: { apply: { as: 'set' }, patch: { as: patch } } };
}

/** Text keys to values of one type. */
export function map<Value extends Type>(value: Value, options: { atomic?: true } = {}): MapType<Value> {
  return { is: 'map', value, atomic: options.atomic ?? false };
}

/** A structure with a published definition name. */
export function object<F extends Fields>(
  name: string,
  doc: string,
  fields: F,
  options: { atomic?: true; unions?: readonly Union[] } = {},
): ObjectType<F> {
  const { atomic = false, unions } = options;
  return { is: 'object', name, doc, fields, atomic, ...(unions === undefined ? {} : { unions }) };
}

/** An object, or else a value of another type; `proto` has the numbers of the two in the protobuf message that holds it. */
export function choice(
  name: string,
  doc: string,
  object: ObjectType,
  other: Type,
  proto: ChoiceType['proto'],
): ChoiceType {
  return { is: 'choice', name, doc, object, other, proto };
}

/** A field the client must give. `proto` is its protobuf number. */
export function required<T extends Type>(
  proto: number,
  type: T,
  doc = '',
  options: FieldOptions = {},
): Field<T, 'required'> {
  return { proto, presence: 'required', type, doc, options };
}

/** A field that is written even when the client left it out. */
export function always<T extends Type>(
  proto: number,
  type: T,
  doc = '',
  options: FieldOptions = {},
): Field<T, 'always'> {
  return { proto, presence: 'always', type, doc, options };
}

/** A field that is there when set; zero and false are values like any other. */
export function optional<T extends Type>(
  proto: number,
  type: T,
  doc = '',
  options: FieldOptions = {},
): Field<T, 'optional'> {
  return { proto, presence: 'optional', type, doc, options };
}

/** A plain scalar whose zero means "not set". */
export function nonzero<T extends Type>(
  proto: number,
  type: T,
  doc = '',
  options: FieldOptions = {},
): Field<T, 'nonzero'> {
  return { proto, presence: 'nonzero', type, doc, options };
}

/** Fields that stand side by side with the others in JSON but in protobuf inside an embedded message, number `proto`. */
export function embedded<F extends Fields>(proto: number, fields: F): F {
  const inside = ([name, field]: [string, Field]) => [
    name,
    { ...field, options: { ...field.options, embedded: [proto, ...(field.options.embedded ?? [])] } },
  ];
  return Object.fromEntries(Object.entries(fields).map(inside)) as F;
}
