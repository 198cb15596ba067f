import type { Stored } from '#kinds/meta/object.ts';
import { Condition, LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import {
  failurePolicies,
  MatchCondition,
  matchPolicies,
  RuleWithOperations,
} from '#kinds/webhook-configuration/schema.ts';
import {
  always,
  embedded,
  int64,
  list,
  listMap,
  listSet,
  nonzero,
  object,
  optional,
  required,
  string,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.admissionregistration.v1';

export const validationActions = ['Audit', 'Deny', 'Warn'] as const;
export const notFoundActions = ['Deny', 'Allow'] as const;

export const NamedRuleWithOperations = object(
  `${prefix}.NamedRuleWithOperations`,
  'Which requests a policy is about, by what is done to which resources.',
  {
    resourceNames: optional(1, list(string), 'The names of the objects; all unless given.'),
    ...embedded(2, RuleWithOperations.fields),
  },
  { atomic: true },
);
export interface NamedRuleWithOperations extends Infer<typeof NamedRuleWithOperations> {}

export const MatchResources = object(
  `${prefix}.MatchResources`,
  'Which requests something is about.',
  {
    namespaceSelector: optional(1, LabelSelector, 'The namespaces of the objects, by their labels; all unless given.'),
    objectSelector: optional(
      2,
      LabelSelector,
      'The objects, by their labels before or after the change; all unless given.',
    ),
    resourceRules: optional(3, list(NamedRuleWithOperations), 'What is done to which resources; one rule is enough.'),
    excludeResourceRules: optional(4, list(NamedRuleWithOperations), 'What is left out of that.'),
    matchPolicy: optional(
      7,
      string,
      'Whether rules mean just the groups and versions they name (Exact), or the same resource by others as well (Equivalent); Equivalent unless given.',
      { values: matchPolicies },
    ),
  },
  { atomic: true },
);
export interface MatchResources extends Infer<typeof MatchResources> {}

export const ParamKind = object(
  `${prefix}.ParamKind`,
  'The kind of the objects that parameters are taken from.',
  {
    apiVersion: nonzero(1, string, 'Its group and version, such as example.com/v1.'),
    kind: nonzero(2, string, 'Its name, such as Limits.'),
  },
  { atomic: true },
);
export interface ParamKind extends Infer<typeof ParamKind> {}

export const Validation = object(`${prefix}.Validation`, 'What must hold for a request to pass.', {
  expression: required(
    1,
    string,
    'An expression in the Common Expression Language, true or false, about object, oldObject, request, params, namespaceObject, variables and authorizer.',
  ),
  message: nonzero(2, string, 'What people are told when it does not hold; one line.'),
  reason: optional(
    3,
    string,
    'Why the request is refused, for programs: Unauthorized, Forbidden, Invalid or RequestEntityTooLarge; Invalid unless given.',
  ),
  messageExpression: nonzero(
    4,
    string,
    'An expression that makes the message; it stands in for the message where it has a value.',
  ),
});
export interface Validation extends Infer<typeof Validation> {}

export const AuditAnnotation = object(`${prefix}.AuditAnnotation`, 'What is noted in the audit log of a request.', {
  key: required(1, string, 'What it is called there, behind the name of the policy and a slash.'),
  valueExpression: required(2, string, 'An expression that makes the text to note, or null for nothing.'),
});
export interface AuditAnnotation extends Infer<typeof AuditAnnotation> {}

export const Variable = object(
  `${prefix}.Variable`,
  'A value that other expressions can use.',
  {
    name: required(1, string, 'What it is called: variables.<name> in expressions.'),
    expression: required(2, string, 'The expression that makes it; it may use variables that stand before it.'),
  },
  { atomic: true },
);
export interface Variable extends Infer<typeof Variable> {}

export const ValidatingAdmissionPolicySpec = object(
  `${prefix}.ValidatingAdmissionPolicySpec`,
  'Which requests a policy is about, and what must hold for them.',
  {
    paramKind: optional(1, ParamKind, 'The kind of its parameters, if it has any.'),
    matchConstraints: optional(2, MatchResources, 'Which requests it is about; there must be rules.'),
    validations: optional(3, list(Validation), 'What must hold for them to pass.'),
    failurePolicy: optional(
      4,
      string,
      'What becomes of a request that cannot be judged: Fail refuses it, Ignore lets it pass; Fail unless given.',
      { values: failurePolicies },
    ),
    auditAnnotations: optional(5, list(AuditAnnotation), 'What is noted of them in the audit log.'),
    matchConditions: optional(
      6,
      listMap(MatchCondition, ['name'], 'name'),
      'What must hold as well for a request to be judged; 64 conditions at most.',
    ),
    variables: optional(7, listMap(Variable, ['name'], 'name'), 'Values that expressions can use.'),
  },
);
export interface ValidatingAdmissionPolicySpec extends Infer<typeof ValidatingAdmissionPolicySpec> {}

export const ExpressionWarning = object(`${prefix}.ExpressionWarning`, 'What is doubtful about an expression.', {
  fieldRef: required(2, string, 'The field that holds the expression, as a path.'),
  warning: required(3, string, 'What is doubtful, for which kinds.'),
});
export interface ExpressionWarning extends Infer<typeof ExpressionWarning> {}

export const TypeChecking = object(`${prefix}.TypeChecking`, 'How expressions fit the kinds they are about.', {
  expressionWarnings: optional(1, list(ExpressionWarning), 'What is doubtful about them.'),
});
export interface TypeChecking extends Infer<typeof TypeChecking> {}

export const ValidatingAdmissionPolicyStatus = object(
  `${prefix}.ValidatingAdmissionPolicyStatus`,
  'What has been found out about a policy.',
  {
    observedGeneration: nonzero(1, int64, 'The generation of the spec that this speaks of.'),
    typeChecking: optional(2, TypeChecking, 'How its expressions fit the kinds they are about.'),
    conditions: optional(3, listMap(Condition, ['type']), 'What else there is to say of it.'),
  },
);
export interface ValidatingAdmissionPolicyStatus extends Infer<typeof ValidatingAdmissionPolicyStatus> {}

export const ValidatingAdmissionPolicy = object(
  `${prefix}.ValidatingAdmissionPolicy`,
  'Rules for requests to the API. They hold where a binding says so.',
  {
    ...objectFields,
    spec: always(2, ValidatingAdmissionPolicySpec, 'Which requests it is about, and what must hold for them.'),
    status: always(3, ValidatingAdmissionPolicyStatus, 'What has been found out about it.'),
  },
);
export interface ValidatingAdmissionPolicy extends Stored<Infer<typeof ValidatingAdmissionPolicy>> {}

export const ParamRef = object(
  `${prefix}.ParamRef`,
  'Where parameters are taken from: an object by its name, or objects by their labels.',
  {
    name: nonzero(1, string, 'The name of the object.'),
    namespace: nonzero(2, string, 'Its namespace; that of the request unless given.'),
    selector: optional(3, LabelSelector, 'The objects, by their labels; the policy is held for each of them.'),
    parameterNotFoundAction: optional(4, string, 'What becomes of requests when there is none: Allow or Deny.'),
  },
  { atomic: true },
);
export interface ParamRef extends Infer<typeof ParamRef> {}

export const ValidatingAdmissionPolicyBindingSpec = object(
  `${prefix}.ValidatingAdmissionPolicyBindingSpec`,
  'Where a policy holds, with which parameters, and what becomes of requests that break it.',
  {
    policyName: nonzero(1, string, 'The policy.'),
    paramRef: optional(2, ParamRef, 'Where its parameters are taken from.'),
    matchResources: optional(
      3,
      MatchResources,
      'The requests it holds for, among those it is about; all unless given.',
    ),
    validationActions: optional(4, listSet(string), 'What becomes of requests that break it: Deny, Warn, Audit.'),
  },
);
export interface ValidatingAdmissionPolicyBindingSpec extends Infer<typeof ValidatingAdmissionPolicyBindingSpec> {}

export const ValidatingAdmissionPolicyBinding = object(
  `${prefix}.ValidatingAdmissionPolicyBinding`,
  'Says where an admission policy holds.',
  { ...objectFields, spec: always(2, ValidatingAdmissionPolicyBindingSpec, 'Where which policy holds.') },
);
export interface ValidatingAdmissionPolicyBinding extends Stored<Infer<typeof ValidatingAdmissionPolicyBinding>> {}
