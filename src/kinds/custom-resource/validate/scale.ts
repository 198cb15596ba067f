import { isObject } from '#base/json.ts';
import type { CustomResourceSubresourceScale } from '#kinds/custom-resource-definition/schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

type Findings = readonly FieldError[];

const replicasMax = 2 ** 31 - 1;

/** Findings on the wanted number that `/scale` shows. They name the path as the definition has it, dot and all. */
export function validateScaleSpec({ specReplicasPath }: CustomResourceSubresourceScale, object: KubeObject): Findings {
  return validateReplicas(specReplicasPath, object);
}

/** As `validateScaleSpec`, on the present number and on the selector of what is counted. */
export function validateScaleStatus(scale: CustomResourceSubresourceScale, object: KubeObject): Findings {
  const { statusReplicasPath, labelSelectorPath = '' } = scale;
  const problem = labelSelectorPath === '' ? undefined : accessProblem(object, labelSelectorPath, 'string');
  return [
    ...validateReplicas(statusReplicasPath, object),
    ...(problem === undefined ? [] : [fieldError.invalid(labelSelectorPath, '', problem)]),
  ];
}

function validateReplicas(path: string, object: KubeObject): Findings {
  const problem = accessProblem(object, path, 'int64');
  if (problem !== undefined) return [fieldError.invalid(path, 0, problem)];
  const value = stepsOf(path).reduce(below, object as unknown);
  if (typeof value !== 'number') return [];
  if (value < 0) return [fieldError.invalid(path, value, 'should be a non-negative integer')];
  return value > replicasMax ? [fieldError.invalid(path, value, `should be less than or equal to ${replicasMax}`)] : [];
}

function stepsOf(path: string): readonly string[] {
  return path.replace(/^\./, '').split('.');
}

function below(value: unknown, step: string): unknown {
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

/** Why the value at a path is not what it must be, if it is there at all. */
function accessProblem(object: KubeObject, path: string, wanted: 'int64' | 'string'): string | undefined {
  const steps = stepsOf(path);
  const refused = (value: unknown, count: number, type: string): string =>
    `.${steps.slice(0, count).join('.')} accessor error: ${plainText(value)} is of the type ${typeOf(value)}, expected ${type}`;
  let value: unknown = object;
  for (const [index, step] of steps.entries()) {
    if (value === null) return undefined;
    if (!isObject(value)) return refused(value, index + 1, 'map[string]interface{}');
    value = below(value, step);
    if (value === undefined) return undefined;
  }
  return typeOf(value) === wanted ? undefined : refused(value, steps.length, wanted);
}

/** What upstream's language calls the type of a JSON value. */
function typeOf(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64';
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    default:
      return 'map[string]interface {}';
  }
}

/** A JSON value as upstream's language prints it. */
function plainText(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(plainText).join(' ')}]`;
  if (!isObject(value)) return String(value);
  const keys = Object.keys(value).toSorted();
  return `map[${keys.map((key) => `${key}:${plainText(value[key])}`).join(' ')}]`;
}
