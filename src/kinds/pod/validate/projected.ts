import { checkPresent } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '#kinds/pod/schema/volumes.ts';
import { fileFields, validateFieldRef, validateResourceRef } from '#kinds/pod/validate/field-refs.ts';
import { checkFileMode, checkUnreservedPath } from '#kinds/pod/validate/paths.ts';

type Findings = readonly FieldError[];

/** Findings on keys that become files. */
export function validateKeyToPaths(items: readonly KeyToPath[] | undefined, field: string): Findings {
  return (items ?? []).flatMap(({ key, path, mode }, index) => {
    const at = `${field}[${index}]`;
    return [
      ...checkPresent(`${at}.key`, key),
      ...checkPresent(`${at}.path`, path),
      ...checkUnreservedPath(`${at}.path`, path),
      ...checkFileMode(`${at}.mode`, mode),
    ];
  });
}

/** Findings on files that show fields of the pod. Paths carry no index, as upstream reports them. */
export function validateDownwardFiles(files: readonly DownwardAPIVolumeFile[] | undefined, field: string): Findings {
  return (files ?? []).flatMap((file) => [
    ...checkPresent(`${field}.path`, file.path),
    ...checkUnreservedPath(`${field}.path`, file.path),
    ...validateFileSource(file, field),
    ...checkFileMode(`${field}.mode`, file.mode),
  ]);
}

function validateFileSource({ fieldRef, resourceFieldRef }: DownwardAPIVolumeFile, field: string): Findings {
  if (fieldRef !== undefined) {
    const both = 'fieldRef and resourceFieldRef can not be specified simultaneously';
    return [
      ...validateFieldRef(fieldRef, fileFields, `${field}.fieldRef`),
      ...(resourceFieldRef === undefined ? [] : [fieldError.invalid(field, 'resource', both)]),
    ];
  }
  if (resourceFieldRef !== undefined) return validateResourceRef(resourceFieldRef, `${field}.resourceFieldRef`, true);
  return [fieldError.required(field, 'one of fieldRef and resourceFieldRef is required')];
}

/** Findings on a volume put together from several sources. */
export function validateProjected(projected: ProjectedVolumeSource, field: string): Findings {
  return [
    ...checkFileMode(`${field}.defaultMode`, projected.defaultMode),
    ...new ProjectionValidator(field).validate(projected.sources),
  ];
}

const sourceNames = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken'] as const;

/** Goes through the sources and remembers the paths that are taken. */
class ProjectionValidator {
  private readonly field: string;
  private readonly taken = new Set<string>();

  constructor(field: string) {
    this.field = field;
  }

  validate(sources: readonly VolumeProjection[]): Findings {
    return sources.flatMap((source, index) => {
      const at = `${this.field}.sources[${index}]`;
      const count = sourceNames.filter((name) => source[name] !== undefined).length;
      const many = 'may not specify more than 1 volume type per source';
      return [...this.source(source, at), ...(count > 1 ? [fieldError.forbidden(at, many)] : [])];
    });
  }

  private source(source: VolumeProjection, at: string): Findings {
    const { secret, configMap, downwardAPI, serviceAccountToken } = source;
    return [
      ...(secret === undefined ? [] : this.keyed(secret, `${at}.secret`)),
      ...(configMap === undefined ? [] : this.keyed(configMap, `${at}.configMap`)),
      ...(downwardAPI === undefined ? [] : this.downward(downwardAPI.items ?? [], `${at}.downwardAPI`)),
      ...(serviceAccountToken === undefined ? [] : this.token(serviceAccountToken, `${at}.serviceAccountToken`)),
    ];
  }

  private keyed(source: { readonly name?: string; readonly items?: readonly KeyToPath[] }, at: string): Findings {
    const { name = '', items = [] } = source;
    return [
      ...checkPresent(`${at}.name`, name),
      ...validateKeyToPaths(items, `${at}.items`),
      ...items.flatMap(({ path }) => this.take(path, name)),
    ];
  }

  private downward(files: readonly DownwardAPIVolumeFile[], at: string): Findings {
    return [...validateDownwardFiles(files, at), ...files.flatMap(({ path }) => this.take(path, path))];
  }

  private token({ expirationSeconds = 0, path }: ServiceAccountTokenProjection, at: string): Findings {
    const errors: FieldError[] = [];
    if (expirationSeconds < 10 * 60) {
      const text = 'may not specify a duration less than 10 minutes';
      errors.push(fieldError.invalid(`${at}.expirationSeconds`, expirationSeconds, text));
    }
    if (expirationSeconds > 2 ** 32) {
      const text = 'may not specify a duration larger than 2^32 seconds';
      errors.push(fieldError.invalid(`${at}.expirationSeconds`, expirationSeconds, text));
    }
    const pathField = `${this.field}.path`;
    return [...errors, ...(path === '' ? [fieldError.required(pathField)] : checkUnreservedPath(pathField, path))];
  }

  private take(path: string, shownValue: string): Findings {
    if (path === '') return [];
    if (this.taken.has(path)) return [fieldError.invalid(this.field, shownValue, 'conflicting duplicate paths')];
    this.taken.add(path);
    return [];
  }
}
