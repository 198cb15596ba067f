import type { JobSpec } from '#kinds/job/schema.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';

interface Advice {
  /** Below the spec. */
  readonly field: string;
  readonly message: RegExp;
  readonly hint: string;
}

const advice: readonly Advice[] = [
  {
    field: '.template.spec.restartPolicy',
    message: /^Required value/,
    hint:
      'the pods of a Job must be able to end: write restartPolicy: Never (a pod that fails is replaced by a new one) or ' +
      'restartPolicy: OnFailure (its containers are started again). Always, which is the default, is for a Pod of its own ' +
      "and for a DaemonSet's template",
  },
  {
    field: '.selector',
    message: /auto-generated$/,
    hint: 'leave spec.selector out: the Job gets one that selects exactly its own pods',
  },
  {
    field: '.template',
    message: /field is immutable$/,
    hint:
      'the template of a Job cannot change once it runs: delete the Job and create it anew (kubectl replace --force does ' +
      'both), or give the new one another name',
  },
  {
    field: '.completions',
    message: /^Required value: when completion mode is Indexed/,
    hint: 'an Indexed Job runs one pod for each index from 0 to completions - 1: say how many with spec.completions',
  },
  {
    field: '.selector',
    message: /^Required value/,
    hint:
      'a generated selector is part of the Job from its creation on: change an existing one with kubectl apply, patch or ' +
      'edit, which keep it, not by replacing it with the manifest it was created from',
  },
];

/** Our own advice on what a refused Job should say instead. `spec` has been given what the client left out, and stands at
 *  `field`. */
export function jobHints(spec: JobSpec, errors: readonly FieldError[], field: string): readonly string[] {
  const hints = errors.flatMap((error) => {
    const found = advice.find((one) => error.field === field + one.field && one.message.test(error.message));
    if (found === undefined) return [];
    // A selector of one's own is a choice, and the advice about generated ones would mislead.
    if (found.field === '.selector' && spec.manualSelector === true) return [];
    return [`${error.field}: ${found.hint}`];
  });
  return [...new Set(hints)];
}
