import { jsonEqual } from '#base/json.ts';
import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import type { ClusterRole, PolicyRule } from '#kinds/rbac/schema.ts';

/** The rules that `role` must have, made up of those of all other roles that it selects: in the order of its selectors and of
 *  the roles' names, each rule once (spec: api.md section 17.3). Undefined when it has them already or selects nothing. */
export function planRules(role: ClusterRole, all: readonly ClusterRole[]): readonly PolicyRule[] | undefined {
  const { aggregationRule, metadata } = role;
  if (aggregationRule === undefined) return undefined;
  const others = all
    .filter((other) => other.metadata.name !== metadata.name)
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules: PolicyRule[] = [];
  for (const selector of aggregationRule.clusterRoleSelectors ?? []) {
    const wanted = selectorOf(selector);
    for (const other of others) {
      if (!selectorMatches(wanted, other.metadata.labels)) continue;
      for (const rule of other.rules ?? []) if (!rules.some((known) => jsonEqual(known, rule))) rules.push(rule);
    }
  }
  return jsonEqual(rules, role.rules ?? []) ? undefined : rules;
}
