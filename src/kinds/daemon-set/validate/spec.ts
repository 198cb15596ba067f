import type { DaemonSetSpec } from '#kinds/daemon-set/schema.ts';
import { validateUpdateStrategy } from '#kinds/daemon-set/validate/update-strategy.ts';
import { checkNotNegative } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { LabelSelector } from '#kinds/meta/schema.ts';
import { selectorMatches, selectorOf, shownSelector, validateLabelSelector } from '#kinds/meta/selector.ts';
import { validatePodTemplate } from '#kinds/pod/validate/pod.ts';
import { isEmptySelector, mismatch } from '#kinds/workload/selector.ts';
import { validateGoesOn } from '#kinds/workload/template.ts';

type Findings = readonly FieldError[];

/** Findings on a DaemonSet's spec, after defaulting (spec: daemonset.md section 3). */
export function validateDaemonSetSpec(spec: DaemonSetSpec, field: string): Findings {
  return [
    ...validateSelector(spec, field),
    ...validatePodTemplate(spec.template, `${field}.template`),
    ...validateGoesOn(spec.template, `${field}.template`, 'DaemonSet'),
    ...checkNotNegative(`${field}.minReadySeconds`, spec.minReadySeconds),
    ...validateUpdateStrategy(spec.updateStrategy, `${field}.updateStrategy`),
    ...checkNotNegative(`${field}.revisionHistoryLimit`, spec.revisionHistoryLimit),
  ];
}

/** The selector is one, selects something, and matches the pods that will be made. */
function validateSelector({ selector, template }: DaemonSetSpec, field: string): Findings {
  const given: LabelSelector | undefined = selector;
  const unclear = validateLabelSelector(shownSelector(given), `${field}.selector`);
  if (unclear.length > 0) return unclear;
  const { labels } = template.metadata;
  const matches = selectorMatches(selectorOf(given), labels);
  return [
    ...(matches ? [] : [mismatch(labels, `${field}.template`)]),
    ...(isEmptySelector(given)
      ? [fieldError.invalid(`${field}.selector`, given, 'empty selector is invalid for daemonset')]
      : []),
  ];
}
