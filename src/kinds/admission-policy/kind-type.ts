import {
  boolType,
  bytesType,
  type CelTypeOf,
  doubleType,
  dynType,
  intType,
  listType,
  mapType,
  objectType,
  stringType,
  timestampType,
} from '#kinds/cel/types.ts';
import { ruleType } from '#kinds/custom-resource/validate/rule-values.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import type { ObjectType, ScalarKind, Type } from '#schema/type.ts';

const scalars: { readonly [kind in ScalarKind]: CelTypeOf } = {
  string: stringType,
  boolean: boolType,
  int32: intType,
  int64: intType,
  double: doubleType,
  bytes: bytesType,
  quantity: dynType,
  intOrString: dynType,
  time: timestampType,
  microTime: timestampType,
  raw: dynType,
};

const known = new WeakMap<ObjectType, CelTypeOf>();

/** What expressions know of objects of a kind by its schema. */
export function kindType({ schema }: ResourceDefinition): CelTypeOf {
  return schema.custom === undefined ? objectTypeOf(schema) : customType(schema.custom.published(3, ''));
}

function typeOf(type: Type): CelTypeOf {
  if (type.is === 'list') return listType(typeOf(type.item));
  if (type.is === 'map') return type.loose ? dynType : mapType(stringType, typeOf(type.value));
  if (type.is === 'object') return type.others === undefined ? objectTypeOf(type) : dynType;
  return type.is === 'choice' ? dynType : scalars[type.is];
}

/** Schemas may hold themselves: the type is known before its fields are. */
function objectTypeOf(type: ObjectType): CelTypeOf {
  const made = known.get(type);
  if (made !== undefined) return made;
  const fields = new Map<string, CelTypeOf>();
  const own = objectType(fields);
  known.set(type, own);
  for (const [name, field] of Object.entries(type.fields)) fields.set(name, typeOf(field.type));
  return own;
}

function customType(published: JSONSchemaProps): CelTypeOf {
  const type = ruleType(published, true) ?? dynType;
  return { ...type, fields: new Map([...(type.fields ?? []), ['metadata', objectTypeOf(ObjectMeta)]]) };
}
