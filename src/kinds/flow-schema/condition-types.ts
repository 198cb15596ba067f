import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

/** Findings on the types of `status.conditions` of what steers the flow of requests: each is there, and but once. */
export function validateConditionTypes(conditions: readonly { readonly type?: string }[] = []): readonly FieldError[] {
  const types = conditions.map(({ type = '' }) => type);
  return types.flatMap((type, index) => {
    const field = `status.conditions[${index}].type`;
    return [
      ...(types.indexOf(type) < index ? [fieldError.duplicate(field, type)] : []),
      ...(type === '' ? [fieldError.required(field)] : []),
    ];
  });
}
