import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { RequestContext } from './api.ts';

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

/** Says what upstream says about an object that is created, or changed from `old`. */
export function warnOf(
  { rules }: ResourceDefinition,
  object: KubeObject,
  old: KubeObject | undefined,
  context: RequestContext,
): void {
  for (const text of rules.warnings?.(object, old) ?? []) context.warn(text);
}

/** Says what we have to say about an object that is taken, to people. */
export function noteOf(
  { rules }: ResourceDefinition,
  object: KubeObject,
  old: KubeObject | undefined,
  context: RequestContext,
): void {
  if (context.note === undefined) return;
  for (const text of rules.notes?.(object, old) ?? []) context.note(text);
}
