import { jsonEqual } from '#base/json.ts';
import { checkImmutable, checkOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { sortedMap, validateQualifiedName } from '#kinds/meta/labels.ts';
import { oldNodeLabelTexts } from '#kinds/pod/warnings.ts';
import type { StorageClass, TopologySelectorTerm } from '#kinds/storage-class/schema.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

const defaultMark = 'storageclass.kubernetes.io/is-default-class';
const oldDefaultMark = 'storageclass.beta.kubernetes.io/is-default-class';

/** The annotation of the class that claims without one get. */
export const defaultClassAnnotations = { [defaultMark]: 'true' } as const;

export function isDefaultClass({ metadata: { annotations } }: Pick<StorageClass, 'metadata'>): boolean {
  return annotations?.[defaultMark] === 'true' || annotations?.[oldDefaultMark] === 'true';
}

export function defaultStorageClass(storageClass: Draft<StorageClass>): void {
  storageClass.reclaimPolicy ??= 'Delete';
  storageClass.volumeBindingMode ??= 'Immediate';
}

/** Findings on a new class, as upstream words them. */
export function validateStorageClass(storageClass: StorageClass): Findings {
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies = [] } = storageClass;
  return [
    ...validateProvisioner(provisioner, 'provisioner'),
    ...validateParameters(parameters ?? {}),
    ...checkOneOf('reclaimPolicy', reclaimPolicy || undefined, ['Delete', 'Retain']),
    ...checkOneOf('volumeBindingMode', volumeBindingMode, ['Immediate', 'WaitForFirstConsumer']),
    ...validateTopologies(allowedTopologies, 'allowedTopologies'),
  ];
}

/** Findings on a change: volumes that are there were made by what the class says. */
export function validateStorageClassUpdate(storageClass: StorageClass, old: StorageClass): Findings {
  const { parameters, provisioner, reclaimPolicy, volumeBindingMode } = storageClass;
  const shown = parameters === undefined ? undefined : sortedMap(parameters);
  return [
    ...validateStorageClass(storageClass),
    ...checkImmutable('parameters', parameters ?? {}, old.parameters ?? {}, shown),
    ...checkImmutable('provisioner', provisioner, old.provisioner),
    ...checkImmutable('reclaimPolicy', reclaimPolicy, old.reclaimPolicy),
    ...checkImmutable('volumeBindingMode', volumeBindingMode, old.volumeBindingMode),
  ];
}

/** Topologies by labels that nodes no longer carry. */
export function storageClassWarnings({ allowedTopologies = [] }: StorageClass): readonly string[] {
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }, index) =>
    matchLabelExpressions.flatMap(({ key }, place) =>
      oldNodeLabelTexts(key).map((text) => `allowedTopologies[${index}].matchLabelExpressions[${place}].key: ${text}`),
    ),
  );
}

/** Findings on the name of who makes volumes. */
export function validateProvisioner(provisioner: string, field: string): Findings {
  if (provisioner === '') return [fieldError.required(field)];
  return validateQualifiedName(provisioner.toLowerCase(), field);
}

const parametersMax = 512;
const parameterBytesMax = 256 * 1024;

/** Findings on settings for whoever makes or changes volumes, in the field `parameters`. */
export function validateParameters(parameters: { readonly [key: string]: string }): Findings {
  const entries = Object.entries(parameters);
  if (entries.length > parametersMax) return [fieldError.tooLong('parameters', parametersMax)];
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...entries
      .filter(([key]) => key === '')
      .map(([key]) => fieldError.invalid('parameters', key, 'field can not be empty.')),
    ...(bytes > parameterBytesMax ? [fieldError.tooLong('parameters', parameterBytesMax)] : []),
  ];
}

function validateTopologies(terms: readonly TopologySelectorTerm[], field: string): Findings {
  const shapes = terms.map(shapeOf);
  // Upstream compares with as many empty terms as there are terms, too.
  const empty = terms.map(() => ({}));
  return terms.flatMap((term, index) => {
    const at = `${field}[${index}].matchLabelExpressions`;
    const same = [...empty, ...shapes.slice(0, index)].filter((other) => jsonEqual(other, shapes[index]));
    return [...validateTerm(term, at), ...same.map(() => fieldError.duplicate(at, ''))];
  });
}

/** Two terms that name the same values in another order are the same. */
function shapeOf({ matchLabelExpressions = [] }: TopologySelectorTerm): { readonly [key: string]: readonly string[] } {
  return Object.fromEntries(matchLabelExpressions.map(({ key, values }) => [key, [...new Set(values)].sort()]));
}

function validateTerm({ matchLabelExpressions = [] }: TopologySelectorTerm, field: string): Findings {
  return matchLabelExpressions.flatMap(({ key, values }, index) => [
    ...(values.length === 0 ? [fieldError.required(`${field}[${index}].values`)] : []),
    ...values.flatMap((value, at) =>
      values.indexOf(value) < at ? [fieldError.duplicate(`${field}[${index}].values[${at}]`, value)] : [],
    ),
    ...validateQualifiedName(key, `${field}[${index}].key`),
    ...(matchLabelExpressions.findIndex((other) => other.key === key) < index
      ? [fieldError.duplicate(`${field}[${index}].key`, key)]
      : []),
  ]);
}
