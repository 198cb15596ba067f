import {
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
} from '#kinds/authorization/schema.ts';
import { defineResource } from '#kinds/define.ts';
import { plainTable } from '#kinds/table.ts';

const common = {
  group: 'authorization.k8s.io',
  version: 'v1',
  verbs: ['create'],
  table: plainTable,
} as const;

/** May this user do that? */
export const subjectAccessReviews = defineResource<SubjectAccessReview>({
  ...common,
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  namespaced: false,
  schema: SubjectAccessReview,
});

/** May this user do that here? */
export const localSubjectAccessReviews = defineResource<LocalSubjectAccessReview>({
  ...common,
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  namespaced: true,
  schema: LocalSubjectAccessReview,
});

/** May I do that? */
export const selfSubjectAccessReviews = defineResource<SelfSubjectAccessReview>({
  ...common,
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  namespaced: false,
  schema: SelfSubjectAccessReview,
});

/** What may I do here? */
export const selfSubjectRulesReviews = defineResource<SelfSubjectRulesReview>({
  ...common,
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  namespaced: false,
  schema: SelfSubjectRulesReview,
});
