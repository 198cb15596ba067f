import type { Stored } from '#kinds/meta/object.ts';
import { LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import { bytes, embedded, int32, list, listMap, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.admissionregistration.v1';

export const failurePolicies = ['Fail', 'Ignore'] as const;
export const matchPolicies = ['Equivalent', 'Exact'] as const;
export const reinvocationPolicies = ['IfNeeded', 'Never'] as const;
export const ruleScopes = ['*', 'Cluster', 'Namespaced'] as const;
export const harmlessSideEffects = ['None', 'NoneOnDryRun'] as const;
/** Those of old versions of the API too, which are read but no longer taken. */
const sideEffectClasses = [...harmlessSideEffects, 'Some', 'Unknown'];

export const ServiceReference = object(`${prefix}.ServiceReference`, 'A service that answers.', {
  namespace: required(1, string, 'Its namespace.'),
  name: required(2, string, 'Its name.'),
  path: optional(3, string, 'The path to ask at.'),
  port: optional(4, int32, 'The port to ask at; 443 unless given.'),
});
export interface ServiceReference extends Infer<typeof ServiceReference> {}

export const WebhookClientConfig = object(
  `${prefix}.WebhookClientConfig`,
  'Whom to ask, and how to trust them. Either the address or the service is given.',
  {
    url: optional(3, string, 'Their address: https, a host, and a path if need be; no user, query or fragment.'),
    service: optional(1, ServiceReference, 'The service, instead of an address.'),
    caBundle: optional(2, bytes, 'Certificates that sign theirs, as PEM; those the server trusts anyway unless given.'),
  },
);
export interface WebhookClientConfig extends Infer<typeof WebhookClientConfig> {}

export const RuleWithOperations = object(`${prefix}.RuleWithOperations`, 'Which requests a webhook is asked about.', {
  operations: optional(
    1,
    list(string),
    'What is done: CREATE, UPDATE, DELETE, CONNECT, or * alone for all that is ever done.',
  ),
  ...embedded(2, {
    apiGroups: optional(1, list(string), 'The groups of the resources, "" being the core group, or * alone for all.'),
    apiVersions: optional(2, list(string), 'The versions of the resources, or * alone for all.'),
    resources: optional(
      3,
      list(string),
      'The resources, such as pods, pods/log, pods/* for what lies below pods, */scale, * for all that lie below none, */* for all.',
    ),
    scope: optional(4, string, 'Cluster or Namespaced resources alone, or * for both; both unless given.', {
      values: ruleScopes,
    }),
  }),
});
export interface RuleWithOperations extends Infer<typeof RuleWithOperations> {}

export const MatchCondition = object(`${prefix}.MatchCondition`, 'What must hold for a webhook to be asked.', {
  name: required(1, string, 'What it is called; unique in the webhook.'),
  expression: required(
    2,
    string,
    'An expression in the Common Expression Language, true or false, about object, oldObject, request and authorizer.',
  ),
});
export interface MatchCondition extends Infer<typeof MatchCondition> {}

/** What both kinds of webhooks have; two fields have numbers of their own in each. */
function webhookFields(numbers: { readonly objectSelector: number; readonly matchConditions: number }) {
  return {
    name: required(1, string, 'What it is called: a domain name of three parts at least, such as pods.example.com.'),
    clientConfig: required(2, WebhookClientConfig, 'Whom to ask.'),
    rules: optional(
      3,
      list(RuleWithOperations),
      'Which requests it is asked about; those that one of the rules is for.',
    ),
    failurePolicy: optional(
      4,
      string,
      'What becomes of a request when it does not answer: Fail refuses it, Ignore lets it pass; Fail unless given.',
      { values: failurePolicies },
    ),
    matchPolicy: optional(
      9,
      string,
      'Whether rules mean just the groups and versions they name (Exact), or the same resource by others as well (Equivalent); Equivalent unless given.',
      { values: matchPolicies },
    ),
    namespaceSelector: optional(
      5,
      LabelSelector,
      'The namespaces of the objects it is asked about, by their labels; all unless given.',
    ),
    objectSelector: optional(
      numbers.objectSelector,
      LabelSelector,
      'The objects it is asked about, by their labels before or after the change; all unless given.',
    ),
    sideEffects: required(
      6,
      string,
      'Whether asking it changes anything elsewhere: None, or NoneOnDryRun if only dry runs are without.',
      { values: sideEffectClasses, nullable: true },
    ),
    timeoutSeconds: optional(7, int32, 'How long it has to answer, in seconds: 1 to 30; 10 unless given.'),
    admissionReviewVersions: required(
      8,
      list(string),
      'The versions of the question it understands, the best first; v1 or v1beta1 is among them.',
    ),
    matchConditions: optional(
      numbers.matchConditions,
      listMap(MatchCondition, ['name'], 'name'),
      'What must hold as well for it to be asked; 64 conditions at most.',
    ),
  };
}

export const ValidatingWebhook = object(
  `${prefix}.ValidatingWebhook`,
  'Somebody who is asked whether requests may pass.',
  webhookFields({ objectSelector: 10, matchConditions: 11 }),
);
export interface ValidatingWebhook extends Infer<typeof ValidatingWebhook> {}

export const MutatingWebhook = object(
  `${prefix}.MutatingWebhook`,
  'Somebody who is asked whether requests may pass, and how to change them.',
  {
    ...webhookFields({ objectSelector: 11, matchConditions: 12 }),
    reinvocationPolicy: optional(
      10,
      string,
      'Whether it is asked again if others change the object after it: IfNeeded or Never; Never unless given.',
      { values: reinvocationPolicies },
    ),
  },
);
export interface MutatingWebhook extends Infer<typeof MutatingWebhook> {}

export const ValidatingWebhookConfiguration = object(
  `${prefix}.ValidatingWebhookConfiguration`,
  'Who is asked whether requests to the API may pass.',
  {
    ...objectFields,
    webhooks: optional(2, listMap(ValidatingWebhook, ['name'], 'name'), 'Those who are asked, and about what.'),
  },
);
export interface ValidatingWebhookConfiguration extends Stored<Infer<typeof ValidatingWebhookConfiguration>> {}

export const MutatingWebhookConfiguration = object(
  `${prefix}.MutatingWebhookConfiguration`,
  'Who is asked how to change requests to the API, and whether they may pass.',
  {
    ...objectFields,
    webhooks: optional(2, listMap(MutatingWebhook, ['name'], 'name'), 'Those who are asked, and about what.'),
  },
);
export interface MutatingWebhookConfiguration extends Stored<Infer<typeof MutatingWebhookConfiguration>> {}
