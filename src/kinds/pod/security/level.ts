import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import { commonChecks } from '#kinds/pod/security/baseline.ts';
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

/** What a namespace's labels ask for in one mode. What cannot be read counts as nothing asked. */
export function policyOf(labels: Labels, mode: Mode): SecurityPolicy {
  const level = labels?.[`${prefix}${mode}`];
  const version = labels?.[`${prefix}${mode}-version`] ?? 'latest';
  const known = levels.find((one) => one === level) ?? 'privileged';
  return { level: known, version: versionShape.test(version) ? version : 'latest' };
}

/** What users are warned of: what is asked for that, or else what is enforced. */
export function warnPolicyOf(labels: Labels): SecurityPolicy {
  return policyOf(labels, labels?.[`${prefix}warn`] === undefined ? 'enforce' : 'warn');
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

const { capabilities: _capabilities, hostPaths: _hostPaths, seccomp: _seccomp, ...kept } = commonChecks;
const checks: { readonly [L in Level]: readonly SecurityCheck[] } = {
  privileged: [],
  baseline: Object.values(commonChecks),
  // Three rules of baseline have stricter ones in their place.
  restricted: [...Object.values(kept), ...restrictedChecks],
};

/** The rules of a policy that a pod breaks. */
export function securityFindings(
  { level, version }: SecurityPolicy,
  { metadata, spec }: Pick<PodTemplateSpec, 'metadata' | 'spec'>,
): readonly SecurityFinding[] {
  const minor = version === 'latest' ? Number.POSITIVE_INFINITY : Number(version.slice('v1.'.length));
  const pod = { annotations: metadata.annotations ?? {}, spec, minor };
  return checks[level].flatMap((check) => check(pod) ?? []);
}

/** `violates PodSecurity "baseline:latest": …` without its first word. */
export function policyText({ level, version }: SecurityPolicy, findings: readonly SecurityFinding[]): string {
  const texts = findings.map(({ reason, detail }) => `${reason} (${detail})`);
  return `PodSecurity "${level}:${version}": ${texts.join(', ')}`;
}
