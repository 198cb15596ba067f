import type { Millis } from '#base/units.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionStatus,
} from '#kinds/custom-resource-definition/schema.ts';
import { findCondition, isConditionTrue, setCondition } from '#kinds/meta/conditions.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { judgeNames } from './names.ts';

/** Keeps a definition until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** Whether objects of the kind are served. */
export function isEstablished(status: CustomResourceDefinitionStatus): boolean {
  return isConditionTrue(status.conditions, 'Established');
}

/** Whether the definition is being deleted, and its objects with it. */
export function isTerminating(status: CustomResourceDefinitionStatus): boolean {
  return isConditionTrue(status.conditions, 'Terminating');
}

/** What the status of a definition should say, given all there are: which names it has, and whether it is served
 *  (spec: api.md section 21). What has been established stays so, under its old names if need be. */
export function planStatus(
  definition: CustomResourceDefinition,
  all: readonly CustomResourceDefinition[],
  now: Millis,
): CustomResourceDefinitionStatus {
  const { status } = definition;
  const { accepted, conflict } = judgeNames(definition, all);
  const named: Outcome =
    conflict === undefined
      ? { status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
      : { status: 'False', ...conflict };
  let { conditions } = status;
  const set = (type: string, outcome: Outcome | undefined): void => {
    if (outcome !== undefined) conditions = withCondition(conditions, type, outcome, now);
  };
  set('NamesAccepted', named);
  set('Established', establishment(definition, conflict === undefined));
  set('KubernetesAPIApprovalPolicyConformant', approval(definition));
  return { ...status, conditions, acceptedNames: accepted };
}

type Outcome = Pick<CustomResourceDefinitionCondition, 'status' | 'reason' | 'message'>;

/** The conditions with one of them set; the time of its last flip is kept. */
export function withCondition(
  conditions: CustomResourceDefinitionStatus['conditions'],
  type: string,
  outcome: Outcome,
  now: Millis,
): CustomResourceDefinitionStatus['conditions'] {
  return setCondition(conditions, { type, lastTransitionTime: timestamp(now), ...outcome });
}

function establishment({ status }: CustomResourceDefinition, named: boolean): Outcome | undefined {
  if (isEstablished(status)) return undefined;
  if (named) return { status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' };
  if (findCondition(status.conditions, 'Established') !== undefined) return undefined;
  return { status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
}

const approvalAnnotation = 'api-approved.kubernetes.io';

/** Groups of the Kubernetes project say who approved them. */
function approval({ spec, metadata }: CustomResourceDefinition): Outcome | undefined {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test(spec.group)) return undefined;
  const given = metadata.annotations?.[approvalAnnotation] ?? '';
  if (given.startsWith('unapproved')) {
    return { status: 'False', reason: 'UnapprovedAnnotation', message: `not approved: ${JSON.stringify(given)}` };
  }
  if (URL.canParse(given)) return { status: 'True', reason: 'ApprovedAnnotation', message: `approved in ${given}` };
  return undefined;
}
