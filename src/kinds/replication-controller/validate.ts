import { checkNotNegative } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import { validatePodTemplate } from '#kinds/pod/validate/pod.ts';
import type { ReplicationController, ReplicationControllerSpec } from '#kinds/replication-controller/schema.ts';
import { mismatch } from '#kinds/workload/selector.ts';
import { validateGoesOn } from '#kinds/workload/template.ts';

type Findings = readonly FieldError[];

/** Findings on a ReplicationController, new or changed. */
export function validateReplicationController({ spec }: ReplicationController): Findings {
  return validateControllerSpec(spec, 'spec');
}

function validateControllerSpec(spec: ReplicationControllerSpec, field: string): Findings {
  const { replicas, minReadySeconds, selector = {} } = spec;
  return [
    ...checkNotNegative(`${field}.minReadySeconds`, minReadySeconds),
    ...(Object.keys(selector).length === 0 ? [fieldError.required(`${field}.selector`)] : []),
    ...checkNotNegative(`${field}.replicas`, replicas),
    ...validateTemplate(spec, `${field}.template`),
  ];
}

function validateTemplate({ selector = {}, template }: ReplicationControllerSpec, field: string): Findings {
  if (template === undefined) return [fieldError.required(field)];
  const matches = selectorMatches(selectorOf({ matchLabels: selector }), template.metadata.labels);
  return [
    ...(matches ? [] : [mismatch(template.metadata.labels, field)]),
    ...validatePodTemplate(template, field),
    ...validateGoesOn(template, field, 'ReplicationController'),
  ];
}
