import type { FieldError } from '#kinds/meta/field-error.ts';
import type { Status, StatusCause, StatusDetails } from '#kinds/meta/schema.ts';

export interface ApiErrorInit {
  readonly code: number;
  /** Machine-readable; absent where upstream gives none. */
  readonly reason?: string;
  readonly message: string;
  readonly details?: StatusDetails;
  /** Our own help, sent beside the answer as Warning headers and never inside it. */
  readonly hints?: readonly string[];
  /** Metadata of the Status (a `continue` token in Expired answers). */
  readonly metadata?: Status['metadata'];
}

/** A refusal by the API, in the shape every client knows: an HTTP code and a `Status`. The same error comes out of the
 *  local client and, decoded, out of the remote one. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  readonly hints: readonly string[];
  private readonly metadata: Status['metadata'];

  constructor(init: ApiErrorInit) {
    super(init.message);
    this.code = init.code;
    this.reason = init.reason ?? '';
    this.details = init.details;
    this.hints = init.hints ?? [];
    this.metadata = init.metadata ?? {};
  }

  /** The body of the HTTP answer. */
  status(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

/** The error that a Status describes. */
export function errorOfStatus(status: Status): ApiError {
  return new ApiError({
    code: status.code ?? 500,
    ...(status.reason === undefined ? {} : { reason: status.reason }),
    message: status.message ?? 'unknown error',
    ...(status.details === undefined ? {} : { details: status.details }),
    metadata: status.metadata,
  });
}

/** A resource as error texts name it: "pods", "jobs.batch". */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
  /** The resource that stores the objects, if it is another one. */
  readonly view?: { readonly of: ResourceName };
}

/** A kind as error texts name it: "Pod", "Job.batch". */
export interface KindName {
  readonly group: string;
  readonly kind: string;
  readonly view?: { readonly of: KindName };
}

/** Stored objects are named as what they are stored as, however they are looked at. */
function storedAs<Name extends { readonly view?: { readonly of: Name } }>(name: Name): Name {
  return name.view?.of ?? name;
}

/** "pods" or "jobs.batch", as upstream names a resource in its messages. */
export function qualifiedResource(resource: ResourceName): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** "Pod" or "Job.batch", likewise. */
export function qualifiedKind(kind: KindName): string {
  return kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
}

function resourceDetails(resource: ResourceName, name: string): StatusDetails {
  return {
    ...(name === '' ? {} : { name }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
  };
}

/** `errors` as one text, each different error once. */
function joined(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map((error) => `${error.field}: ${error.message}`))];
  return texts.length === 1 ? String(texts[0]) : `[${texts.join(', ')}]`;
}

function causesOf(errors: readonly FieldError[]): readonly StatusCause[] {
  return errors.map((error) => ({ reason: error.type, message: error.message, field: error.field }));
}

/** Every refusal we make, in Kubernetes' own words (spec: api.md section 5). */
export const apiErrors = {
  badRequest: (message: string, details?: StatusDetails) =>
    new ApiError({ code: 400, reason: 'BadRequest', message, ...(details === undefined ? {} : { details }) }),
  unauthorized: () => new ApiError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' }),
  forbidden: (resource: ResourceName, name: string, why: string, causes?: readonly StatusCause[]) =>
    new ApiError({
      code: 403,
      reason: 'Forbidden',
      message: `${qualifiedResource(resource)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`,
      details: { ...resourceDetails(resource, name), ...(causes === undefined ? {} : { causes }) },
    }),
  notFound: (resource: ResourceName, name: string) =>
    new ApiError({
      code: 404,
      reason: 'NotFound',
      message: `${qualifiedResource(storedAs(resource))} "${name}" not found`,
      details: resourceDetails(storedAs(resource), name),
    }),
  /** Upstream's name for what its definition is about to take away. */
  terminating: (resource: ResourceName, verb: string) =>
    new ApiError({
      code: 405,
      reason: 'MethodNotAllowed',
      message: `${verb} not allowed while custom resource definition is terminating`,
      details: resourceDetails(resource, ''),
    }),
  noSuchResource: () =>
    new ApiError({
      code: 404,
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
      details: {},
    }),
  methodNotAllowed: () =>
    new ApiError({
      code: 405,
      reason: 'MethodNotAllowed',
      message: 'the server does not allow this method on the requested resource',
      details: {},
    }),
  verbNotSupported: (resource: ResourceName, verb: string) =>
    new ApiError({
      code: 405,
      reason: 'MethodNotAllowed',
      message: `${verb} is not supported on resources of kind ${JSON.stringify(qualifiedResource(resource))}`,
      details: resourceDetails(resource, ''),
    }),
  alreadyExists: (resource: ResourceName, name: string) =>
    new ApiError({
      code: 409,
      reason: 'AlreadyExists',
      message: `${qualifiedResource(storedAs(resource))} "${name}" already exists`,
      details: resourceDetails(storedAs(resource), name),
    }),
  conflict: (resource: ResourceName, name: string, why: string) =>
    new ApiError({
      code: 409,
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on ${qualifiedResource(storedAs(resource))} "${name}": ${why}`,
      details: resourceDetails(storedAs(resource), name),
    }),
  modified: (resource: ResourceName, name: string) =>
    apiErrors.conflict(
      resource,
      name,
      'the object has been modified; please apply your changes to the latest version and try again',
    ),
  expired: (message: string, metadata?: Status['metadata']) =>
    new ApiError({ code: 410, reason: 'Expired', message, ...(metadata === undefined ? {} : { metadata }) }),
  tooLarge: (message: string) => new ApiError({ code: 413, reason: 'RequestEntityTooLarge', message, details: {} }),
  invalid: (shownKind: KindName, name: string, errors: readonly FieldError[], hints: readonly string[] = []) => {
    const { group, kind } = storedAs(shownKind);
    return new ApiError({
      code: 422,
      reason: 'Invalid',
      message: `${qualifiedKind({ group, kind })} "${name}" is invalid: ${joined(errors)}`,
      details: {
        ...(name === '' ? {} : { name }),
        ...(group === '' ? {} : { group }),
        ...(kind === '' ? {} : { kind }),
        causes: causesOf(errors),
      },
      hints,
    });
  },
  internal: (message: string) =>
    new ApiError({
      code: 500,
      reason: 'InternalError',
      message: `Internal error occurred: ${message}`,
      details: { causes: [{ message }] },
    }),
  unavailable: (message: string) => new ApiError({ code: 503, reason: 'ServiceUnavailable', message }),
  timeout: (message: string, details?: StatusDetails) =>
    new ApiError({ code: 504, reason: 'Timeout', message, ...(details === undefined ? {} : { details }) }),
} as const;

export function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

export function isNotFound(error: unknown): boolean {
  return isApiError(error) && error.reason === 'NotFound';
}

export function isConflict(error: unknown): boolean {
  return isApiError(error) && error.reason === 'Conflict';
}

export function isAlreadyExists(error: unknown): boolean {
  return isApiError(error) && error.reason === 'AlreadyExists';
}

/** Whether a create was refused because its namespace is being deleted: nothing will ever be created there again. */
export function isNamespaceTerminating(error: unknown): boolean {
  return isApiError(error) && (error.details?.causes ?? []).some((cause) => cause.reason === 'NamespaceTerminating');
}

export function isExpired(error: unknown): boolean {
  return isApiError(error) && (error.reason === 'Expired' || error.reason === 'Gone');
}
