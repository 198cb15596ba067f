import type { Job } from '#kinds/job/schema.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';

interface Advice {
  readonly field: string;
  readonly message: RegExp;
  readonly hint: string;
}

const advice: readonly Advice[] = [
  {
    field: 'spec.template.spec.restartPolicy',
    message: /^Required value/,
    hint:
      'the pods of a Job must be able to end: write restartPolicy: Never (a pod that fails is replaced by a new one) or ' +
      'restartPolicy: OnFailure (its containers are started again). Always, which is the default, is for a Pod of its own ' +
      "and for a DaemonSet's template",
  },
  {
    field: 'spec.selector',
    message: /not auto-generated$/,
    hint: 'leave spec.selector out: the Job gets one that selects exactly its own pods',
  },
  {
    field: 'spec.template',
    message: /field is immutable$/,
    hint:
      'the template of a Job cannot change once it runs: delete the Job and create it anew (kubectl replace --force does ' +
      'both), or give the new one another name',
  },
  {
    field: 'spec.completions',
    message: /^Required value: when completion mode is Indexed/,
    hint: 'an Indexed Job runs one pod for each index from 0 to completions - 1: say how many with spec.completions',
  },
  {
    field: 'spec.selector',
    message: /^Required value/,
    hint:
      'a generated selector is part of the Job from its creation on: change an existing one with kubectl apply, patch or ' +
      'edit, which keep it, not by replacing it with the manifest it was created from',
  },
];

/** Our own advice on what a refused Job should say instead. `job` has been given what the client left out. */
export function jobHints(job: Job, errors: readonly FieldError[]): readonly string[] {
  const hints = errors.flatMap(({ field, message }) => {
    const found = advice.find((one) => one.field === field && one.message.test(message));
    if (found === undefined) return [];
    // A selector of one's own is a choice, and the advice about generated ones would mislead.
    if (field === 'spec.selector' && job.spec.manualSelector === true) return [];
    return [`${field}: ${found.hint}`];
  });
  return [...new Set(hints)];
}
