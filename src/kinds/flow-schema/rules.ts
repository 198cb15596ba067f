import { jsonEqual } from '#base/json.ts';
import { mandatorySchemas } from '#kinds/flow-schema/bootstrap.ts';
import { validateConditionTypes } from '#kinds/flow-schema/condition-types.ts';
import { validatePolicyRule } from '#kinds/flow-schema/policy-rule.ts';
import type { FlowSchema, FlowSchemaSpec, PolicyRulesWithSubjects, Subject } from '#kinds/flow-schema/schema.ts';
import { invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

const precedenceMax = 10_000;

/** Fills in what a schema leaves out (flowcontrol.apiserver.k8s.io/v1 defaults). */
export function defaultSchema({ spec }: Draft<FlowSchema>): void {
  spec.matchingPrecedence ||= 1_000;
}

/** Findings on a schema, as upstream words them. */
export function validateSchema(schema: FlowSchema): Findings {
  const { metadata, spec } = schema;
  return [
    ...validateSpec(metadata.name, spec),
    ...validateMandatory(metadata.name, spec),
    ...validateSchemaStatus(schema),
  ];
}

/** Findings on what is known about a schema. */
export function validateSchemaStatus({ status }: FlowSchema): Findings {
  return validateConditionTypes(status.conditions);
}

function validateSpec(name: string, spec: FlowSchemaSpec): Findings {
  const { priorityLevelConfiguration: level, distinguisherMethod: method, rules = [] } = spec;
  const at = 'spec.priorityLevelConfiguration.name';
  const isKnown = method === undefined || ['ByNamespace', 'ByUser'].includes(method.type);
  const shown = { Type: method?.type };
  return [
    ...validatePrecedence(name, spec.matchingPrecedence),
    ...(isKnown ? [] : [fieldError.notSupported('spec.distinguisherMethod.type', shown, ['ByNamespace', 'ByUser'])]),
    ...(level.name === ''
      ? [fieldError.required(at, 'must reference a priority level')]
      : invalidEach(at, level.name, subdomainProblems(level.name))),
    ...rules.flatMap((rule, index) => validatePolicyRule(rule, `spec.rules[${index}]`)),
  ];
}

function validatePrecedence(name: string, value: number): Findings {
  const wrong = (why: string): Findings => [fieldError.invalid('spec.matchingPrecedence', value, why)];
  if (value <= 0) return wrong('must be a positive value');
  if (value > precedenceMax) return wrong(`must not be greater than ${precedenceMax}`);
  if (value > 1 || name === 'exempt') return [];
  return wrong("only the schema named 'exempt' may have matchingPrecedence 1");
}

function validateMandatory(name: string, spec: FlowSchemaSpec): Findings {
  const mandatory = mandatorySchemas.find((schema) => schema.name === name);
  if (mandatory === undefined || jsonEqual(spec, mandatory.spec)) return [];
  return [fieldError.invalid('spec', shownSpec(spec), `spec of '${name}' must equal the fixed value`)];
}

/** As Go has it: what is not there is null. */
function shownSpec(spec: FlowSchemaSpec): object {
  const { priorityLevelConfiguration, matchingPrecedence, distinguisherMethod, rules } = spec;
  return {
    PriorityLevelConfiguration: { Name: priorityLevelConfiguration.name },
    MatchingPrecedence: matchingPrecedence,
    DistinguisherMethod: distinguisherMethod === undefined ? null : { Type: distinguisherMethod.type },
    Rules: rules?.map(shownRule) ?? null,
  };
}

function shownRule({ subjects, resourceRules, nonResourceRules }: PolicyRulesWithSubjects): object {
  const shownResources = resourceRules?.map((rule) => ({
    Verbs: rule.verbs,
    APIGroups: rule.apiGroups,
    Resources: rule.resources,
    ClusterScope: rule.clusterScope ?? false,
    Namespaces: rule.namespaces,
  }));
  const shownPaths = nonResourceRules?.map(({ verbs, nonResourceURLs }) => ({
    Verbs: verbs,
    NonResourceURLs: nonResourceURLs,
  }));
  return {
    Subjects: subjects.map(shownSubject),
    ResourceRules: shownResources ?? null,
    NonResourceRules: shownPaths ?? null,
  };
}

function shownSubject({ kind, user, group, serviceAccount: account }: Subject): object {
  return {
    Kind: kind,
    User: user === undefined ? null : { Name: user.name },
    Group: group === undefined ? null : { Name: group.name },
    ServiceAccount: account === undefined ? null : { Namespace: account.namespace, Name: account.name },
  };
}
