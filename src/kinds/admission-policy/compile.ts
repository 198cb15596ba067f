import { type AdmissionExpression, compileExpression } from '#kinds/admission-expression/compile.ts';
import type { NamedExpression } from '#kinds/admission-expression/evaluation.ts';
import { compileConditions } from '#kinds/admission-expression/match-conditions.ts';
import type { Surroundings } from '#kinds/admission-expression/types.ts';
import type {
  AuditAnnotation,
  ValidatingAdmissionPolicySpec,
  Validation,
  Variable,
} from '#kinds/admission-policy/schema.ts';
import { boolType, type CelTypeOf, dynType, nullType, stringType } from '#kinds/cel/types.ts';

/** The expressions of a policy, ready to be asked. */
export interface CompiledPolicy {
  readonly conditions: readonly NamedExpression[];
  readonly variables: readonly NamedExpression[];
  readonly validations: readonly CompiledValidation[];
  readonly annotations: readonly CompiledAnnotation[];
}

export interface CompiledValidation {
  readonly validation: Validation;
  readonly expression: AdmissionExpression;
  readonly message: AdmissionExpression | undefined;
}

export interface CompiledAnnotation {
  readonly annotation: AuditAnnotation;
  readonly value: AdmissionExpression;
}

/** Reads all expressions of a policy. Those that are wrong say so themselves. */
export function compilePolicy(spec: ValidatingAdmissionPolicySpec): CompiledPolicy {
  const params = spec.paramKind !== undefined;
  const { variables, types } = compileVariables(spec.variables ?? [], { params });
  const around = { params, ...(types.size === 0 ? {} : { variables: types }) };
  const asking = { ...around, authorizer: true };
  const telling = { ...around, authorizer: false };
  return {
    conditions: compileConditions(spec.matchConditions ?? [], { params }),
    variables,
    validations: (spec.validations ?? []).map((validation) => ({
      validation,
      expression: compileExpression(validation.expression, asking, [boolType]),
      message: validation.messageExpression
        ? compileExpression(validation.messageExpression, telling, [stringType])
        : undefined,
    })),
    annotations: (spec.auditAnnotations ?? []).map((annotation) => ({
      annotation,
      value: compileExpression(annotation.valueExpression.trim(), asking, [stringType, nullType]),
    })),
  };
}

/** Reads variables, and tells their types. A variable may use those before it. */
export function compileVariables(
  given: readonly Variable[],
  around: Pick<Surroundings, 'params' | 'objectType' | 'paramsType'>,
): { readonly variables: readonly NamedExpression[]; readonly types: ReadonlyMap<string, CelTypeOf> } {
  const types = new Map<string, CelTypeOf>();
  const variables = given.map(({ name, expression }) => {
    const compiled = compileExpression(expression, { ...around, authorizer: true, variables: new Map(types) }, []);
    types.set(name, 'problem' in compiled ? dynType : knownType(compiled.type));
    return { name, expression: compiled };
  });
  return { variables, types };
}

const kept = /^(?:bool|bytes|double|duration|int|null|string|timestamp|uint)$/;

/** What is remembered of a variable's type: of objects and what libraries make, nothing. */
function knownType(type: CelTypeOf): CelTypeOf {
  if (type.name === 'list' || type.name === 'map') return { name: type.name, of: type.of.map(knownType) };
  return kept.test(type.name) ? type : dynType;
}
