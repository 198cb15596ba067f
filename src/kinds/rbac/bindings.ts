import type { Millis } from '#base/units.ts';
import { defineResource } from '#kinds/define.ts';
import type { Cell, TableDefinition } from '#kinds/definition.ts';
import { checkOneOf, checkPresent, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { pathSegmentProblems, subdomainProblems } from '#kinds/meta/names.ts';
import { rbacGroup } from '#kinds/rbac/names.ts';
import { ClusterRoleBinding, RoleBinding, type Subject } from '#kinds/rbac/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];
type AnyBinding = Pick<RoleBinding, 'roleRef' | 'subjects'> & {
  readonly metadata: Pick<RoleBinding['metadata'], 'name' | 'creationTimestamp'>;
};

const subjectKinds = ['ServiceAccount', 'User', 'Group'];

const table: TableDefinition<AnyBinding> = {
  columns: [
    nameColumn,
    column('Role', { description: 'The role that is given.' }),
    ageColumn,
    column('Users', { description: 'Users that get it.', priority: 1 }),
    column('Groups', { description: 'Groups that get it.', priority: 1 }),
    column('ServiceAccounts', { description: 'Service accounts that get it.', priority: 1 }),
  ],
  cells: bindingCells,
};

function bindingCells({ metadata, roleRef, subjects = [] }: AnyBinding, now: Millis): readonly Cell[] {
  const named = (kind: string, text: (subject: Subject) => string): string =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(text)
      .join(', ');
  return [
    metadata.name,
    `${roleRef.kind}/${roleRef.name}`,
    ageOf(metadata.creationTimestamp, now),
    named('User', ({ name }) => name),
    named('Group', ({ name }) => name),
    named('ServiceAccount', ({ namespace = '', name }) => `${namespace}/${name}`),
  ];
}

const common = {
  group: rbacGroup,
  version: 'v1',
  table,
} as const;

const commonRules = {
  createOnUpdate: true,
  revalidatesMetadata: true,
  nameProblems: pathSegmentProblems,
  defaults: defaultBinding,
} as const;

export const roleBindings = defineResource<RoleBinding>({
  ...common,
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
  schema: RoleBinding,
  rules: {
    ...commonRules,
    validate: (binding) => validateBinding(binding, true),
    validateUpdate: (binding, old) => [...validateBinding(binding, true), ...checkSameRole(binding, old)],
  },
});

export const clusterRoleBindings = defineResource<ClusterRoleBinding>({
  ...common,
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  schema: ClusterRoleBinding,
  rules: {
    ...commonRules,
    validate: (binding) => validateBinding(binding, false),
    validateUpdate: (binding, old) => [...validateBinding(binding, false), ...checkSameRole(binding, old)],
  },
});

function defaultBinding({ roleRef, subjects = [] }: Draft<RoleBinding | ClusterRoleBinding>): void {
  roleRef.apiGroup ||= rbacGroup;
  for (const subject of subjects) {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= rbacGroup;
  }
}

/** Findings on a binding (spec: api.md section 17.3). */
function validateBinding({ roleRef, subjects = [] }: AnyBinding, namespaced: boolean): Findings {
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  return [
    ...checkOneOf('roleRef.apiGroup', roleRef.apiGroup, [rbacGroup]),
    ...checkOneOf('roleRef.kind', roleRef.kind, kinds),
    ...checkPresent('roleRef.name', roleRef.name),
    ...invalidEach('roleRef.name', roleRef.name, pathSegmentProblems(roleRef.name)),
    ...subjects.flatMap((subject, index) => validateSubject(subject, `subjects[${index}]`, namespaced)),
  ];
}

function validateSubject(subject: Subject, field: string, namespaced: boolean): Findings {
  const { kind, name, apiGroup = '', namespace = '' } = subject;
  const findings = checkPresent(`${field}.name`, name);
  if (kind === 'User' || kind === 'Group')
    return [...findings, ...checkOneOf(`${field}.apiGroup`, apiGroup, [rbacGroup])];
  if (kind !== 'ServiceAccount') return [...findings, ...checkOneOf(`${field}.kind`, kind, subjectKinds)];
  return [
    ...findings,
    ...(name === '' ? [] : invalidEach(`${field}.name`, name, subdomainProblems(name))),
    ...checkOneOf(`${field}.apiGroup`, apiGroup, ['']),
    ...(namespaced || namespace !== '' ? [] : [fieldError.required(`${field}.namespace`)]),
  ];
}

/** Who may write a binding may do so for the role it names, and for no other. */
function checkSameRole({ roleRef }: AnyBinding, { roleRef: old }: AnyBinding): Findings {
  const { apiGroup, kind, name } = roleRef;
  if (apiGroup === old.apiGroup && kind === old.kind && name === old.name) return [];
  const shown = { APIGroup: apiGroup, Kind: kind, Name: name };
  return [fieldError.invalid('roleRef', shown, 'cannot change roleRef')];
}
