import { propertyOf } from '#kinds/custom-resource/read.ts';
import { validateEmbedded } from '#kinds/custom-resource/validate/embedded.ts';
import { validateListTypes } from '#kinds/custom-resource/validate/list-types.ts';
import { findingsMax } from '#kinds/custom-resource/validate/result.ts';
import { hasRules, judgeByRules, type RuleVerdict } from '#kinds/custom-resource/validate/rules.ts';
import { validateScaleSpec, validateScaleStatus } from '#kinds/custom-resource/validate/scale.ts';
import { validateValue } from '#kinds/custom-resource/validate/value.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import type { CustomResourceSubresourceScale } from '#kinds/custom-resource-definition/schema.ts';
import { type FieldError, type FieldErrorType, fieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

type Findings = readonly FieldError[];

/** What the objects of one version are held to. */
interface Held {
  readonly schema: JSONSchemaProps;
  readonly scale: CustomResourceSubresourceScale | undefined;
}

/** Findings on an object of a custom resource, metadata aside, each once; where `old` is given, on what changed of it. Objects that
 *  are embedded in it are looked at in any case. */
export function validateCustomResource({ schema, scale }: Held, object: KubeObject, old?: KubeObject): Findings {
  return withRules(schema, object, old, [
    ...validateValue(schema, object, { base: undefined, path: '' }, old).errors,
    ...(scale === undefined ? [] : [...validateScaleSpec(scale, object), ...validateScaleStatus(scale, object)]),
    ...validateEmbedded(schema, object, ''),
    ...validateLists(schema, object, old),
  ]);
}

type WithStatus = KubeObject & { readonly status?: unknown };

/** As `validateCustomResource`, of a change through `/status`: what stands outside of the status is not looked at, rules and lists
 *  aside. Upstream's texts then have paths that begin below the status, though its fields do not. */
export function validateCustomResourceStatus({ schema, scale }: Held, object: WithStatus, old: WithStatus): Findings {
  const held = propertyOf(schema, 'status');
  return withRules(schema, object, old, [
    ...(held === undefined || object.status === undefined
      ? []
      : validateValue(held, object.status, { base: 'status', path: '' }, old.status).errors),
    ...(scale === undefined ? [] : validateScaleStatus(scale, object)),
    ...validateLists(schema, object, old),
  ]);
}

/** What people are told of rules that were broken before, and still are, where nothing has changed. */
export function ruleWarnings(
  schema: JSONSchemaProps,
  object: KubeObject,
  old: KubeObject | undefined,
): readonly string[] {
  if (old === undefined || !hasRules(schema)) return [];
  return verdictOn(schema, object, old).tolerated.map(({ field, message }) => `${field}: ${message}`);
}

function withRules(
  schema: JSONSchemaProps,
  object: KubeObject,
  old: KubeObject | undefined,
  found: Findings,
): Findings {
  const isBlocked = found.some(({ type }) => blocking.has(type));
  const ruled = hasRules(schema) ? (isBlocked ? [unchecked] : verdictOn(schema, object, old).findings) : [];
  const findings = new Map([...found, ...ruled].map((error) => [`${error.field}: ${error.message}`, error]));
  return [...findings.values()].slice(0, findingsMax);
}

interface Judged {
  readonly schema: JSONSchemaProps;
  readonly old: KubeObject | undefined;
  readonly verdict: RuleVerdict;
}

/** An object is judged once, though it is asked first what refuses it and then what it is warned of: rules may cost much. */
const judged = new WeakMap<KubeObject, Judged>();

function verdictOn(schema: JSONSchemaProps, object: KubeObject, old: KubeObject | undefined): RuleVerdict {
  const known = judged.get(object);
  if (known?.schema === schema && known.old === old) return known.verdict;
  const verdict = judgeByRules(schema, object, old);
  judged.set(object, { schema, old, verdict });
  return verdict;
}

/** Findings after which rules would compute with values that they do not expect. */
const blocking: ReadonlySet<FieldErrorType> = new Set<FieldErrorType>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const unchecked = fieldError.invalid(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

/** An object whose lists held something twice already may hold more. */
function validateLists(schema: JSONSchemaProps, object: KubeObject, old: KubeObject | undefined): Findings {
  const findings = validateListTypes(schema, object, '');
  const isOld = findings.length > 0 && old !== undefined && validateListTypes(schema, old, '').length > 0;
  return isOld ? [] : findings;
}
