import { findField } from '#kinds/custom-resource/field-path.ts';
import type { CustomResourceDefinitionVersion } from '#kinds/custom-resource-definition/schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

const fieldsMax = 8;
const selectableTypes = ['string', 'boolean', 'integer'];

/** Findings on the fields that selectors may name: scalars of the schema, each once. */
export function validateSelectableFields(
  { schema, selectableFields = [] }: CustomResourceDefinitionVersion,
  field: string,
): readonly FieldError[] {
  const root = schema?.openAPIV3Schema;
  if (root === undefined) return [];
  const seen = new Set<string>();
  const errors = selectableFields.flatMap(({ jsonPath }, index) => {
    const at = `${field}[${index}].jsonPath`;
    if (jsonPath === '') return [fieldError.required(at)];
    const target = findField(root, jsonPath, false);
    if (typeof target === 'string') return [fieldError.invalid(at, jsonPath, `is an invalid path: ${target}`)];
    const found: FieldError[] = [];
    if (target.path.split('.')[0] === 'metadata')
      found.push(fieldError.invalid(at, jsonPath, 'must not point to fields in metadata'));
    if (!selectableTypes.includes(target.schema?.type ?? '')) {
      const detail =
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';
      found.push(fieldError.invalid(at, jsonPath, detail));
    }
    if (seen.has(jsonPath)) found.push(fieldError.duplicate(at, jsonPath));
    seen.add(jsonPath);
    return found;
  });
  return seen.size > fieldsMax ? [...errors, fieldError.tooMany(field, seen.size, fieldsMax)] : errors;
}
