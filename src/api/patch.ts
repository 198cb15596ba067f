import { isObject, type Json, type JsonObject } from '#base/json.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { fieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { applyJsonPatch } from '#patch/json-patch.ts';
import { applyMergePatch } from '#patch/merge-patch.ts';
import { PatchError } from '#patch/patch-error.ts';
import { applyStrategicMergePatch } from '#patch/strategic-merge.ts';
import { goText } from '#patch/tree.ts';
import { DecodeError, type DecodeProblem } from '#schema/decode.ts';
import { inKeyOrder, insideFirst } from '#schema/problem-order.ts';
import type { Draft } from '#schema/type.ts';
import type { FieldValidation, RequestContext, Target, WriteRequest, Written } from './api.ts';
import type { ApiCore } from './core.ts';
import { draftOf } from './decoding.ts';
import { kindMismatch } from './kind-mismatch.ts';
import { trackWrite, writerOf } from './managed-fields.ts';
import { checkName, namelessError, settleNamespace } from './metadata.ts';
import { modify } from './modify.ts';
import type { ParsedPatch } from './parsed-patch.ts';
import { checkRevision, decideUpdate, type UpdatePath } from './update.ts';

type Named = Target & { readonly name: string };

/** Changes the stored object as a patch says; computed anew when somebody else writes first (spec: api.md section 8.1). */
export async function patchObject(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  patch: ParsedPatch,
  request: WriteRequest,
  path: UpdatePath,
): Promise<Written> {
  const { resource, subresource } = target;
  const { object } = await modify(core, target, request.dryRun, (current) => {
    const value = patchedValue(resource, current, patch);
    // Nobody asks the result of a strategic merge patch what it is.
    if (patch.type !== 'strategic') checkKind(core.registry.resources, target, value);
    // Upstream quotes what a strategic merge patch says, but what the others have made of the object.
    const quoted = patch.type === 'strategic' ? () => goText(patch.body) : undefined;
    const { draft, problems } = draftOfPatched(resource, value, current, path.restored, quoted);
    const odd = [...patch.problems, ...problems];
    reportProblems(context, request.fieldValidation, odd, quoted ?? (() => JSON.stringify(value)));
    checkName(target, draft);
    settleNamespace(target, draft);
    checkRevision(target, draft, current);
    const writer = writerOf(core, context, resource, request, subresource, path);
    const { managedFields } = (value as { readonly metadata?: { readonly managedFields?: Json } }).metadata ?? {};
    trackWrite(writer, resource, draft, current, managedFields);
    return decideUpdate(core, context, target, draft, current, request, path, patch.body);
  });
  return { object, created: false };
}

export interface PatchedDraft {
  readonly draft: Draft<KubeObject>;
  readonly problems: readonly string[];
}

/** As `decodedPatch`, without decoding again what the patch left alone and the endpoint takes from the stored object anyway:
 *  that is most of an object when a small patch changes its status or its metadata. */
function draftOfPatched(
  resource: ResourceDefinition,
  value: Json,
  current: KubeObject,
  restored: readonly string[],
  quoted: (() => string) | undefined,
): PatchedDraft {
  if (!isObject(value)) return decodedPatch(resource, value, value, quoted);
  const stored = current as unknown as JsonObject;
  const rest: { [field: string]: Json } = { ...value };
  const kept = restored.filter((field) => isObject(rest[field]) && rest[field] === stored[field]);
  for (const field of kept) delete rest[field];
  rest.metadata = withoutStored('managedFields', rest.metadata, stored.metadata);
  const patched = decodedPatch(resource, rest, value, quoted);
  for (const field of kept) (patched.draft as { [field: string]: unknown })[field] = stored[field];
  return patched;
}

function withoutStored(field: string, value: Json | undefined, stored: Json | undefined): Json {
  if (!isObject(value) || !isObject(stored) || value[field] !== stored[field]) return value ?? null;
  const { [field]: _stored, ...rest } = value as JsonObject;
  return rest;
}

/** A patched JSON value as a draft of the kind; 422 about the field "patch" if it is none (spec: api.md section 8.1).
 *  `quoted` gives a strategic merge patch in Go's words. */
export function decodedPatch(
  resource: ResourceDefinition,
  value: Json,
  shown: Json = value,
  quoted?: () => string,
): PatchedDraft {
  try {
    const { draft, problems } = draftOf(resource, value);
    return { draft, problems: inOrder(resource, problems, quoted !== undefined).map((problem) => problem.text) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw quoted === undefined
      ? undecodable(JSON.stringify(shown), error.message)
      : undecodable(quoted(), error.converted);
  }
}

/** `current` as the patch makes it, not decoded yet. */
export function patchedValue(resource: ResourceDefinition, current: KubeObject, { type, body }: ParsedPatch): Json {
  try {
    if (type === 'json') return applyJsonPatch(current, body);
    if (type === 'merge') return applyMergePatch(current, body);
    return applyStrategicMergePatch(resource.schema, current, body);
  } catch (error) {
    if (error instanceof PatchError) throw refusal(error);
    throw error;
  }
}

/** Problems in the order in which upstream comes upon them. */
function inOrder(
  resource: ResourceDefinition,
  problems: readonly DecodeProblem[],
  isStrategic: boolean,
): readonly DecodeProblem[] {
  if (resource.custom !== undefined) return problems;
  return isStrategic ? insideFirst(problems) : inKeyOrder(problems);
}

/** A patch may not turn an object into one of another kind; a kind that it takes away is the old one. Throws 422 about the field
 *  "patch", or what upstream makes of an object without version: one in which it finds no name (spec: api.md section 8.1). */
export function checkKind(resources: readonly ResourceDefinition[], target: Target, value: Json): void {
  const { resource } = target;
  const { kind, apiVersion } = (value ?? {}) as { readonly kind?: Json; readonly apiVersion?: Json };
  const version = apiVersionOf(resource);
  if (kind === resource.kind && apiVersion === version) return;
  if (resource.custom !== undefined) {
    if (apiVersion === version) throw wrongCustomKind(resource, value, kind);
    checkCustomVersion(resources, resource, value, String(apiVersion ?? ''));
    return;
  } else if (!apiVersion) {
    throw namelessError(target);
  }
  const named = { apiVersion: String(apiVersion ?? ''), kind: String(kind || resource.kind) };
  if (named.kind === resource.kind && named.apiVersion === version) return;
  throw undecodable(JSON.stringify(value), kindMismatch(resources, named, resource));
}

/** Versions of one custom resource are converted into each other by their names alone. */
function checkCustomVersion(
  resources: readonly ResourceDefinition[],
  { group, version, kind, plural }: ResourceDefinition,
  value: Json,
  apiVersion: string,
): void {
  const shown = JSON.stringify(value);
  if (apiVersion === '') throw undecodable(shown, `Object 'apiVersion' is missing in '${shown}'`);
  if (resources.some((served) => served.plural === plural && apiVersionOf(served) === apiVersion)) return;
  const named = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  const why = apiVersion.startsWith(`${group}/`)
    ? `request to convert CR from an invalid group/version: ${apiVersion}`
    : `${named}, Kind=${kind} is unstructured and is not suitable for converting to "${group}/${version}"`;
  throw undecodable(shown, why);
}

/** Of custom resources upstream can decode any kind, and finds the fault when it validates. */
function wrongCustomKind({ group, kind: expected }: ResourceDefinition, value: Json, kind: Json | undefined): ApiError {
  const shown = JSON.stringify(value);
  if (typeof kind !== 'string' || kind === '') return undecodable(shown, `Object 'Kind' is missing in '${shown}'`);
  const { name } = (value as { readonly metadata?: { readonly name?: string } }).metadata ?? {};
  return apiErrors.invalid({ group, kind }, name ?? '', [fieldError.invalid('kind', kind, `must be ${expected}`)]);
}

/** A result that cannot be an object of the kind: 422 about the field "patch", naming no kind (spec: api.md section 8.1). */
function undecodable(shown: string, why: string): ApiError {
  return apiErrors.invalid({ group: '', kind: '' }, '', [fieldError.invalid('patch', shown, why)]);
}

/** Warns about what is odd in a patch or what it made, or refuses it: as the client asked. `quoted` is what the refusal shows. */
export function reportProblems(
  context: RequestContext,
  validation: FieldValidation,
  problems: readonly string[],
  quoted: () => string,
): void {
  if (problems.length === 0 || validation === 'Ignore') return;
  if (validation === 'Strict') throw undecodable(quoted(), `strict decoding error: ${problems.join(', ')}`);
  for (const text of problems) context.warn(text);
}

/** A patch that cannot be applied, as the answer clients know (spec: api.md section 8). */
export function refusal(error: PatchError): ApiError {
  const { status, message, invalid, causes } = error;
  switch (status) {
    case 400:
      return apiErrors.badRequest(message);
    case 409:
      return new ApiError({
        code: 409,
        reason: 'Conflict',
        message,
        details: { causes: causes.map((cause) => ({ reason: 'FieldManagerConflict', ...cause })) },
      });
    case 413:
      return apiErrors.tooLarge(message);
    case 422:
      if (invalid !== undefined) {
        return apiErrors.invalid({ group: '', kind: '' }, '', [
          fieldError.invalid(invalid.field, invalid.value, message),
        ]);
      }
      return new ApiError({ code: 422, reason: 'Invalid', message, details: {} });
    default:
      return new ApiError({ code: 500, message });
  }
}
