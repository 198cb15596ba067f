import type {
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
} from '#kinds/job/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';

/** What a Job's policy says about one failed pod. `count` without a rule is what no policy says. */
export type Verdict =
  | { readonly action: 'fail-job'; readonly message: string }
  | { readonly action: 'fail-index' }
  | { readonly action: 'ignore' }
  | { readonly action: 'count'; readonly ruled: boolean };

/** The first rule that matches decides (spec: job.md section 6.13). Rules with an action or operator from a newer version do
 *  not match. */
export function verdictOn(pod: Pod, policy: PodFailurePolicy | undefined): Verdict {
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const verdict = apply(rule, index, pod);
    if (verdict !== undefined) return verdict;
  }
  return { action: 'count', ruled: false };
}

function apply(rule: PodFailurePolicyRule, index: number, pod: Pod): Verdict | undefined {
  const cause = matchOf(rule, pod);
  if (cause === undefined) return undefined;
  switch (rule.action) {
    case 'FailJob':
      return { action: 'fail-job', message: `${cause} matching FailJob rule at index ${index}` };
    case 'FailIndex':
      return { action: 'fail-index' };
    case 'Ignore':
      return { action: 'ignore' };
    case 'Count':
      return { action: 'count', ruled: true };
    default:
      return undefined;
  }
}

/** Why the rule matches, in the words of the Job's condition; undefined if it does not. */
function matchOf(rule: PodFailurePolicyRule, pod: Pod): string | undefined {
  const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
  if (rule.onExitCodes !== undefined) {
    const container = containerWith(rule.onExitCodes, pod);
    if (container === undefined) return undefined;
    return `Container ${container.name} for pod ${name} failed with exit code ${container.state.terminated?.exitCode}`;
  }
  const condition = pod.status.conditions?.find((one) =>
    rule.onPodConditions?.some((pattern) => pattern.type === one.type && pattern.status === one.status),
  );
  return condition && `Pod ${name} has condition ${condition.type}`;
}

function containerWith(requirement: PodFailurePolicyOnExitCodesRequirement, pod: Pod): ContainerStatus | undefined {
  const { containerName } = requirement;
  const statuses = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])];
  return statuses.find(
    ({ name, state }) =>
      (containerName === undefined || containerName === name) &&
      state.terminated !== undefined &&
      meets(state.terminated.exitCode, requirement),
  );
}

function meets(exitCode: number, { operator, values }: PodFailurePolicyOnExitCodesRequirement): boolean {
  if (exitCode === 0) return false;
  if (operator === 'In') return values.includes(exitCode);
  return operator === 'NotIn' && !values.includes(exitCode);
}
