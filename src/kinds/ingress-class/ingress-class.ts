import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { validateReference } from '#kinds/ingress/validate.ts';
import { IngressClass, type IngressClassParametersReference, parameterScopes } from '#kinds/ingress-class/schema.ts';
import { checkImmutable, checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

const defaultAnnotation = 'ingressclass.kubernetes.io/is-default-class';

/** Whether ingresses that name no class are of this one. */
export function isDefaultClass({ metadata }: IngressClass): boolean {
  return metadata.annotations?.[defaultAnnotation] === 'true';
}

const table: TableDefinition<IngressClass> = {
  columns: [
    nameColumn,
    column('Controller', { description: 'Who carries out ingresses of the class.' }),
    column('Parameters', { description: 'The object with more settings.' }),
    ageColumn,
  ],
  cells: (object, now) => [
    isDefaultClass(object) ? `${object.metadata.name} (default)` : object.metadata.name,
    object.spec.controller ?? '',
    parametersText(object.spec.parameters),
    ageOf(object.metadata.creationTimestamp, now),
  ],
};

function parametersText(parameters: IngressClassParametersReference | undefined): string {
  if (parameters === undefined) return '<none>';
  const { apiGroup, kind, name } = parameters;
  return `${apiGroup === undefined ? kind : `${kind}.${apiGroup}`}/${name}`;
}

function defaultIngressClass({ spec }: Draft<IngressClass>): void {
  if (spec.parameters !== undefined) spec.parameters.scope ??= 'Cluster';
}

function validateIngressClass({ spec }: IngressClass): Findings {
  const { controller = '', parameters } = spec;
  return [
    ...(controller === '' ? [fieldError.required('spec.controller')] : validateController(controller)),
    ...(parameters === undefined ? [] : validateParameters(parameters, 'spec.parameters')),
  ];
}

const controllerBytesMax = 250;
const pathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const pathRegExp = new RegExp(`^${pathPattern}$`);

function validateController(controller: string): Findings {
  const field = 'spec.controller';
  const slash = controller.indexOf('/');
  const [host, path] = [controller.slice(0, Math.max(slash, 0)), controller.slice(slash + 1)];
  const tooLong = Buffer.byteLength(controller) > controllerBytesMax;
  const isInTwoParts = host !== '' && path !== '';
  return [
    ...(tooLong ? [fieldError.tooLong(field, controllerBytesMax)] : []),
    ...(isInTwoParts
      ? [
          ...invalidEach(field, host, subdomainProblems(host)),
          ...invalidEach(field, path, pathRegExp.test(path) ? [] : [pathText]),
        ]
      : [fieldError.invalid(field, controller, 'must be a domain-prefixed path (such as "acme.io/foo")')]),
  ];
}

const pathText = `Invalid path (regex used for validation is '${pathPattern}')`;

function validateParameters(parameters: IngressClassParametersReference, field: string): Findings {
  const { scope, namespace } = parameters;
  return [
    ...validateReference(parameters, field),
    ...checkRequiredOneOf(`${field}.scope`, scope, parameterScopes),
    ...validateNamespace(scope, namespace, `${field}.namespace`),
  ];
}

function validateNamespace(scope: string | undefined, namespace: string | undefined, field: string): Findings {
  if (scope === 'Namespace') {
    if (namespace === undefined) return [fieldError.required(field, "`parameters.scope` is set to 'Namespace'")];
    return invalidEach(field, namespace, labelProblems(namespace));
  }
  if (scope !== 'Cluster' || namespace === undefined) return [];
  return [fieldError.forbidden(field, "`parameters.scope` is set to 'Cluster'")];
}

export const ingressClasses = defineResource<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  schema: IngressClass,
  rules: {
    managesGeneration: true,
    revalidatesMetadata: true,
    defaults: defaultIngressClass,
    validate: validateIngressClass,
    validateUpdate: (now, old) => [
      ...checkImmutable('spec.controller', now.spec.controller ?? '', old.spec.controller ?? ''),
      ...validateIngressClass(now),
    ],
  },
  table,
});
