import type { ResourceName } from '#kinds/meta/errors.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { podQos } from '#kinds/pod/qos.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodAffinityTerm } from '#kinds/pod/schema/scheduling.ts';
import type { ResourceQuotaSpec, ScopedResourceSelectorRequirement } from '#kinds/resource-quota/schema.ts';
import { isClaims, isPods } from '#kinds/resource-quota/usage.ts';

/** Whether a quota counts this object at all. Pods can be in scopes, and claims in that of their settings
 *  (spec: api.md section 18.2). */
export function isInScope(spec: ResourceQuotaSpec, resource: ResourceName, object: object): boolean {
  const plain = (spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' }));
  const requirements = [...plain, ...(spec.scopeSelector?.matchExpressions ?? [])];
  return requirements.every((requirement) => {
    if (isPods(resource)) return meets(object as Pod, requirement);
    return isClaims(resource) && claimMeets(object as PersistentVolumeClaim, requirement);
  });
}

/** A claim is of the class of settings it asks for, of that in force, and of that it is on its way to. */
function claimMeets({ spec, status }: PersistentVolumeClaim, requirement: ScopedResourceSelectorRequirement): boolean {
  if (requirement.scopeName !== 'VolumeAttributesClass') return false;
  const { currentVolumeAttributesClassName, modifyVolumeStatus } = status;
  const names = [
    spec.volumeAttributesClassName,
    currentVolumeAttributesClassName,
    modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name) => name !== undefined && name !== '') as readonly string[];
  if (names.length === 0) return meetsClass('', requirement);
  return names.some((name) => meetsClass(name, requirement));
}

function meets({ spec }: Pod, requirement: ScopedResourceSelectorRequirement): boolean {
  switch (requirement.scopeName) {
    case 'Terminating':
      return isTerminating(spec);
    case 'NotTerminating':
      return !isTerminating(spec);
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

/** Whether a pod ends by itself after some time. */
export function isTerminating({ activeDeadlineSeconds }: Pod['spec']): boolean {
  return activeDeadlineSeconds !== undefined && activeDeadlineSeconds >= 0;
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
