import { checkOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';

/** Findings on the template of pods that never end by themselves. `kind` is what makes the pods. */
export function validateGoesOn({ spec }: PodTemplateSpec, field: string, kind: string): readonly FieldError[] {
  const { restartPolicy = '', activeDeadlineSeconds } = spec;
  const at = `${field}.spec.activeDeadlineSeconds`;
  return [
    ...checkOneOf(`${field}.spec.restartPolicy`, restartPolicy, ['Always']),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [fieldError.forbidden(at, `activeDeadlineSeconds in ${kind} is not Supported`)]),
  ];
}
