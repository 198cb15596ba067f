import { isObject } from '#base/json.ts';
import { validateEmbedded } from '#kinds/custom-resource/validate/embedded.ts';
import { validateListTypes } from '#kinds/custom-resource/validate/list-types.ts';
import { findingsMax } from '#kinds/custom-resource/validate/result.ts';
import { hasRules, validateRules } from '#kinds/custom-resource/validate/rules.ts';
import { validateValue } from '#kinds/custom-resource/validate/value.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import type { CustomResourceSubresourceScale } from '#kinds/custom-resource-definition/schema.ts';
import { type FieldError, type FieldErrorType, fieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

type Findings = readonly FieldError[];

/** Findings on an object of a custom resource, metadata aside, each once; where `old` is given, on what changed of it. */
export function validateCustomResource(
  schema: JSONSchemaProps,
  scale: CustomResourceSubresourceScale | undefined,
  object: KubeObject,
  old?: KubeObject,
): Findings {
  const found = [
    ...validateValue(schema, object, { base: undefined, path: '' }, old).errors,
    ...notFoundBefore(validateEmbedded(schema, object, ''), old, (before) => validateEmbedded(schema, before, '')),
    ...notFoundBefore(validateListTypes(schema, object, ''), old, (before) => validateListTypes(schema, before, '')),
    ...(scale === undefined ? [] : validateScale(scale, object)),
  ];
  const isBlocked = found.some(({ type }) => blocking.has(type));
  const ruled = hasRules(schema) ? (isBlocked ? [unchecked] : validateRules(schema, object, old)) : [];
  const findings = new Map([...found, ...ruled].map((error) => [`${error.field}: ${error.message}`, error]));
  return [...findings.values()].slice(0, findingsMax);
}

/** Findings after which rules would compute with values that they do not expect. */
const blocking: ReadonlySet<FieldErrorType> = new Set<FieldErrorType>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const unchecked = fieldError.invalid(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

/** What was wrong already is let through, as long as it is not made worse. */
function notFoundBefore(
  findings: Findings,
  old: KubeObject | undefined,
  findingsOn: (old: KubeObject) => Findings,
): Findings {
  if (findings.length === 0 || old === undefined) return findings;
  const known = new Set(findingsOn(old).map(({ field, message }) => `${field}: ${message}`));
  return findings.filter(({ field, message }) => !known.has(`${field}: ${message}`));
}

const replicasMax = 2 ** 31 - 1;

/** The numbers that `/scale` shows must be such numbers. Findings name the path as the definition has it, dot and all. */
function validateScale(scale: CustomResourceSubresourceScale, object: KubeObject): Findings {
  return [scale.specReplicasPath, scale.statusReplicasPath].flatMap((path) => {
    const value = valueAt(object, path);
    if (typeof value !== 'number') return [];
    if (value < 0) return [fieldError.invalid(path, value, 'should be a non-negative integer')];
    return value > replicasMax
      ? [fieldError.invalid(path, value, `should be less than or equal to ${replicasMax}`)]
      : [];
  });
}

function valueAt(object: KubeObject, path: string): unknown {
  return path
    .split('.')
    .slice(1)
    .reduce<unknown>(
      (value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined),
      object,
    );
}
