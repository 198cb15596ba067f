import type { MatchResources, NamedRuleWithOperations } from '#kinds/admission-policy/schema.ts';
import { checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { pathSegmentProblems } from '#kinds/meta/names.ts';
import { validateLabelSelector } from '#kinds/meta/selector.ts';
import { matchPolicies } from '#kinds/webhook-configuration/schema.ts';
import { validateRule } from '#kinds/webhook-configuration/validate-rule.ts';

type Findings = readonly FieldError[];

/** Findings on which requests something is about, after defaulting. */
export function validateMatch(match: MatchResources, field: string): Findings {
  const selector = (name: 'namespaceSelector' | 'objectSelector'): Findings =>
    match[name] === undefined
      ? [fieldError.required(`${field}.${name}`)]
      : validateLabelSelector(match[name], `${field}.${name}`);
  const rules = (name: 'resourceRules' | 'excludeResourceRules'): Findings =>
    (match[name] ?? []).flatMap((rule, index) => validateNamedRule(rule, `${field}.${name}[${index}]`));
  return [
    ...checkRequiredOneOf(`${field}.matchPolicy`, match.matchPolicy, matchPolicies),
    ...selector('namespaceSelector'),
    ...selector('objectSelector'),
    ...rules('resourceRules'),
    ...rules('excludeResourceRules'),
  ];
}

function validateNamedRule(rule: NamedRuleWithOperations, field: string): Findings {
  const { resourceNames = [] } = rule;
  return [
    ...resourceNames.flatMap((name, index) => {
      const at = `${field}.resourceNames[${index}]`;
      const isAgain = resourceNames.indexOf(name) < index;
      return [
        ...invalidEach(at, name, pathSegmentProblems(name)),
        ...(isAgain ? [fieldError.duplicate(at, name)] : []),
      ];
    }),
    ...validateRule(rule, field),
  ];
}
