import type { ResourceName } from '#kinds/meta/errors.ts';
import { podQos } from '#kinds/pod/qos.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodAffinityTerm } from '#kinds/pod/schema/scheduling.ts';
import type { ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '#kinds/resource-quota/schema.ts';
import { isPods } from '#kinds/resource-quota/usage.ts';

/** Whether a quota counts this object at all. Only pods can be in a scope (spec: api.md section 18.2). */
export function isInScope(spec: ResourceQuotaSpec, resource: ResourceName, object: object): boolean {
  const plain = (spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  const requirements = [...plain, ...(spec.scopeSelector?.matchExpressions ?? [])];
  return requirements.every((requirement) => isPods(resource) && meets(object as Pod, requirement));
}

function meets({ spec }: Pod, requirement: ScopedResourceSelectorRequirement): boolean {
  switch (requirement.scopeName) {
    case 'Terminating':
      return spec.activeDeadlineSeconds !== undefined;
    case 'NotTerminating':
      return spec.activeDeadlineSeconds === undefined;
    case 'BestEffort':
      return podQos(spec) === 'BestEffort';
    case 'NotBestEffort':
      return podQos(spec) !== 'BestEffort';
    case 'PriorityClass':
      return meetsClass(spec.priorityClassName ?? '', requirement);
    case 'CrossNamespacePodAffinity':
      return affinityTerms(spec).some(
        ({ namespaces = [], namespaceSelector }) => namespaces.length > 0 || namespaceSelector !== undefined,
      );
    default:
      return false;
  }
}

function meetsClass(name: string, { operator, values = [] }: ScopedResourceSelectorRequirement): boolean {
  switch (operator) {
    case 'In':
      return name !== '' && values.includes(name);
    case 'NotIn':
      return !values.includes(name);
    case 'Exists':
      return name !== '';
    case 'DoesNotExist':
      return name === '';
    default:
      return false;
  }
}

function affinityTerms({ affinity }: Pod['spec']): readonly PodAffinityTerm[] {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((part) => [
    ...(part?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(part?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
}
