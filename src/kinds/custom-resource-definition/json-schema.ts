import type { Json } from '#base/json.ts';
import {
  anyJson,
  boolean,
  choice,
  double,
  int64,
  list,
  listMap,
  map,
  nonzero,
  object,
  optional,
  required,
  string,
} from '#schema/build.ts';
import type { Field, Infer, ObjectType, ScalarType } from '#schema/type.ts';

const group = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

export const ExternalDocumentation = object(`${group}.ExternalDocumentation`, 'Where more is written.', {
  description: nonzero(1, string, 'What is written there.'),
  url: nonzero(2, string, 'Its address.'),
});

export const ValidationRule = object(`${group}.ValidationRule`, 'A rule in the Common Expression Language.', {
  rule: required(1, string, 'The expression; self is the value it is written at.'),
  message: nonzero(2, string, 'What to say when it is broken.'),
  messageExpression: nonzero(3, string, 'An expression that says it.'),
  reason: optional(4, string, 'The machine-readable reason of the refusal.'),
  fieldPath: nonzero(5, string, 'The field to name in the refusal.'),
  optionalOldSelf: optional(6, boolean, 'Whether it also applies when there is no old value.'),
});
export interface ValidationRule extends Infer<typeof ValidationRule> {}

/** A schema of a custom resource, or a part of one (spec: api.md section 21). */
export interface JSONSchemaProps {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly id?: string;
  readonly description?: string;
  readonly type?: string;
  readonly format?: string;
  readonly title?: string;
  readonly default?: Json;
  readonly maximum?: number;
  readonly exclusiveMaximum?: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly multipleOf?: number;
  readonly enum?: readonly Json[];
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly required?: readonly string[];
  readonly items?: JSONSchemaProps | readonly JSONSchemaProps[];
  readonly allOf?: readonly JSONSchemaProps[];
  readonly oneOf?: readonly JSONSchemaProps[];
  readonly anyOf?: readonly JSONSchemaProps[];
  readonly not?: JSONSchemaProps;
  readonly properties?: SchemasByName;
  readonly additionalProperties?: JSONSchemaProps | boolean;
  readonly patternProperties?: SchemasByName;
  readonly dependencies?: { readonly [name: string]: JSONSchemaProps | readonly string[] };
  readonly additionalItems?: JSONSchemaProps | boolean;
  readonly definitions?: SchemasByName;
  readonly externalDocs?: Infer<typeof ExternalDocumentation>;
  readonly example?: Json;
  readonly nullable?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
}

export type SchemasByName = { readonly [name: string]: JSONSchemaProps };

const plain: { [name: string]: Field } = {
  $ref: optional(3, string, 'Not supported.'),
  $schema: nonzero(2, string, 'Ignored.'),
  id: nonzero(1, string, 'Not supported.'),
  description: nonzero(4, string, 'What the value is for.'),
  type: nonzero(5, string, 'array, boolean, integer, number, object or string.'),
  format: nonzero(6, string, 'The form of a text or number, such as date-time; unknown ones are not checked.'),
  title: nonzero(7, string, 'A short name of the value.'),
  default: optional(8, anyJson, 'What stands for a value that is not given.'),
  maximum: optional(9, double, 'The largest number.'),
  exclusiveMaximum: nonzero(10, boolean, 'Whether the number must be smaller than the maximum.'),
  minimum: optional(11, double, 'The smallest number.'),
  exclusiveMinimum: nonzero(12, boolean, 'Whether the number must be larger than the minimum.'),
  maxLength: optional(13, int64, 'How many characters a text may have.'),
  minLength: optional(14, int64, 'How many characters a text must have.'),
  pattern: nonzero(15, string, 'A regular expression that a text must contain a match of.'),
  maxItems: optional(16, int64, 'How many items a list may have.'),
  minItems: optional(17, int64, 'How many items a list must have.'),
  uniqueItems: nonzero(18, boolean, 'Must be false; use x-kubernetes-list-type set.'),
  multipleOf: optional(19, double, 'What the number must be a multiple of.'),
  enum: optional(20, list(anyJson), 'The values that are allowed.'),
  maxProperties: optional(21, int64, 'How many fields an object may have.'),
  minProperties: optional(22, int64, 'How many fields an object must have.'),
  required: optional(23, list(string), 'The fields that an object must have.'),
  externalDocs: optional(35, ExternalDocumentation, 'Where more is written.'),
  example: optional(36, anyJson, 'An example of a value.'),
  nullable: nonzero(37, boolean, 'Whether null is a value; otherwise it counts as not given.'),
  'x-kubernetes-preserve-unknown-fields': optional(
    38,
    boolean,
    'Whether fields that the schema does not name are kept.',
  ),
  'x-kubernetes-embedded-resource': nonzero(39, boolean, 'Whether the value is an object with kind and metadata.'),
  'x-kubernetes-int-or-string': nonzero(40, boolean, 'Whether the value is a whole number or a text.'),
  'x-kubernetes-list-map-keys': optional(41, list(string), 'The fields that tell the items of a map list apart.'),
  'x-kubernetes-list-type': optional(42, string, 'How lists are merged: atomic, set or map.'),
  'x-kubernetes-map-type': optional(43, string, 'How objects are merged: granular or atomic.'),
  'x-kubernetes-validations': optional(44, listMap(ValidationRule, ['rule'], 'rule'), 'Rules over the value.'),
};

/** Complete only below, since a schema consists of schemas. */
const fields = { ...plain };
const type: ObjectType = object(`${group}.JSONSchemaProps`, 'What a value may be, as JSON Schema says it.', fields);

const orBool = (doc: string) => choice(`${group}.JSONSchemaPropsOrBool`, doc, type, boolean, { object: 2, other: 1 });
const orBoolDoc = 'A schema, or whether anything is allowed.';
const orArray = choice(`${group}.JSONSchemaPropsOrArray`, 'A schema, or a list of them.', type, list(type), {
  object: 1,
  other: 2,
});
const orStrings = choice(
  `${group}.JSONSchemaPropsOrStringArray`,
  'A schema, or a list of field names.',
  type,
  list(string),
  { object: 1, other: 2 },
);

Object.assign(fields, {
  items: optional(24, orArray, 'The schema of the items of a list.'),
  allOf: optional(25, list(type), 'Schemas that must all hold.'),
  oneOf: optional(26, list(type), 'Schemas of which exactly one must hold.'),
  anyOf: optional(27, list(type), 'Schemas of which at least one must hold.'),
  not: optional(28, type, 'A schema that must not hold.'),
  properties: optional(29, map(type), 'The fields of an object.'),
  additionalProperties: optional(30, orBool(orBoolDoc), 'The schema of all fields of an object that is a map.'),
  patternProperties: optional(31, map(type), 'Not supported.'),
  dependencies: optional(32, map(orStrings), 'Not supported.'),
  additionalItems: optional(33, orBool(orBoolDoc), 'Not supported.'),
  definitions: optional(34, map(type), 'Not supported.'),
});

/** The type of schemas. TypeScript cannot infer a type that contains itself, so `JSONSchemaProps` is spelt out above. */
export const JSONSchemaProps = type as unknown as ScalarType<JSONSchemaProps>;
