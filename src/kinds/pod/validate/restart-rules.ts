import { checkOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { Container, ContainerRestartRule } from '#kinds/pod/schema/container.ts';

type Findings = readonly FieldError[];

const rulesMax = 20;
const exitCodesMax = 255;

/** Findings on a restart policy of one container's own, and on its exceptions. */
export function validateRestartRules(container: Container, of: 'regular' | 'init', field: string): Findings {
  const { restartPolicy, restartPolicyRules: rules = [] } = container;
  const at = `${field}.restartPolicyRules`;
  const alone = rules.length > 0 && restartPolicy === undefined;
  const missing = [
    fieldError.required(`${field}.restartPolicy`, 'must specify restartPolicy when restart rules are used'),
  ];
  // Upstream says no more of an init container's rules without a policy.
  if (alone && of === 'init') return missing;
  return [
    ...(alone ? missing : []),
    ...checkOneOf(`${field}.restartPolicy`, restartPolicy, ['Always', 'Never', 'OnFailure']),
    ...(rules.length > rulesMax ? [fieldError.tooMany(at, rules.length, rulesMax)] : []),
    ...rules.flatMap((rule, index) => validateRule(rule, `${at}[${index}]`)),
  ];
}

function validateRule({ action, exitCodes }: ContainerRestartRule, field: string): Findings {
  const at = `${field}.exitCodes`;
  const values = exitCodes?.values ?? [];
  return [
    ...checkOneOf(`${field}.action`, action, ['Restart', 'RestartAllContainers']),
    ...(exitCodes === undefined ? [fieldError.required(at, 'must be specified')] : []),
    ...checkOneOf(`${at}.operator`, exitCodes?.operator, ['In', 'NotIn']),
    ...(values.length > exitCodesMax ? [fieldError.tooMany(`${at}.values`, values.length, exitCodesMax)] : []),
  ];
}
