import { jsonEqual } from '#base/json.ts';
import type { PolicyRule, Subject } from '#kinds/rbac/schema.ts';
import { uncovered } from '../rules.ts';
import { autoUpdate, type PolicyObject } from './policy.ts';

/** The part of a stored role or binding that the policy has a say in. */
export interface StoredPolicyObject {
  readonly metadata: {
    readonly labels?: { readonly [name: string]: string };
    readonly annotations?: { readonly [name: string]: string };
  };
  readonly rules?: readonly PolicyRule[] | null;
  readonly subjects?: readonly Subject[];
}

/** What a stored object of the policy must become: what it lacks is added, what users added stays; undefined when nothing is
 *  missing, or users want it left alone (spec: api.md section 17.4). */
export function reconciled<T extends StoredPolicyObject>(stored: T, wanted: PolicyObject): T | undefined {
  const { labels = {}, annotations = {} } = stored.metadata;
  if (annotations[autoUpdate] === 'false') return undefined;
  const rules = uncovered(stored.rules ?? [], wanted.rules ?? []);
  const { subjects = [] } = stored;
  const lost = (wanted.subjects ?? []).filter((subject) => !subjects.some((one) => jsonEqual(one, subject)));
  const complete = {
    ...stored,
    metadata: {
      ...stored.metadata,
      labels: { ...wanted.metadata.labels, ...labels },
      annotations: { ...wanted.metadata.annotations, ...annotations },
    },
    ...(rules.length === 0 ? {} : { rules: [...(stored.rules ?? []), ...rules] }),
    ...(lost.length === 0 ? {} : { subjects: [...subjects, ...lost] }),
  };
  return jsonEqual(complete, stored) ? undefined : complete;
}
