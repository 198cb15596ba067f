import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  boolean,
  int32,
  list,
  listMap,
  listSet,
  nonzero,
  object,
  optional,
  required,
  string,
  timeOrNull,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.flowcontrol.v1';

const UserSubject = object(`${prefix}.UserSubject`, 'A user.', { name: required(1, string, 'The name, * for all.') });

const GroupSubject = object(`${prefix}.GroupSubject`, 'A group of users.', {
  name: required(1, string, 'The name, * for all.'),
});

const ServiceAccountSubject = object(`${prefix}.ServiceAccountSubject`, 'A service account.', {
  namespace: required(1, string, 'Its namespace.'),
  name: required(2, string, 'Its name, * for all of the namespace.'),
});

const Subject = object(
  `${prefix}.Subject`,
  'Who asks: one of these.',
  {
    kind: required(1, string, 'User, Group or ServiceAccount.'),
    user: optional(2, UserSubject, 'The user.'),
    group: optional(3, GroupSubject, 'The group.'),
    serviceAccount: optional(4, ServiceAccountSubject, 'The service account.'),
  },
  {
    unions: [{ discriminator: 'kind', fields: { group: 'Group', serviceAccount: 'ServiceAccount', user: 'User' } }],
  },
);
export interface Subject extends Infer<typeof Subject> {}

const ResourcePolicyRule = object(`${prefix}.ResourcePolicyRule`, 'Requests for resources.', {
  verbs: required(1, listSet(string), 'What is done, * alone for anything.'),
  apiGroups: required(2, listSet(string), 'To resources of which groups, * alone for any.'),
  resources: required(3, listSet(string), 'To which resources, * alone for any.'),
  clusterScope: nonzero(4, boolean, 'Whether requests without a namespace are among them.'),
  namespaces: always(5, listSet(string), 'In which namespaces, * alone for any.'),
});
export interface ResourcePolicyRule extends Infer<typeof ResourcePolicyRule> {}

const NonResourcePolicyRule = object(`${prefix}.NonResourcePolicyRule`, 'Requests for other paths.', {
  verbs: required(1, listSet(string), 'What is done, * alone for anything.'),
  nonResourceURLs: required(6, listSet(string), 'The paths; /* at the end stands for all below, * alone for any.'),
});
export interface NonResourcePolicyRule extends Infer<typeof NonResourcePolicyRule> {}

const PolicyRulesWithSubjects = object(`${prefix}.PolicyRulesWithSubjects`, 'Who asks for what.', {
  subjects: required(1, list(Subject), 'Who: at least one.'),
  resourceRules: optional(2, list(ResourcePolicyRule), 'For resources.'),
  nonResourceRules: optional(3, list(NonResourcePolicyRule), 'For other paths.'),
});
export interface PolicyRulesWithSubjects extends Infer<typeof PolicyRulesWithSubjects> {}

const FlowDistinguisherMethod = object(`${prefix}.FlowDistinguisherMethod`, 'How flows are told apart.', {
  type: required(1, string, 'ByUser or ByNamespace.'),
});

const PriorityLevelConfigurationReference = object(
  `${prefix}.PriorityLevelConfigurationReference`,
  'A PriorityLevelConfiguration.',
  { name: required(1, string, 'Its name.') },
);

const FlowSchemaSpec = object(`${prefix}.FlowSchemaSpec`, 'Which requests, and of what level they are.', {
  priorityLevelConfiguration: required(1, PriorityLevelConfigurationReference, 'The level.'),
  matchingPrecedence: always(
    2,
    int32,
    'The schema of the lowest number that a request matches counts; 1 to 10000, 1000 unless given.',
  ),
  distinguisherMethod: optional(3, FlowDistinguisherMethod, 'How flows are told apart; all is one unless given.'),
  rules: optional(4, list(PolicyRulesWithSubjects), 'Which requests: those that any of these describes.'),
});
export interface FlowSchemaSpec extends Infer<typeof FlowSchemaSpec> {}

const FlowSchemaCondition = object(`${prefix}.FlowSchemaCondition`, 'Something that is known about the schema.', {
  type: nonzero(1, string, 'What is judged: Dangling.'),
  status: nonzero(2, string, 'True, False or Unknown.'),
  lastTransitionTime: optional(3, timeOrNull, 'When the status last changed.', { plain: true }),
  reason: nonzero(4, string, 'Why, in one word.'),
  message: nonzero(5, string, 'Why, for people.'),
});

const FlowSchemaStatus = object(`${prefix}.FlowSchemaStatus`, 'What is known about the schema.', {
  conditions: optional(1, listMap(FlowSchemaCondition, ['type'], 'type'), 'What is known about it.'),
});
export interface FlowSchemaStatus extends Infer<typeof FlowSchemaStatus> {}

export const FlowSchema = object(`${prefix}.FlowSchema`, 'Which requests are of which priority level.', {
  ...objectFields,
  spec: always(2, FlowSchemaSpec, 'Which requests, and of what level.'),
  status: always(3, FlowSchemaStatus, 'What is known about it.'),
});
export interface FlowSchema extends Stored<Infer<typeof FlowSchema>> {}
