import { jsonEqual } from '#base/json.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSubresourceScale,
} from '#kinds/custom-resource-definition/schema.ts';
import { checkOldLabel } from '#kinds/custom-resource-definition/validate/names.ts';
import { validateRootSchema } from '#kinds/custom-resource-definition/validate/root-schema.ts';
import { validateSelectableFields } from '#kinds/custom-resource-definition/validate/selectable-fields.ts';
import { checkPresent, internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';

type Findings = readonly FieldError[];
type Version = CustomResourceDefinitionVersion;

/** Findings on the versions of a definition. Upstream moves what all versions share to the definition itself before it looks,
 *  and names fields accordingly: `spec.validation`, not `spec.versions[0].schema`. `old` are those that the definition had before. */
export function validateVersions(spec: CustomResourceDefinitionSpec, old: readonly Version[]): Findings {
  const { versions } = spec;
  const first = versions[0];
  const names = versions.map(({ name }) => name);
  const shown = versions.map(internally);
  return [
    ...versions.flatMap((version, index) =>
      version.schema?.openAPIV3Schema === undefined
        ? [fieldError.required(`spec.versions[${index}].schema.openAPIV3Schema`)]
        : [],
    ),
    ...names.flatMap((name, index) => checkOldLabel(`spec.versions[${index}].name`, name)),
    ...versions.flatMap((version, index) => validateDeprecation(version, `spec.versions[${index}]`)),
    ...(new Set(names).size === names.length
      ? []
      : [fieldError.invalid('spec.versions', shown, 'must contain unique version names')]),
    ...(versions.filter(({ storage }) => storage).length === 1
      ? []
      : [fieldError.invalid('spec.versions', shown, 'must have exactly one version marked as storage version')]),
    ...(first === undefined ? [] : checkOldLabel('spec.version', first.name)),
    ...validateParts(versions, old),
  ];
}

function validateDeprecation({ deprecated, deprecationWarning }: Version, field: string): Findings {
  if (deprecationWarning === undefined) return [];
  const problems: string[] = [];
  if (deprecated !== true) problems.push('can only be set for deprecated versions');
  else {
    if (Buffer.byteLength(deprecationWarning) > 256) problems.push('must be <= 256 characters long');
    if (deprecationWarning === '') problems.push('must not be an empty string');
    const at = deprecationWarning.search(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u);
    if (at >= 0) {
      problems.push(
        `must only contain printable UTF-8 characters; non-printable character found at index ${Buffer.byteLength(deprecationWarning.slice(0, at))}`,
      );
    }
  }
  return problems.map((problem) => fieldError.invalid(`${field}.deprecationWarning`, deprecationWarning, problem));
}

/** Each part under the name of the definition if all versions agree on it, and else under that of each version. */
function validateParts(versions: readonly Version[], old: readonly Version[]): Findings {
  const hasStatus = (version: Version): boolean => version.subresources?.status !== undefined;
  return [
    ...placed(versions, 'schema', 'validation', (version, field) =>
      validateRootSchema(version.schema?.openAPIV3Schema, `${field}.openAPIV3Schema`, {
        hasStatus: hasStatus(version),
        isKept: old.some(({ name, schema }) => name === version.name && jsonEqual(schema, version.schema)),
      }),
    ),
    ...placed(versions, 'subresources', 'subresources', (version, field) =>
      validateScale(version.subresources?.scale, `${field}.scale`),
    ),
    ...placed(versions, 'additionalPrinterColumns', 'additionalPrinterColumns', (version, field) =>
      (version.additionalPrinterColumns ?? []).flatMap((column, index) => validateColumn(column, `${field}[${index}]`)),
    ),
    ...placed(versions, 'selectableFields', 'selectableFields', (version, field) =>
      validateSelectableFields(version, field),
    ),
  ];
}

type Part = 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields';

function placed(
  versions: readonly Version[],
  part: Part,
  shared: string,
  validate: (version: Version, field: string) => Findings,
): Findings {
  const [first, ...others] = versions;
  if (first === undefined) return [];
  if (others.every((version) => jsonEqual(version[part], first[part]))) return validate(first, `spec.${shared}`);
  return versions.flatMap((version, index) => validate(version, `spec.versions[${index}].${part}`));
}

function simplePathProblem(path: string): string | undefined {
  if (path === '') return 'must not be empty';
  return path.startsWith('.') ? undefined : 'must be a simple json path starting with .';
}

function validateScale(scale: CustomResourceSubresourceScale | undefined, field: string): Findings {
  if (scale === undefined) return [];
  const { labelSelectorPath = '' } = scale;
  const path = (key: keyof CustomResourceSubresourceScale, below: readonly string[], where: string): Findings => {
    const value = scale[key] ?? '';
    if (value === '') return [fieldError.required(`${field}.${key}`)];
    const isBelow = below.some((start) => value.startsWith(start));
    const problem = simplePathProblem(value) ?? (isBelow ? undefined : `should be a json path under ${where}`);
    return problem === undefined ? [] : [fieldError.invalid(`${field}.${key}`, value, problem)];
  };
  return [
    ...path('specReplicasPath', ['.spec.'], '.spec'),
    ...path('statusReplicasPath', ['.status.'], '.status'),
    ...(labelSelectorPath === '' ? [] : path('labelSelectorPath', ['.spec.', '.status.'], 'either .spec or .status')),
  ];
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

function validateColumn(column: CustomResourceColumnDefinition, field: string): Findings {
  const { name, type, format = '', jsonPath } = column;
  const oneOf = (values: readonly string[]): string => `must be one of ${values.join(',')}`;
  const pathProblem = simplePathProblem(jsonPath);
  return [
    ...checkPresent(`${field}.name`, name),
    ...(type === '' ? [fieldError.required(`${field}.type`, oneOf(columnTypes))] : []),
    ...(type === '' || columnTypes.includes(type)
      ? []
      : [fieldError.invalid(`${field}.type`, type, oneOf(columnTypes))]),
    ...(format === '' || columnFormats.includes(format)
      ? []
      : [fieldError.invalid(`${field}.format`, format, oneOf(columnFormats))]),
    ...(jsonPath === ''
      ? [fieldError.required(`${field}.JSONPath`)]
      : pathProblem === undefined
        ? []
        : [fieldError.invalid(`${field}.JSONPath`, jsonPath, pathProblem)]),
  ];
}
