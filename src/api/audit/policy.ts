import type { User } from '../api.ts';

/** How much of a request is written down, each level more than the one before. */
export const auditLevels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof auditLevels)[number];

/** The moments of a request that can be written down. */
export const auditStages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type AuditStage = (typeof auditStages)[number];

/** Which requests a rule is about, and what is written of them; what a rule leaves out, any request has. */
export interface AuditRule {
  readonly level: AuditLevel;
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
  readonly verbs: readonly string[];
  readonly resources: readonly AuditResources[];
  readonly namespaces: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean | undefined;
}

export interface AuditResources {
  readonly group: string;
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
}

/** `audit.k8s.io/v1` Policy: the first rule that fits a request decides. */
export interface AuditPolicy {
  readonly rules: readonly AuditRule[];
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean;
}

/** What a request is about, for the policy. */
export type AuditedTarget =
  | {
      readonly group: string;
      readonly version: string;
      readonly plural: string;
      readonly namespace: string | undefined;
      readonly name: string | undefined;
      readonly subresource: string | undefined;
    }
  | { readonly path: string };

export interface AuditDecision {
  readonly level: AuditLevel;
  readonly omitStages: ReadonlySet<AuditStage>;
  readonly omitManagedFields: boolean;
}

/** What the policy says of a request (spec: api.md section 22.1); a request that no rule fits is not written down. Pure. */
export function auditDecision(
  policy: AuditPolicy,
  user: Pick<User, 'name' | 'groups'>,
  verb: string,
  target: AuditedTarget,
): AuditDecision {
  const rule = policy.rules.find((one) => fits(one, user, verb, target));
  return {
    level: rule?.level ?? 'None',
    omitStages: new Set([...policy.omitStages, ...(rule?.omitStages ?? [])]),
    omitManagedFields: rule?.omitManagedFields ?? policy.omitManagedFields,
  };
}

function fits(rule: AuditRule, user: Pick<User, 'name' | 'groups'>, verb: string, target: AuditedTarget): boolean {
  if (rule.users.length > 0 && !rule.users.includes(user.name)) return false;
  if (rule.userGroups.length > 0 && !user.groups.some((group) => rule.userGroups.includes(group))) return false;
  if (rule.verbs.length > 0 && !rule.verbs.includes(verb)) return false;
  if (rule.namespaces.length > 0 || rule.resources.length > 0) return 'plural' in target && fitsResource(rule, target);
  if (rule.nonResourceURLs.length === 0) return true;
  return 'path' in target && rule.nonResourceURLs.some((url) => fitsPath(url, target.path));
}

function fitsResource(rule: AuditRule, target: Extract<AuditedTarget, { plural: string }>): boolean {
  const { group, plural, namespace = '', name = '', subresource } = target;
  if (rule.namespaces.length > 0 && !rule.namespaces.includes(namespace)) return false;
  if (rule.resources.length === 0) return true;
  const full = subresource === undefined ? plural : `${plural}/${subresource}`;
  const patterns = ['*', full, `${plural}/*`, ...(subresource === undefined ? [] : [`*/${subresource}`])];
  return rule.resources.some((one) => {
    if (one.group !== group && one.group !== '*') return false;
    if (one.resources.length === 0) return true;
    const named = one.resourceNames.length === 0 || one.resourceNames.includes(name);
    return named && one.resources.some((pattern) => patterns.includes(pattern));
  });
}

function fitsPath(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}
