import { jsonEqual } from '#base/json.ts';
import { controllerUidLabel, jobNameLabel } from '#kinds/job/labels.ts';
import type { Job, JobSpec } from '#kinds/job/schema.ts';
import { validateJobContent } from '#kinds/job/validate/job.ts';
import { validateJobSpec } from '#kinds/job/validate/spec.ts';
import { checkImmutable, immutableText, internally } from '#kinds/meta/checks.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { shownSelector } from '#kinds/meta/selector.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import type { Affinity } from '#kinds/pod/schema/scheduling.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

type Findings = readonly FieldError[];

/** Findings on a change of a Job (spec: job.md sections 4.3 and 5.3). The spec is checked twice, as upstream does: clients see
 *  each cause as often. */
export function validateJobUpdate(job: Job, old: Job): Findings {
  const oldLabels = old.spec.template.metadata.labels ?? {};
  const prefixed = [controllerUidLabel, jobNameLabel];
  const needed = prefixed.every((label) => oldLabels[label] !== undefined) ? prefixed : [];
  return [
    ...validateJobContent(job, needed),
    ...validateJobSpec(job.spec, 'spec'),
    ...validateCompletions(job.spec, old.spec),
    ...checkImmutable('spec.selector', job.spec.selector, old.spec.selector, shownSelector(job.spec.selector)),
    ...validateTemplate(job, old),
    ...checkImmutable('spec.completionMode', job.spec.completionMode, old.spec.completionMode),
    ...checkPolicy('podFailurePolicy', job.spec, old.spec),
    ...checkImmutable('spec.backoffLimitPerIndex', job.spec.backoffLimitPerIndex, old.spec.backoffLimitPerIndex),
    ...checkImmutable('spec.managedBy', job.spec.managedBy, old.spec.managedBy),
    ...checkPolicy('successPolicy', job.spec, old.spec),
  ];
}

function checkPolicy(name: 'podFailurePolicy' | 'successPolicy', spec: JobSpec, old: JobSpec): Findings {
  const policy = spec[name];
  return checkImmutable(
    `spec.${name}`,
    policy,
    old[name],
    policy === undefined ? undefined : (internally(policy) as never),
  );
}

/** An Indexed Job may be made longer or shorter together with its parallelism. */
function validateCompletions(spec: JobSpec, old: JobSpec): Findings {
  const field = 'spec.completions';
  const { completions, parallelism } = spec;
  if (spec.completionMode !== 'Indexed') return checkImmutable(field, completions, old.completions);
  if (completions === old.completions || completions === undefined || completions === parallelism) return [];
  return [fieldError.invalid(field, completions, 'can only be modified in tandem with spec.parallelism')];
}

function validateTemplate(job: Job, old: Job): Findings {
  const open = isOpenForChange(old);
  const { template } = job.spec;
  const before = old.spec.template;
  if (jsonEqual(open ? withOldDirectives(template, before) : template, before)) return [];
  const field = open ? 'spec.template.spec' : 'spec.template';
  return [fieldError.invalid(field, internally(template), immutableText)];
}

/** Whether nothing of a suspended Job runs any more, or has begun to: queues may then still say where its pods go. */
function isOpenForChange({ spec, status }: Job): boolean {
  const idle = status.startTime === undefined || isConditionTrue(status.conditions, 'Suspended');
  return spec.suspend === true && idle && (status.active ?? 0) === 0;
}

/** `template`, in which everything that may change while a Job is suspended is as in `old`. */
function withOldDirectives(template: PodTemplateSpec, old: PodTemplateSpec): PodTemplateSpec {
  const { nodeSelector, tolerations, schedulingGates, affinity, initContainers, ...spec } = template.spec;
  const { containers } = spec;
  const before = old.spec;
  const kept: Partial<PodSpec> = {
    ...(before.nodeSelector === undefined ? {} : { nodeSelector: before.nodeSelector }),
    ...(before.tolerations === undefined ? {} : { tolerations: before.tolerations }),
    ...(before.schedulingGates === undefined ? {} : { schedulingGates: before.schedulingGates }),
    ...withOldNodeAffinity(affinity, before.affinity),
    ...(initContainers === undefined
      ? {}
      : { initContainers: withOldResources(initContainers, before.initContainers) }),
  };
  return {
    metadata: old.metadata,
    spec: { ...spec, ...kept, containers: withOldResources(containers, before.containers) },
  };
}

function withOldNodeAffinity(affinity: Affinity | undefined, old: Affinity | undefined): { affinity?: Affinity } {
  const { nodeAffinity: _changed, ...others } = affinity ?? {};
  const kept = { ...others, ...(old?.nodeAffinity === undefined ? {} : { nodeAffinity: old.nodeAffinity }) };
  // An affinity that is there but empty is left as it was: only its node part may come and go.
  return Object.keys(kept).length === 0 && old === undefined ? {} : { affinity: kept };
}

function withOldResources(
  containers: readonly Container[],
  old: readonly Container[] | undefined,
): readonly Container[] {
  return containers.map((container, index) => {
    const before = old?.[index];
    return before?.name === container.name ? { ...container, resources: before.resources } : container;
  });
}
