import { isObject } from '#base/json.ts';
import { itemsOf, propertyOf, valuesOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { checkNotNegative, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateFinalizers } from '#kinds/meta/finalizers.ts';
import { validateAnnotations, validateLabels } from '#kinds/meta/labels.ts';
import { labelProblems, oldLabelProblems, pathSegmentProblems } from '#kinds/meta/names.ts';
import { validateOwnerReferences } from '#kinds/meta/owners.ts';
import type { ObjectMeta } from '#kinds/meta/schema.ts';

type Findings = readonly FieldError[];
type Values = { readonly [key: string]: unknown };

/** Findings on objects inside a custom resource (`x-kubernetes-embedded-resource`): they say what they are, and their metadata is
 *  what metadata must be. */
export function validateEmbedded(schema: JSONSchemaProps, value: unknown, field: string): Findings {
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    if (items === undefined) return [];
    return value.flatMap((item, index) => validateEmbedded(items, item, `${field}[${index}]`));
  }
  if (!isObject(value)) return [];
  const values = valuesOf(schema);
  return [
    ...(schema['x-kubernetes-embedded-resource'] === true ? validateResource(value, field) : []),
    ...Object.entries(value).flatMap(([key, inner]) => {
      const property = propertyOf(schema, key);
      if (property !== undefined) return validateEmbedded(property, inner, below(field, key));
      return values === undefined ? [] : validateEmbedded(values, inner, `${field}[${key}]`);
    }),
  ];
}

function validateResource(object: Values, field: string): Findings {
  const { apiVersion, kind, metadata } = object;
  const at = (key: string): string => below(field, key);
  return [
    ...validateText(apiVersion, at('apiVersion'), (text) =>
      text.split('/').length > 2 ? `unexpected GroupVersion string: ${text}` : undefined,
    ),
    ...validateText(kind, at('kind'), (text) => {
      const problems = oldLabelProblems(text.toLowerCase());
      return problems.length === 0
        ? undefined
        : `may have mixed case, but should otherwise match: ${problems.join(',')}`;
    }),
    ...(isObject(metadata) ? validateMeta(metadata as ObjectMeta, at('metadata')) : []),
  ];
}

function below(field: string, key: string): string {
  return field === '' ? key : `${field}.${key}`;
}

function validateText(value: unknown, field: string, problemOf: (text: string) => string | undefined): Findings {
  if (value === undefined) return [fieldError.required(field)];
  if (typeof value !== 'string') return [fieldError.invalid(field, value, 'must be a string')];
  const problem = value === '' ? 'must not be empty' : problemOf(value);
  return problem === undefined ? [] : [fieldError.invalid(field, value, problem)];
}

/** Any name will do that can stand in a path: what the names of a kind must be is not known here. */
function validateMeta(meta: ObjectMeta, field: string): Findings {
  const { name = '', generateName = '', namespace = '', generation, finalizers } = meta;
  return [
    ...invalidEach(`${field}.generateName`, generateName, pathSegmentProblems(generateName, true)),
    ...invalidEach(`${field}.name`, name, pathSegmentProblems(name)),
    ...(namespace === '' ? [] : invalidEach(`${field}.namespace`, namespace, labelProblems(namespace))),
    ...checkNotNegative(`${field}.generation`, generation),
    ...validateLabels(meta.labels, `${field}.labels`),
    ...validateAnnotations(meta.annotations, `${field}.annotations`),
    ...validateOwnerReferences(meta.ownerReferences, `${field}.ownerReferences`),
    ...validateFinalizers(finalizers, `${field}.finalizers`),
  ];
}
