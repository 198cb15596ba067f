import { jsonEqual } from '#base/json.ts';
import type { ClusterRole, PolicyRule, RoleRef, Subject } from '#kinds/rbac/schema.ts';
import { uncovered } from '../rules.ts';
import { autoUpdate, type PolicyObject } from './policy.ts';

/** The part of a stored role or binding that the policy has a say in. */
export interface StoredPolicyObject {
  readonly metadata: {
    readonly labels?: { readonly [name: string]: string };
    readonly annotations?: { readonly [name: string]: string };
  };
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: ClusterRole['aggregationRule'];
  readonly subjects?: readonly Subject[];
  readonly roleRef?: RoleRef;
}

/** What a stored object of the policy must become: what it lacks is added, what users added stays. `anew` when it is a binding of
 *  another role, which cannot be changed; undefined when nothing is missing, or users want it left alone (spec: api.md
 *  section 17.4). */
export function reconciled<T extends StoredPolicyObject>(stored: T, wanted: PolicyObject): T | 'anew' | undefined {
  const { labels = {}, annotations = {} } = stored.metadata;
  if (annotations[autoUpdate] === 'false') return undefined;
  if (wanted.roleRef !== undefined && !jsonEqual(stored.roleRef, wanted.roleRef)) return 'anew';
  const rules = uncovered(stored.rules ?? [], wanted.rules ?? []);
  const { subjects = [], aggregationRule: _old, ...rest } = stored;
  const lost = (wanted.subjects ?? []).filter((subject) => !subjects.some((one) => jsonEqual(one, subject)));
  const complete = {
    ...rest,
    metadata: {
      ...stored.metadata,
      labels: { ...wanted.metadata.labels, ...labels },
      annotations: { ...wanted.metadata.annotations, ...annotations },
    },
    ...(rules.length === 0 ? {} : { rules: [...(stored.rules ?? []), ...rules] }),
    ...selectors(stored.aggregationRule, wanted.aggregationRule),
    ...(subjects.length + lost.length === 0 ? {} : { subjects: [...subjects, ...lost] }),
  } as unknown as T;
  return jsonEqual(complete, stored) ? undefined : complete;
}

type AggregationRule = ClusterRole['aggregationRule'];

/** A role is made up of others only if the policy says so, and then at least of those that the policy names. */
function selectors(stored: AggregationRule, wanted: AggregationRule): { readonly aggregationRule?: AggregationRule } {
  if (wanted === undefined) return {};
  const known = stored?.clusterRoleSelectors ?? [];
  const lost = (wanted.clusterRoleSelectors ?? []).filter((one) => !known.some((other) => jsonEqual(one, other)));
  return { aggregationRule: lost.length === 0 ? stored : { clusterRoleSelectors: [...known, ...lost] } };
}
