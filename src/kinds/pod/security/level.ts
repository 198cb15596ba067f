import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import { baselineChecks } from '#kinds/pod/security/baseline.ts';
import type { SecurityCheck, SecurityFinding } from '#kinds/pod/security/finding.ts';
import { restrictedChecks } from '#kinds/pod/security/restricted.ts';

const levels = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof levels)[number];

/** Rules for pods: a level, and the Kubernetes version whose reading of it counts ("latest" or "v1.N"). */
export interface SecurityPolicy {
  readonly level: Level;
  readonly version: string;
}

type Labels = { readonly [key: string]: string } | undefined;
type Mode = 'enforce' | 'audit' | 'warn';

const prefix = 'pod-security.kubernetes.io/';
const versionShape = /^(latest|v1\.(0|[1-9][0-9]*))$/;

/** What a namespace's labels ask for in one mode. What cannot be read is enforced as strictly as can be, and only that
 *  (spec: api.md section 18.1). */
export function policyOf(labels: Labels, mode: Mode): SecurityPolicy {
  const level = labels?.[`${prefix}${mode}`];
  const known = levels.find((one) => one === level);
  const unreadable = level !== undefined && mode === 'enforce' ? 'restricted' : 'privileged';
  return { level: known ?? unreadable, version: versionOf(labels, mode) };
}

function versionOf(labels: Labels, mode: Mode): string {
  const version = labels?.[`${prefix}${mode}-version`] ?? 'latest';
  return versionShape.test(version) ? version : 'latest';
}

/** What users are warned of: what is asked for that, or else what is enforced. */
export function warnPolicyOf(labels: Labels): SecurityPolicy {
  const asked = policyOf(labels, 'warn');
  const enforced = levels.find((level) => level === labels?.[`${prefix}enforce`]);
  if (labels?.[`${prefix}warn`] !== undefined || enforced === undefined || enforced === 'privileged') return asked;
  const mode = labels?.[`${prefix}warn-version`] === undefined ? 'enforce' : 'warn';
  return { level: enforced, version: versionOf(labels, mode) };
}

/** Whether the level of `policy` asks no more than that of `other`. */
export function isNoStricter(policy: SecurityPolicy, other: SecurityPolicy): boolean {
  return levels.indexOf(policy.level) <= levels.indexOf(other.level);
}

/** Findings on the labels of a namespace. */
export function validatePolicyLabels(labels: Labels): readonly FieldError[] {
  return (['enforce', 'audit', 'warn'] as const).flatMap((mode) => {
    const errors: FieldError[] = [];
    const check = (key: string, isGood: (value: string) => boolean, text: string): void => {
      const value = labels?.[key];
      if (value !== undefined && !isGood(value))
        errors.push(fieldError.invalid(`metadata.labels[${key}]`, value, text));
    };
    check(
      `${prefix}${mode}`,
      (value) => (levels as readonly string[]).includes(value),
      `must be one of ${levels.join(', ')}`,
    );
    check(`${prefix}${mode}-version`, (value) => versionShape.test(value), 'must be "latest" or "v1.x"');
    return errors;
  });
}

/** The rules of a level as a minor version has them: those of baseline first, without those that have a stricter one. */
function checksOf(level: Level, minor: number): readonly SecurityCheck[] {
  if (level === 'privileged') return [];
  const added = level === 'baseline' ? [] : restrictedChecks.filter(({ since }) => minor >= since);
  const replaced = new Set<string | undefined>(added.map(({ replaces }) => replaces));
  const kept = Object.entries(baselineChecks).flatMap(([name, check]) => (replaced.has(name) ? [] : [check]));
  return [...kept, ...added.map(({ check }) => check)];
}

/** The rules of a policy that a pod breaks. */
export function securityFindings(
  { level, version }: SecurityPolicy,
  { metadata, spec }: Pick<PodTemplateSpec, 'metadata' | 'spec'>,
): readonly SecurityFinding[] {
  const minor = version === 'latest' ? Number.POSITIVE_INFINITY : Number(version.slice('v1.'.length));
  const pod = { annotations: metadata.annotations ?? {}, spec, minor };
  return checksOf(level, minor).flatMap((check) => check(pod) ?? []);
}

/** "baseline:latest", as upstream names a policy in its messages. */
export function shownPolicy({ level, version }: SecurityPolicy): string {
  return `${level}:${version}`;
}

/** `violates PodSecurity "baseline:latest": …` without its first word. */
export function policyText(policy: SecurityPolicy, findings: readonly SecurityFinding[]): string {
  const texts = findings.map(({ reason, detail }) => `${reason} (${detail})`);
  return `PodSecurity "${shownPolicy(policy)}": ${texts.join(', ')}`;
}
