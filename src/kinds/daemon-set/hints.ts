import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';

interface Advice {
  readonly field: string;
  readonly message: RegExp;
  readonly hint: (daemonSet: DaemonSet) => string;
}

const advice: readonly Advice[] = [
  {
    field: 'spec.template.metadata.labels',
    message: /does not match template/,
    hint: ({ spec }) => {
      const { labels } = spec.template.metadata;
      if (labels === undefined) return 'give the template the labels that spec.selector asks for';
      const matchLabels = JSON.stringify(labels);
      return `the set finds its pods by these labels: write spec.selector: {"matchLabels": ${matchLabels}}, or some of them`;
    },
  },
  {
    field: 'spec.selector',
    message: /empty selector/,
    hint: () => "write spec.selector.matchLabels with one or more of the template's labels",
  },
  {
    field: 'spec.selector',
    message: /field is immutable$/,
    hint: () =>
      'the selector of a DaemonSet stays what it is: delete the set (kubectl delete --cascade=orphan keeps its pods) and ' +
      'create it anew',
  },
  {
    field: 'spec.template.spec.restartPolicy',
    message: /^Unsupported value/,
    hint: () =>
      "a daemon's containers are always started again: leave restartPolicy out, or use a Job for work that comes to an end",
  },
  {
    field: 'spec.updateStrategy.rollingUpdate.maxSurge',
    message: /may not be set/,
    hint: () => 'maxUnavailable is 1 unless given: write maxUnavailable: 0 next to maxSurge',
  },
];

/** Our own advice on what a refused DaemonSet should say instead. */
export function daemonSetHints(daemonSet: DaemonSet, errors: readonly FieldError[]): readonly string[] {
  const hints = errors.flatMap(({ field, message }) => {
    const found = advice.find((one) => one.field === field && one.message.test(message));
    return found === undefined ? [] : [`${field}: ${found.hint(daemonSet)}`];
  });
  return [...new Set(hints)];
}
