import { checkOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { oldLabelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { validateLabelSelector } from '#kinds/meta/selector.ts';
import {
  failurePolicies,
  harmlessSideEffects,
  type MutatingWebhook,
  matchPolicies,
  reinvocationPolicies,
} from '#kinds/webhook-configuration/schema.ts';
import { validateClientConfig } from '#kinds/webhook-configuration/validate-client.ts';
import { validateConditions } from '#kinds/webhook-configuration/validate-conditions.ts';
import { validateRule } from '#kinds/webhook-configuration/validate-rule.ts';

type Findings = readonly FieldError[];

/** A configuration of either kind: validating webhooks are mutating ones that are not asked again. */
export interface Configuration extends KubeObject {
  readonly webhooks?: readonly MutatingWebhook[] | undefined;
}

/** Findings on a configuration of either kind, after defaulting. */
export function validateWebhooks({ webhooks = [] }: Configuration): Findings {
  const names = webhooks.map(({ name }) => name);
  return webhooks.flatMap((webhook, index) => {
    const field = `webhooks[${index}]`;
    return [
      ...validateWebhook(webhook, field),
      ...validateVersions(webhook.admissionReviewVersions ?? [], `${field}.admissionReviewVersions`),
      ...validateUnique(names, index, `${field}.name`),
    ];
  });
}

function validateWebhook(webhook: MutatingWebhook, field: string): Findings {
  const conditions = webhook.matchConditions ?? [];
  return [
    ...validateName(webhook.name, `${field}.name`),
    ...(webhook.rules ?? []).flatMap((rule, index) => validateRule(rule, `${field}.rules[${index}]`)),
    ...checkOneOf(`${field}.failurePolicy`, webhook.failurePolicy, failurePolicies),
    ...checkOneOf(`${field}.matchPolicy`, webhook.matchPolicy, matchPolicies),
    ...validateSideEffects(webhook.sideEffects, `${field}.sideEffects`),
    ...validateTimeout(webhook.timeoutSeconds, `${field}.timeoutSeconds`),
    ...validateLabelSelector(webhook.namespaceSelector, `${field}.namespaceSelector`),
    ...validateLabelSelector(webhook.objectSelector, `${field}.objectSelector`),
    ...checkOneOf(`${field}.reinvocationPolicy`, webhook.reinvocationPolicy, reinvocationPolicies),
    ...validateClientConfig(webhook.clientConfig, `${field}.clientConfig`),
    ...validateConditions(conditions, `${field}.matchConditions`, { params: false }),
  ];
}

function validateName(name: string, field: string): Findings {
  if (name === '') return [fieldError.required(field)];
  const problems = subdomainProblems(name);
  if (problems.length > 0) return [fieldError.invalid(field, name, problems.join(','))];
  if (name.split('.').length >= 3) return [];
  return [fieldError.invalid(field, name, 'should be a domain with at least three segments separated by dots')];
}

/** A name that is there has not been there before. */
function validateUnique(names: readonly string[], index: number, field: string): Findings {
  const name = names[index] ?? '';
  return name !== '' && names.indexOf(name) < index ? [fieldError.duplicate(field, name)] : [];
}

function validateSideEffects(sideEffects: string | undefined, field: string): Findings {
  if (sideEffects !== undefined) return checkOneOf(field, sideEffects, harmlessSideEffects);
  return [fieldError.required(field, `must specify one of ${harmlessSideEffects.join(', ')}`)];
}

function validateTimeout(seconds: number | undefined, field: string): Findings {
  if (seconds === undefined || (seconds >= 1 && seconds <= 30)) return [];
  return [fieldError.invalid(field, seconds, 'the timeout value must be between 1 and 30 seconds')];
}

const acceptedVersions = ['v1', 'v1beta1'];

function validateVersions(versions: readonly string[], field: string): Findings {
  const accepted = acceptedVersions.join(', ');
  if (versions.length === 0) return [fieldError.required(field, `must specify one of ${accepted}`)];
  const isKnown = versions.some((version) => acceptedVersions.includes(version));
  return [
    ...versions.flatMap((version, index) => {
      const problems = versions.indexOf(version) < index ? ['duplicate version'] : oldLabelProblems(version);
      return invalidEach(`${field}[${index}]`, version, problems);
    }),
    ...(isKnown ? [] : [fieldError.invalid(field, versions, `must include at least one of ${accepted}`)]),
  ];
}
