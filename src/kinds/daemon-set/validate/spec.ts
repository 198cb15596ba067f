import type { DaemonSetSpec } from '#kinds/daemon-set/schema.ts';
import { validateUpdateStrategy } from '#kinds/daemon-set/validate/update-strategy.ts';
import { checkNotNegative, checkOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { sortedMap } from '#kinds/meta/labels.ts';
import type { LabelSelector } from '#kinds/meta/schema.ts';
import { selectorMatches, selectorOf, shownSelector, validateLabelSelector } from '#kinds/meta/selector.ts';
import { validatePodTemplate } from '#kinds/pod/validate/pod.ts';

type Findings = readonly FieldError[];

/** Findings on a DaemonSet's spec, after defaulting (spec: daemonset.md section 3). */
export function validateDaemonSetSpec(spec: DaemonSetSpec, field: string): Findings {
  return [
    ...validateSelector(spec, field),
    ...validatePodTemplate(spec.template, `${field}.template`),
    ...validatePodsGoOn(spec, `${field}.template.spec`),
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
  const shownLabels = labels === undefined ? undefined : sortedMap(labels);
  const at = `${field}.template.metadata.labels`;
  return [
    ...(matches ? [] : [fieldError.invalid(at, shownLabels, '`selector` does not match template `labels`')]),
    ...(isEmpty(given)
      ? [fieldError.invalid(`${field}.selector`, given, 'empty selector is invalid for daemonset')]
      : []),
  ];
}

function isEmpty(selector: LabelSelector | undefined): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

/** A daemon's pod never ends by itself. */
function validatePodsGoOn({ template }: DaemonSetSpec, field: string): Findings {
  const { restartPolicy = '', activeDeadlineSeconds } = template.spec;
  const text = 'activeDeadlineSeconds in DaemonSet is not Supported';
  return [
    ...checkOneOf(`${field}.restartPolicy`, restartPolicy, ['Always']),
    ...(activeDeadlineSeconds === undefined ? [] : [fieldError.forbidden(`${field}.activeDeadlineSeconds`, text)]),
  ];
}
