import type { DeploymentStrategy, RollingUpdateDeployment } from '#kinds/deployment/schema.ts';
import { internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { numberIn, validateAmount, validateShare } from '#kinds/meta/int-or-percent.ts';

type Findings = readonly FieldError[];

/** Findings on how a Deployment is updated. */
export function validateStrategy(strategy: DeploymentStrategy, field: string): Findings {
  const { type, rollingUpdate } = strategy;
  switch (type) {
    case 'Recreate': {
      const text = "may not be specified when strategy `type` is 'Recreate'";
      return rollingUpdate === undefined ? [] : [fieldError.forbidden(`${field}.rollingUpdate`, text)];
    }
    case 'RollingUpdate':
      return validateRollingUpdate(rollingUpdate ?? {}, `${field}.rollingUpdate`);
    default:
      return [fieldError.notSupported(field, shownStrategy(strategy), ['Recreate', 'RollingUpdate'])];
  }
}

function shownStrategy({ type, rollingUpdate }: DeploymentStrategy): object {
  return internally({ type, rollingUpdate: rollingUpdate === undefined ? null : internally(rollingUpdate) });
}

/** More pods than twice those wanted may be made meanwhile, but not more than all may be missing. */
function validateRollingUpdate({ maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDeployment, field: string): Findings {
  const at = `${field}.maxUnavailable`;
  const stands = numberIn(maxUnavailable) === 0 && numberIn(maxSurge) === 0;
  return [
    ...validateAmount(maxUnavailable, at),
    ...validateAmount(maxSurge, `${field}.maxSurge`),
    ...(stands ? [fieldError.invalid(at, maxUnavailable, 'may not be 0 when `maxSurge` is 0')] : []),
    ...validateShare(maxUnavailable, at),
  ];
}
