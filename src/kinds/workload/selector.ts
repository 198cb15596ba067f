import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { type StringMap, sortedMap } from '#kinds/meta/labels.ts';
import type { LabelSelector } from '#kinds/meta/schema.ts';
import { selectorMatches, selectorOf, shownSelector, validateLabelSelector } from '#kinds/meta/selector.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';

type Findings = readonly FieldError[];

export interface SelectorTexts {
  /** Said of a selector that selects everything. */
  readonly empty: string;
  /** Said once more of a selector in which something is wrong. */
  readonly unclear: string;
}

/** Findings on the selector of what keeps up a number of pods: it is there, selects something, and matches the pods that would be
 *  made. `ofTemplate` are the other findings on the template, which nobody looks at while the selector cannot be read. */
export function validateSelector(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec,
  field: string,
  texts: SelectorTexts,
  ofTemplate: () => Findings,
): Findings {
  const at = `${field}.selector`;
  const unclear = validateLabelSelector(shownSelector(selector), at);
  const found = [
    ...(selector === undefined ? [fieldError.required(at)] : unclear),
    ...(isEmptySelector(selector) ? [fieldError.invalid(at, selector, texts.empty)] : []),
  ];
  if (unclear.length > 0) return [...found, fieldError.invalid(at, shownSelector(selector), texts.unclear)];
  const matches = selectorMatches(selectorOf(selector), template.metadata.labels);
  return [...found, ...(matches ? [] : [mismatch(template.metadata.labels, `${field}.template`)]), ...ofTemplate()];
}

/** The template makes pods that the selector would not find. */
export function mismatch(labels: StringMap | undefined, field: string): FieldError {
  const shownLabels = labels === undefined ? undefined : sortedMap(labels);
  return fieldError.invalid(`${field}.metadata.labels`, shownLabels, '`selector` does not match template `labels`');
}

/** Whether a selector is there and selects everything. */
export function isEmptySelector(selector: LabelSelector | undefined): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}
