import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

/** Throws Invalid if there are findings, with the kind's own advice beside it. */
export function refuseInvalid(
  definition: ResourceDefinition,
  object: KubeObject,
  findings: readonly FieldError[],
): void {
  if (findings.length === 0) return;
  const hints = definition.rules.hints?.(object, findings) ?? [];
  throw apiErrors.invalid(definition, object.metadata.name ?? '', findings, hints);
}
