import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import { validateConversion } from '#kinds/custom-resource-definition/validate/conversion.ts';
import { validateGivenNames, validateNames } from '#kinds/custom-resource-definition/validate/names.ts';
import { validateVersions } from '#kinds/custom-resource-definition/validate/versions.ts';
import { checkImmutable, checkRequiredOneOf } from '#kinds/meta/checks.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';

type Findings = readonly FieldError[];

/** Findings on a new definition (spec: api.md section 21). */
export function validateCustomResourceDefinition(definition: CustomResourceDefinition): Findings {
  const { metadata, spec } = definition;
  const isNamed = metadata.name === `${spec.names.plural}.${spec.group}`;
  return [
    ...(isNamed
      ? []
      : [fieldError.invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...validateSpec(definition),
    ...validateStatus(definition),
    ...validateApproval(definition, undefined),
  ];
}

/** Findings on a change. What stored objects and their clients depend on stays what it was. */
export function validateCustomResourceDefinitionUpdate(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition,
): Findings {
  const { spec } = definition;
  const isEstablished = isConditionTrue(old.status.conditions, 'Established');
  return [
    ...validateSpec(definition, old),
    ...(isEstablished ? checkImmutable('spec.scope', spec.scope, old.spec.scope) : []),
    ...(isEstablished ? checkImmutable('spec.names.kind', spec.names.kind, old.spec.names.kind) : []),
    ...checkImmutable('spec.group', spec.group, old.spec.group),
    ...checkImmutable('spec.names.plural', spec.names.plural, old.spec.names.plural),
    ...validateStatus(definition),
    ...validateApproval(definition, old),
  ];
}

/** Findings on what the server's own controllers write, and others who know what they do. */
export function validateCustomResourceDefinitionStatus({ status }: CustomResourceDefinition): Findings {
  return validateNames(status.acceptedNames, 'status.acceptedNames');
}

function validateSpec(definition: CustomResourceDefinition, old?: CustomResourceDefinition): Findings {
  const { spec } = definition;
  return [
    ...validateGroup(spec.group),
    ...checkRequiredOneOf('spec.scope', spec.scope, ['Cluster', 'Namespaced']),
    ...validateVersions(spec, old?.spec.versions ?? []),
    ...validateGivenNames(spec.names, 'spec.names'),
    ...validateConversion(definition, old),
    ...(spec.preserveUnknownFields === true
      ? [
          fieldError.invalid(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
  ];
}

function validateGroup(group: string): Findings {
  if (group === '') return [fieldError.required('spec.group')];
  const problems = subdomainProblems(group);
  if (problems.length > 0) return [fieldError.invalid('spec.group', group, problems.join(','))];
  if (group.includes('.')) return [];
  return [fieldError.invalid('spec.group', group, 'should be a domain with at least one dot')];
}

function validateStatus({ spec, status }: CustomResourceDefinition): Findings {
  const field = 'status.storedVersions';
  const { storedVersions } = status;
  const names = validateNames(status.acceptedNames, 'status.acceptedNames');
  if (storedVersions.length === 0) {
    return [...names, fieldError.invalid(field, null, 'must have at least one stored version')];
  }
  const unstored = spec.versions.filter(({ name, storage }) => storage && !storedVersions.includes(name));
  const missing = storedVersions.filter((stored) => !spec.versions.some(({ name }) => name === stored));
  return [
    ...names,
    ...unstored.map(({ name }) => fieldError.invalid(field, storedVersions, `must have the storage version ${name}`)),
    ...missing.map((name) =>
      fieldError.invalid(
        `${field}[${storedVersions.indexOf(name)}]`,
        name,
        `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a ` +
          `storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
      ),
    ),
  ];
}

const approval = 'api-approved.kubernetes.io';
const approvalField = `metadata.annotations[${approval}]`;
const enhancement = 'see https://github.com/kubernetes/enhancements/pull/1111';

/** The groups of the Kubernetes project are for APIs it has approved. */
function validateApproval({ metadata, spec }: CustomResourceDefinition, old?: CustomResourceDefinition): Findings {
  const isProtected = /(^|\.)(k8s\.io|kubernetes\.io)$/.test(spec.group);
  const approved = metadata.annotations?.[approval] ?? '';
  if (!isProtected || (old !== undefined && (old.metadata.annotations?.[approval] ?? '') === approved)) return [];
  const text = `protected groups must have approval annotation "${approval}"`;
  if (approved === '') return [fieldError.required(approvalField, `${text}, ${enhancement}`)];
  if (approved.startsWith('unapproved') || isAddress(approved)) return [];
  const detail = `${text} with either a URL or a reason starting with "unapproved", ${enhancement}`;
  return [fieldError.invalid(approvalField, approved, detail)];
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && new URL(text).host !== '';
}
