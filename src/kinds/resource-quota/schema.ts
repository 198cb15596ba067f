import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, list, map, object, optional, quantity, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

/** Which objects a quota counts. */
export const quotaScopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
] as const;

export const ScopedResourceSelectorRequirement = object(
  'io.k8s.api.core.v1.ScopedResourceSelectorRequirement',
  'One condition on what a quota counts.',
  {
    scopeName: required(1, string, 'What the condition looks at.', { values: quotaScopes }),
    operator: required(2, string, 'How it is compared: In, NotIn, Exists or DoesNotExist.', {
      values: ['DoesNotExist', 'Exists', 'In', 'NotIn'],
    }),
    values: optional(3, list(string), 'What In and NotIn compare with.'),
  },
);
export interface ScopedResourceSelectorRequirement extends Infer<typeof ScopedResourceSelectorRequirement> {}

export const ScopeSelector = object(
  'io.k8s.api.core.v1.ScopeSelector',
  'Conditions on what a quota counts; all must hold.',
  {
    matchExpressions: optional(1, list(ScopedResourceSelectorRequirement), 'The conditions.'),
  },
  { atomic: true },
);
export interface ScopeSelector extends Infer<typeof ScopeSelector> {}

export const ResourceQuotaSpec = object('io.k8s.api.core.v1.ResourceQuotaSpec', 'What a namespace may use.', {
  hard: optional(1, map(quantity), 'The most that may be used of each resource, such as pods or requests.cpu.'),
  scopes: optional(2, list(string), 'Which objects count; all must fit. All objects unless given.'),
  scopeSelector: optional(3, ScopeSelector, 'Further conditions on which objects count.'),
});
export interface ResourceQuotaSpec extends Infer<typeof ResourceQuotaSpec> {}

export const ResourceQuotaStatus = object('io.k8s.api.core.v1.ResourceQuotaStatus', 'What a namespace uses.', {
  hard: optional(1, map(quantity), 'The bounds in force.'),
  used: optional(2, map(quantity), 'How much of each is used.'),
});
export interface ResourceQuotaStatus extends Infer<typeof ResourceQuotaStatus> {}

export const ResourceQuota = object(
  'io.k8s.api.core.v1.ResourceQuota',
  'Bounds for what the objects of a namespace use together.',
  {
    ...objectFields,
    spec: always(2, ResourceQuotaSpec, 'What may be used.'),
    status: always(3, ResourceQuotaStatus, 'What is used.'),
  },
);
export interface ResourceQuota extends Namespaced<Infer<typeof ResourceQuota>> {}
