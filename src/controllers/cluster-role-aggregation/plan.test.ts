import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterRole, PolicyRule } from '#kinds/rbac/schema.ts';
import { planRules } from './plan.ts';

const rule = (resource: string): PolicyRule => ({ verbs: ['get'], apiGroups: [''], resources: [resource] });

function role(
  name: string,
  rules: ClusterRole['rules'],
  more: Partial<ClusterRole> & { labels?: object } = {},
): ClusterRole {
  const { labels, ...rest } = more;
  return { kind: 'ClusterRole', apiVersion: 'v1', metadata: { name, labels }, rules, ...rest } as ClusterRole;
}

const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { of: 'b' } }, { matchLabels: { of: 'a' } }] };

test('rules come in the order of selectors and names, each once, and never from the role itself', () => {
  const whole = role('whole', [rule('own')], { aggregationRule, labels: { of: 'a' } });
  const parts = [
    role('z', [rule('pods'), rule('jobs')], { labels: { of: 'a' } }),
    role('y', [rule('jobs')], { labels: { of: 'a' } }),
    role('x', [rule('nodes')], { labels: { of: 'b' } }),
    role('other', [rule('secrets')]),
  ];
  assert.deepEqual(planRules(whole, [whole, ...parts]), [rule('nodes'), rule('jobs'), rule('pods')]);
});

test('nothing is planned for a role that is as it should be, or is made up of none', () => {
  const part = role('part', [rule('pods')], { labels: { of: 'a' } });
  assert.equal(planRules(role('whole', [rule('pods')], { aggregationRule }), [part]), undefined);
  assert.equal(planRules(role('whole', null, { aggregationRule }), []), undefined);
  assert.equal(planRules(part, [part]), undefined);
});
