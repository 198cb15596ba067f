import { isObject } from '#base/json.ts';
import { itemsOf, propertyOf, valuesOf } from '#kinds/custom-resource/read.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateAnnotations, validateLabels } from '#kinds/meta/labels.ts';
import { oldLabelProblems, subdomainProblems } from '#kinds/meta/names.ts';
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
      if (property !== undefined) return validateEmbedded(property, inner, field === '' ? key : `${field}.${key}`);
      return values === undefined ? [] : validateEmbedded(values, inner, `${field}[${key}]`);
    }),
  ];
}

function validateResource(object: Values, field: string): Findings {
  const text = (key: string): string => (typeof object[key] === 'string' ? (object[key] as string) : '');
  const [kind, apiVersion] = [text('kind'), text('apiVersion')];
  const kindProblems = kind === '' ? [] : oldLabelProblems(kind.toLowerCase());
  return [
    ...(apiVersion === '' ? [fieldError.required(`${field}.apiVersion`, 'must not be empty')] : []),
    ...(apiVersion.split('/').length > 2
      ? [fieldError.invalid(`${field}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
      : []),
    ...(kind === '' ? [fieldError.required(`${field}.kind`, 'must not be empty')] : []),
    ...(kindProblems.length === 0
      ? []
      : [
          fieldError.invalid(
            `${field}.kind`,
            kind,
            `may have mixed case, but should otherwise match: ${kindProblems.join(',')}`,
          ),
        ]),
    ...(isObject(object.metadata) ? validateMeta(object.metadata as ObjectMeta, `${field}.metadata`) : []),
  ];
}

function validateMeta({ name = '', generateName = '', labels, annotations }: ObjectMeta, field: string): Findings {
  const named = (key: string, text: string, prefix: boolean): Findings =>
    text === ''
      ? []
      : subdomainProblems(text, prefix).map((problem) => fieldError.invalid(`${field}.${key}`, text, problem));
  return [
    ...named('generateName', generateName, true),
    ...named('name', name, false),
    ...validateLabels(labels, `${field}.labels`),
    ...validateAnnotations(annotations, `${field}.annotations`),
  ];
}
