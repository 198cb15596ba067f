import type { Namespaced, Stored } from '#kinds/meta/object.ts';
import { LabelSelectorRequirement, objectFields } from '#kinds/meta/schema.ts';
import { always, boolean, list, map, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const FieldSelectorRequirement = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement',
  'One condition on a field.',
  {
    key: required(1, string, 'The path of the field.'),
    operator: required(2, string, 'In, NotIn, Exists or DoesNotExist.'),
    values: optional(3, list(string), 'What the field is compared with; none for Exists and DoesNotExist.'),
  },
);
export interface FieldSelectorRequirement extends Infer<typeof FieldSelectorRequirement> {}

export const FieldSelectorAttributes = object(
  'io.k8s.api.authorization.v1.FieldSelectorAttributes',
  'Narrows the question to what a field selector selects.',
  {
    rawSelector: nonzero(1, string, 'The selector as a query parameter has it.'),
    requirements: optional(2, list(FieldSelectorRequirement), 'The selector taken apart.'),
  },
);
export interface FieldSelectorAttributes extends Infer<typeof FieldSelectorAttributes> {}

export const LabelSelectorAttributes = object(
  'io.k8s.api.authorization.v1.LabelSelectorAttributes',
  'Narrows the question to what a label selector selects.',
  {
    rawSelector: nonzero(1, string, 'The selector as a query parameter has it.'),
    requirements: optional(2, list(LabelSelectorRequirement), 'The selector taken apart.'),
  },
);
export interface LabelSelectorAttributes extends Infer<typeof LabelSelectorAttributes> {}

export const NonResourceAttributes = object(
  'io.k8s.api.authorization.v1.NonResourceAttributes',
  'A request that is not about a resource.',
  {
    path: nonzero(1, string, 'The path of the URL.'),
    verb: nonzero(2, string, 'The method in lower case.'),
  },
);
export interface NonResourceAttributes extends Infer<typeof NonResourceAttributes> {}

export const ResourceAttributes = object(
  'io.k8s.api.authorization.v1.ResourceAttributes',
  'A request about a resource.',
  {
    namespace: nonzero(1, string, 'The namespace; none for all of them, or for what is in no namespace.'),
    verb: nonzero(2, string, 'What is to be done, such as "get"; "*" for everything.'),
    group: nonzero(3, string, 'The group of the resource; "*" for all.'),
    version: nonzero(4, string, 'The version of the resource; "*" for all.'),
    resource: nonzero(5, string, 'The plural name of the resource; "*" for all.'),
    subresource: nonzero(6, string, 'A part of the resource, such as "status".'),
    name: nonzero(7, string, 'The name of a single object; none: all.'),
    fieldSelector: optional(8, FieldSelectorAttributes, 'Only what this selects.'),
    labelSelector: optional(9, LabelSelectorAttributes, 'Only what this selects.'),
  },
);
export interface ResourceAttributes extends Infer<typeof ResourceAttributes> {}

export const SubjectAccessReviewSpec = object(
  'io.k8s.api.authorization.v1.SubjectAccessReviewSpec',
  'Who wants to do what. Exactly one of the two kinds of attributes must be given.',
  {
    resourceAttributes: optional(1, ResourceAttributes, 'About a resource.'),
    nonResourceAttributes: optional(2, NonResourceAttributes, 'About a path outside of resources.'),
    user: nonzero(3, string, 'The name of the user; with no groups it must be given.'),
    groups: optional(4, list(string), 'The groups of the user.'),
    extra: optional(5, map(list(string)), 'What else is known of the user.'),
    uid: nonzero(6, string, 'The uid of the user.'),
  },
);
export interface SubjectAccessReviewSpec extends Infer<typeof SubjectAccessReviewSpec> {}

export const SubjectAccessReviewStatus = object(
  'io.k8s.api.authorization.v1.SubjectAccessReviewStatus',
  'The answer.',
  {
    allowed: required(1, boolean, 'Whether it would be allowed.'),
    reason: nonzero(2, string, 'Why.'),
    evaluationError: nonzero(3, string, 'What went wrong on the way; the answer may still stand.'),
    denied: nonzero(4, boolean, 'Whether somebody said no, rather than nobody yes.'),
  },
);
export interface SubjectAccessReviewStatus extends Infer<typeof SubjectAccessReviewStatus> {}

export const LocalSubjectAccessReview = object(
  'io.k8s.api.authorization.v1.LocalSubjectAccessReview',
  'Asks whether a user may do something in one namespace. It is answered and not stored.',
  {
    ...objectFields,
    spec: required(2, SubjectAccessReviewSpec, 'Who wants to do what, in this namespace.'),
    status: always(3, SubjectAccessReviewStatus, 'Filled in by the server.'),
  },
);
export interface LocalSubjectAccessReview extends Namespaced<Infer<typeof LocalSubjectAccessReview>> {}

export const NonResourceRule = object('io.k8s.api.authorization.v1.NonResourceRule', 'What may be done with paths.', {
  verbs: required(1, list(string), 'What may be done; "*" for everything.'),
  nonResourceURLs: optional(2, list(string), 'The paths; a "*" at the end stands for anything.'),
});
export interface NonResourceRule extends Infer<typeof NonResourceRule> {}

export const ResourceRule = object('io.k8s.api.authorization.v1.ResourceRule', 'What may be done with resources.', {
  verbs: required(1, list(string), 'What may be done; "*" for everything.'),
  apiGroups: optional(2, list(string), 'Groups of the resources; "*" for all.'),
  resources: optional(3, list(string), 'Resources by plural name; "*" for all.'),
  resourceNames: optional(4, list(string), 'Names of single objects; none: all of them.'),
});
export interface ResourceRule extends Infer<typeof ResourceRule> {}

export const SelfSubjectAccessReviewSpec = object(
  'io.k8s.api.authorization.v1.SelfSubjectAccessReviewSpec',
  'What the caller wants to do. Exactly one of the two must be given.',
  {
    resourceAttributes: optional(1, ResourceAttributes, 'About a resource.'),
    nonResourceAttributes: optional(2, NonResourceAttributes, 'About a path outside of resources.'),
  },
);
export interface SelfSubjectAccessReviewSpec extends Infer<typeof SelfSubjectAccessReviewSpec> {}

export const SelfSubjectAccessReview = object(
  'io.k8s.api.authorization.v1.SelfSubjectAccessReview',
  'Asks whether the caller may do something. It is answered and not stored.',
  {
    ...objectFields,
    spec: required(2, SelfSubjectAccessReviewSpec, 'What the caller wants to do.'),
    status: always(3, SubjectAccessReviewStatus, 'Filled in by the server.'),
  },
);
export interface SelfSubjectAccessReview extends Stored<Infer<typeof SelfSubjectAccessReview>> {}

export const SelfSubjectRulesReviewSpec = object(
  'io.k8s.api.authorization.v1.SelfSubjectRulesReviewSpec',
  'Where the caller wants to act.',
  {
    namespace: nonzero(1, string, 'The namespace; it must be given.'),
  },
);
export interface SelfSubjectRulesReviewSpec extends Infer<typeof SelfSubjectRulesReviewSpec> {}

export const SubjectRulesReviewStatus = object(
  'io.k8s.api.authorization.v1.SubjectRulesReviewStatus',
  'What may be done.',
  {
    resourceRules: required(
      1,
      list(ResourceRule),
      'With resources; in no particular order, and some may be there twice.',
    ),
    nonResourceRules: required(
      2,
      list(NonResourceRule),
      'With paths; in no particular order, and some may be there twice.',
    ),
    incomplete: required(3, boolean, 'Whether there may be more than is listed.'),
    evaluationError: nonzero(4, string, 'What went wrong on the way.'),
  },
);
export interface SubjectRulesReviewStatus extends Infer<typeof SubjectRulesReviewStatus> {}

export const SelfSubjectRulesReview = object(
  'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
  'Asks for everything the caller may do in a namespace, for showing it: not for deciding. It is answered and not stored.',
  {
    ...objectFields,
    spec: required(2, SelfSubjectRulesReviewSpec, 'Where.'),
    status: always(3, SubjectRulesReviewStatus, 'Filled in by the server.'),
  },
);
export interface SelfSubjectRulesReview extends Stored<Infer<typeof SelfSubjectRulesReview>> {}

export const SubjectAccessReview = object(
  'io.k8s.api.authorization.v1.SubjectAccessReview',
  'Asks whether a user may do something. It is answered and not stored.',
  {
    ...objectFields,
    spec: required(2, SubjectAccessReviewSpec, 'Who wants to do what.'),
    status: always(3, SubjectAccessReviewStatus, 'Filled in by the server.'),
  },
);
export interface SubjectAccessReview extends Stored<Infer<typeof SubjectAccessReview>> {}
