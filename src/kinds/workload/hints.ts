import type { FieldError } from '#kinds/meta/field-error.ts';
import { mountHints } from '#kinds/pod/hints.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';

export interface Advice {
  readonly field: string;
  readonly message: RegExp;
  readonly hint: string;
}

/** Our own advice on what a refused object should say instead that selects pods and makes them from a template. `kind` is what it is,
 *  `own` is advice on fields that others of its like do not have. */
export function selectingHints(
  kind: string,
  template: PodTemplateSpec,
  errors: readonly FieldError[],
  own: readonly Advice[] = [],
): readonly string[] {
  const advice = [...adviceOn(kind, template), ...own];
  const hints = errors.flatMap(({ field, message }) => {
    const found = advice.find((one) => one.field === field && one.message.test(message));
    return found === undefined ? [] : [`${field}: ${found.hint}`];
  });
  return [...new Set(hints), ...mountHints(template.spec, errors, 'spec.template.spec')];
}

function adviceOn(kind: string, { metadata: { labels } }: PodTemplateSpec): readonly Advice[] {
  const matchLabels = JSON.stringify(labels);
  return [
    {
      field: 'spec.template.metadata.labels',
      message: /does not match template/,
      hint:
        labels === undefined
          ? 'give the template the labels that spec.selector asks for'
          : `the set finds its pods by these labels: write spec.selector: {"matchLabels": ${matchLabels}}, or some of them`,
    },
    {
      field: 'spec.selector',
      message: /empty selector/,
      hint: "write spec.selector.matchLabels with one or more of the template's labels",
    },
    {
      field: 'spec.selector',
      message: /field is immutable$/,
      hint:
        `the selector of a ${kind} stays what it is: delete the set (kubectl delete --cascade=orphan keeps its pods) and ` +
        'create it anew',
    },
  ];
}
