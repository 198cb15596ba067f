import {
  type AuditLevel,
  type AuditPolicy,
  type AuditRule,
  type AuditStage,
  auditLevels,
  auditStages,
} from '#api/audit/policy.ts';
import { ConfigError } from '#app/config.ts';
import { readConfigDocument } from '#app/config-document.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { boolean, list, nonzero, object, optional, required, string } from '#schema/build.ts';
import { closest } from '#schema/closest.ts';
import type { Infer } from '#schema/type.ts';

const GroupResources = object('io.k8s.apiserver.pkg.apis.audit.v1.GroupResources', 'Resources of one group.', {
  group: nonzero(1, string, 'The group; the empty name is that of the core resources.'),
  resources: optional(2, list(string), 'Resources such as "pods", "pods/log", "pods/*", "*/scale" or "*"; none: all.'),
  resourceNames: optional(3, list(string), 'Names of single objects; none: all.'),
});

const PolicyRule = object('io.k8s.apiserver.pkg.apis.audit.v1.PolicyRule', 'What is written of which requests.', {
  level: required(1, string, 'None, Metadata, Request or RequestResponse.'),
  users: optional(2, list(string), 'Who asks; none: anybody.'),
  userGroups: optional(3, list(string), 'A group of who asks; none: any.'),
  verbs: optional(4, list(string), 'What is asked; none: anything.'),
  resources: optional(5, list(GroupResources), 'Of what it is asked; none: of anything.'),
  namespaces: optional(6, list(string), 'Where; the empty name stands for objects outside of namespaces.'),
  nonResourceURLs: optional(7, list(string), 'Paths that are no resources; a * at the end stands for any rest.'),
  omitStages: optional(8, list(string), 'Stages that are not written.'),
  omitManagedFields: optional(9, boolean, 'Leaves managed fields out of bodies.'),
});

const Policy = object('io.k8s.apiserver.pkg.apis.audit.v1.Policy', 'What is written in the audit log.', {
  kind: nonzero(0, string, 'Policy.'),
  apiVersion: nonzero(0, string, 'audit.k8s.io/v1.'),
  metadata: optional(1, ObjectMeta, 'Not used.'),
  rules: required(2, list(PolicyRule), 'The first rule that fits a request decides.'),
  omitStages: optional(3, list(string), 'Stages that are never written.'),
  omitManagedFields: nonzero(4, boolean, 'Leaves managed fields out of all bodies.'),
});

const kind = { what: 'audit policy', apiVersion: 'audit.k8s.io/v1', kind: 'Policy', schema: Policy };

/** Reads an audit policy in upstream's form. Throws `ConfigError` that says what in the file is wrong. */
export function readAuditPolicy(file: string): AuditPolicy {
  const { rules = [], omitStages, omitManagedFields = false } = readConfigDocument(file, kind);
  const fail: Fail = (where, why) => {
    throw new ConfigError(`Cannot use the audit policy ${file}: ${where}: ${why}`);
  };
  if (rules.length === 0) fail('rules', 'Required value: without a rule nothing is ever written');
  return {
    rules: rules.map((rule, index) => ruleOf(rule, (where, why) => fail(`rules[${index}].${where}`, why))),
    omitStages: stagesOf(omitStages, fail),
    omitManagedFields,
  };
}

type Fail = (where: string, why: string) => void;

function ruleOf(rule: Infer<typeof PolicyRule>, fail: Fail): AuditRule {
  const { users = [], userGroups = [], verbs = [], resources = [], namespaces = [], nonResourceURLs = [] } = rule;
  if (nonResourceURLs.length > 0 && (resources.length > 0 || namespaces.length > 0)) {
    fail('nonResourceURLs', 'Invalid value: rules cannot apply to both regular resources and non-resource URLs');
  }
  for (const [index, url] of nonResourceURLs.entries()) {
    const problem = urlProblem(url);
    if (problem !== undefined) fail(`nonResourceURLs[${index}]`, `Invalid value: ${JSON.stringify(url)}: ${problem}`);
  }
  return {
    level: oneOf<AuditLevel>(auditLevels, rule.level, 'level', fail),
    users,
    userGroups,
    verbs,
    namespaces,
    nonResourceURLs,
    resources: resources.map(({ group = '', resources: names = [], resourceNames = [] }, index) => {
      if (resourceNames.length > 0 && names.length === 0) {
        fail(`resources[${index}].resourceNames`, 'Invalid value: using resourceNames requires at least one resource');
      }
      if (group.includes('/')) fail(`resources[${index}].group`, `Invalid value: "${group}": a group has no version`);
      return { group, resources: names, resourceNames };
    }),
    omitStages: stagesOf(rule.omitStages, fail),
    omitManagedFields: rule.omitManagedFields,
  };
}

function urlProblem(url: string): string | undefined {
  if (url === '*') return undefined;
  if (!url.startsWith('/')) return "non-resource URL rules must begin with a '/' character";
  return url.slice(0, -1).includes('*')
    ? "non-resource URL wildcards '*' must be the final character of the rule"
    : undefined;
}

function stagesOf(stages: readonly string[] = [], fail: Fail): readonly AuditStage[] {
  return stages.map((stage, index) => oneOf<AuditStage>(auditStages, stage, `omitStages[${index}]`, fail));
}

function oneOf<T extends string>(known: readonly T[], value: string, where: string, fail: Fail): T {
  const found = known.find((one) => one === value);
  if (found === undefined && value === '') fail(where, `Required value: one of ${known.join(', ')}`);
  const near = closest(value, known);
  const help = near === undefined ? '' : `; did you mean "${near}"?`;
  if (found === undefined) fail(where, `Unsupported value: "${value}": supported values: ${known.join(', ')}${help}`);
  return found as T;
}
