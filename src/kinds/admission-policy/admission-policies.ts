import { defaultBinding, defaultPolicy } from '#kinds/admission-policy/defaults.ts';
import {
  type ParamRef,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '#kinds/admission-policy/schema.ts';
import { validateBinding } from '#kinds/admission-policy/validate-binding.ts';
import { validatePolicy, validatePolicyStatus, validatePolicyUpdate } from '#kinds/admission-policy/validate-policy.ts';
import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { keepMetadata } from '#kinds/meta/keep-metadata.ts';
import type { LabelSelector } from '#kinds/meta/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import { staticNameWarnings } from '#kinds/webhook-configuration/static-names.ts';

const shared = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  categories: ['api-extensions'],
  namespaced: false,
} as const;

const unset = '<unset>';

const policyTable: TableDefinition<ValidatingAdmissionPolicy> = {
  columns: [
    nameColumn,
    column('Validations', { type: 'integer', description: 'How many things must hold for requests.' }),
    column('ParamKind', { description: 'The kind of its parameters.' }),
    ageColumn,
  ],
  cells: ({ metadata, spec: { validations = [], paramKind } }, now) => [
    metadata.name,
    validations.length,
    paramKind === undefined ? unset : `${paramKind.apiVersion}/${paramKind.kind}`,
    ageOf(metadata.creationTimestamp, now),
  ],
};

const bindingTable: TableDefinition<ValidatingAdmissionPolicyBinding> = {
  columns: [
    nameColumn,
    column('PolicyName', { description: 'The policy.' }),
    column('ParamRef', { description: 'Where its parameters are taken from.' }),
    ageColumn,
  ],
  cells: ({ metadata, spec }, now) => [
    metadata.name,
    spec.policyName ?? '',
    spec.paramRef === undefined ? unset : shownParams(spec.paramRef),
    ageOf(metadata.creationTimestamp, now),
  ],
};

function shownParams({ name = '', namespace = '', selector }: ParamRef): string {
  if (name !== '') return `${namespace === '' ? '*' : namespace}/${name}`;
  return selector === undefined ? unset : shownSelector(selector);
}

/** A selector as Go shows it. */
function shownSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const expressions = matchExpressions.map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const shownLabels = labels.map(([key, value]) => `${key}: ${value},`).join('');
  return `&LabelSelector{MatchLabels:map[string]string{${shownLabels}},MatchExpressions:[]LabelSelectorRequirement{${expressions.join('')}},}`;
}

/** Rules for requests to the API. */
export const validatingAdmissionPolicies = defineResource<ValidatingAdmissionPolicy>({
  ...shared,
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  schema: ValidatingAdmissionPolicy,
  rules: {
    hasStatus: true,
    unowned: { status: [['metadata']] },
    managesGeneration: true,
    unconditionalUpdate: false,
    revalidatesMetadata: true,
    sharedMetadataOnly: ['status'],
    defaults: defaultPolicy,
    prepareStatusUpdate: keepMetadata,
    validate: validatePolicy,
    validateUpdate: validatePolicyUpdate,
    validateStatusUpdate: validatePolicyStatus,
    warnings: staticNameWarnings,
  },
  table: policyTable,
});

/** Where those rules hold. */
export const validatingAdmissionPolicyBindings = defineResource<ValidatingAdmissionPolicyBinding>({
  ...shared,
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  schema: ValidatingAdmissionPolicyBinding,
  rules: {
    managesGeneration: true,
    unconditionalUpdate: false,
    revalidatesMetadata: true,
    defaults: defaultBinding,
    validate: validateBinding,
    validateUpdate: validateBinding,
    warnings: staticNameWarnings,
  },
  table: bindingTable,
});
