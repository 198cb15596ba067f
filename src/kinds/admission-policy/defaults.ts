import type {
  MatchResources,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '#kinds/admission-policy/schema.ts';
import type { Draft } from '#schema/type.ts';

/** Fills in what a policy leaves out (admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy). */
export function defaultPolicy({ spec }: Draft<ValidatingAdmissionPolicy>): void {
  spec.failurePolicy ??= 'Fail';
  defaultMatch(spec.matchConstraints);
}

/** Fills in what a binding leaves out (admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding). */
export function defaultBinding({ spec }: Draft<ValidatingAdmissionPolicyBinding>): void {
  defaultMatch(spec.matchResources);
}

function defaultMatch(match: Draft<MatchResources> | undefined): void {
  if (match === undefined) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= '*';
}
