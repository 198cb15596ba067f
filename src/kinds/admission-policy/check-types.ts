import { compileExpression } from '#kinds/admission-expression/compile.ts';
import type { Surroundings } from '#kinds/admission-expression/types.ts';
import { compileVariables } from '#kinds/admission-policy/compile.ts';
import { kindType } from '#kinds/admission-policy/kind-type.ts';
import type { ExpressionWarning, ValidatingAdmissionPolicySpec } from '#kinds/admission-policy/schema.ts';
import type { CelTypeOf } from '#kinds/cel/types.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';

/** The most kinds that one rule is checked for. */
const kindsMax = 10;

/** What is doubtful about the expressions of a policy, by the schemas of the kinds that its rules name. A pure function. */
export function typeWarnings(
  spec: ValidatingAdmissionPolicySpec,
  resources: readonly ResourceDefinition[],
): readonly ExpressionWarning[] {
  const kinds = kindsOf(spec, resources);
  const check = (field: string, source: string): readonly ExpressionWarning[] => {
    const warning = kinds.flatMap((kind) => problemFor(spec, kind, resources, source)).join('\n');
    return warning === '' ? [] : [{ fieldRef: field, warning }];
  };
  return (spec.validations ?? []).flatMap(({ expression, messageExpression = '' }, index) => {
    const at = `spec.validations[${index}]`;
    const said = messageExpression === '' ? [] : check(`${at}.messageExpression`, messageExpression);
    return [...check(`${at}.expression`, expression), ...said];
  });
}

function problemFor(
  spec: ValidatingAdmissionPolicySpec,
  kind: ResourceDefinition,
  resources: readonly ResourceDefinition[],
  source: string,
): readonly string[] {
  const { paramKind, variables = [] } = spec;
  const found =
    paramKind && resources.find((one) => one.kind === paramKind.kind && apiVersionOf(one) === paramKind.apiVersion);
  const known: Pick<Surroundings, 'objectType' | 'paramsType'> = {
    objectType: kindType(kind),
    ...(found === undefined ? {} : { paramsType: kindType(found) }),
  };
  const params = paramKind !== undefined;
  const { types } = compileVariables(variables, { params, ...known });
  const named: ReadonlyMap<string, CelTypeOf> | undefined = types.size === 0 ? undefined : types;
  const around = { params, authorizer: true, ...known, ...(named === undefined ? {} : { variables: named }) };
  const compiled = compileExpression(source, around, []);
  if (!('problem' in compiled)) return [];
  return [`${kind.group === '' ? '/' : ''}${apiVersionOf(kind)}, Kind=${kind.kind}: ${compiled.problem}\n`];
}

/** The kinds that rules name one by one, in order. */
function kindsOf(
  { matchConstraints }: ValidatingAdmissionPolicySpec,
  resources: readonly ResourceDefinition[],
): readonly ResourceDefinition[] {
  const found = new Set<ResourceDefinition>();
  for (const { apiGroups = [], apiVersions = [], resources: names = [] } of matchConstraints?.resourceRules ?? []) {
    if ([...apiGroups, ...apiVersions].some((one) => one.includes('*'))) continue;
    const plain = names.filter((name) => !/[*/]/.test(name));
    const meant = resources.filter(
      ({ group, version, plural }) =>
        apiGroups.includes(group) && apiVersions.includes(version) && plain.includes(plural),
    );
    for (const one of meant.toSorted(byNames).slice(0, kindsMax)) found.add(one);
  }
  return [...found].toSorted(byNames);
}

function byNames(a: ResourceDefinition, b: ResourceDefinition): number {
  const texts = ({ group, version, kind }: ResourceDefinition): string => `${group}\0${version}\0${kind}`;
  return texts(a) < texts(b) ? -1 : 1;
}
