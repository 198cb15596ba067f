import { jsonCopy } from '#base/json.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { validateNew } from '#kinds/meta/validate-metadata.ts';
import type { Writer } from '#patch/managed/after-update.ts';
import type { ManagedFields } from '#patch/managed/entry.ts';
import type { Draft } from '#schema/type.ts';
import type { AdmissionRequest } from './admission/chain.ts';
import type { RequestContext, Target, WriteRequest } from './api.ts';
import type { ApiCore } from './core.ts';
import { blankStatus } from './decoding.ts';
import { objectKey } from './keys.ts';
import { expiryOf } from './lifetime.ts';
import { revisionProblem } from './list-options.ts';
import { setManagedFields, topLevel, trackWrite, unownedFields, writerOf } from './managed-fields.ts';
import { dedupeOwners, fillSystemFields, generatedName, plainError, settleNamespace } from './metadata.ts';
import { objectAt, objectOf, sealed, storedValue } from './object-value.ts';
import { noteOf, refuseInvalid, warnOf } from './validation.ts';

const generatedNameTries = 8;

/** Stores a new object (spec: api.md section 7.1). `draft` is decoded, complete and given away. `applied` says who owns its fields
 *  when that has been worked out already. */
export async function createObject(
  core: ApiCore,
  context: RequestContext,
  target: Target,
  draft: Draft<KubeObject>,
  request: WriteRequest,
  applied?: ManagedFields,
): Promise<KubeObject> {
  const { resource } = target;
  if (resource.custom?.terminating) throw apiErrors.terminating(resource, 'create');
  settleNamespace(target, draft);
  if (target.name !== undefined && !draft.metadata.name) draft.metadata.name = target.name;
  dedupeOwners(draft, context, 'sent');
  if (applied !== undefined) setManagedFields(draft, applied);
  else trackWrite(creatorOf(core, context, resource, request), resource, draft, undefined, request.managedFields);
  const admission = admissionOf(context, target, draft, request);
  await core.admission.admit(draft, admission);
  dedupeOwners(draft, context, 'admitted');

  const { generateName = '' } = draft.metadata;
  if (draft.metadata.name || generateName === '')
    return await createNamed(core, context, target, draft, request, admission);
  for (let tries = 1; ; tries++) {
    const attempt = jsonCopy(draft);
    attempt.metadata.name = generatedName(generateName, core.names);
    try {
      return await createNamed(core, context, target, attempt, request, admission);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
      if (tries === generatedNameTries) throw noFreeName(error);
    }
  }
}

/** A create through the main resource owns no status. */
function creatorOf(
  core: ApiCore,
  context: RequestContext,
  resource: Target['resource'],
  request: WriteRequest,
): Writer {
  const { hasStatus, unowned } = resource.rules;
  const ignored = unowned?.main === undefined ? status : unownedFields(['status'], unowned.main);
  return writerOf(core, context, resource, request, undefined, hasStatus ? { ignored } : {});
}

const status = topLevel(['status']);

function admissionOf(
  context: RequestContext,
  target: Target,
  draft: Draft<KubeObject>,
  request: WriteRequest,
): AdmissionRequest {
  const { resource, subresource, namespace } = target;
  const name = draft.metadata.name || draft.metadata.generateName || '';
  return {
    context,
    operation: 'CREATE',
    resource,
    subresource,
    namespace,
    name,
    dryRun: request.dryRun,
    old: undefined,
    write: request,
  };
}

async function createNamed(
  core: ApiCore,
  context: RequestContext,
  target: Target,
  draft: Draft<KubeObject>,
  request: WriteRequest,
  admission: AdmissionRequest,
): Promise<KubeObject> {
  const { resource } = target;
  const { rules } = resource;
  const now = core.clock.now();
  fillSystemFields(resource, draft, core.uids.uuid(), timestamp(now));
  if (rules.hasStatus && !rules.keepsStatusOnCreate) (draft as { status?: unknown }).status = blankStatus(resource);
  // A body need not have one; kinds may rely on it all the same, and validation says what is missing.
  draft.metadata.name ??= '';
  for (const text of rules.askedWarnings?.(draft) ?? []) context.warn(text);
  rules.prepareCreate?.(draft, { now, random: core.kinds });

  const { resourceVersion = '' } = draft.metadata;
  const asked = sealed(resource, draft);
  refuseInvalid(resource, asked, validateNew(resource, asked.metadata, rules.validate?.(asked) ?? []));
  const object = rules.finishCreate?.(asked) ?? asked;
  warnOf(resource, object, undefined, context);
  await core.admission.validate(object, { ...admission, name: object.metadata.name });
  // It is the store that minds: upstream's dry run, which stops before it, does not. What is no revision counts as none.
  if (isRevision(resourceVersion) && !request.dryRun) {
    throw plainError('resourceVersion should not be set on objects to be created');
  }
  noteOf(resource, object, undefined, context);
  return request.dryRun ? tryOut(core, target, object) : store(core, target, object);
}

function isRevision(text: string): boolean {
  return revisionProblem(text) === undefined && Number(text) !== 0;
}

async function store(core: ApiCore, { resource, namespace }: Target, object: KubeObject): Promise<KubeObject> {
  const { name } = object.metadata;
  const key = objectKey(resource, namespace, name);
  const value = storedValue(resource, object);
  const expiresAt = expiryOf(resource, core.clock.now());
  const lifetime = expiresAt === undefined ? {} : { expiresAt };
  const result = await core.objects.store.write({ op: 'put', key, value, expect: 0, ...lifetime });
  if (!result.ok) throw alreadyExists(resource, name, result.current && objectOf(resource, result.current));
  return objectAt(resource, value, result.revision);
}

async function tryOut(core: ApiCore, { resource, namespace }: Target, object: KubeObject): Promise<KubeObject> {
  await core.objects.upToDate();
  const { name } = object.metadata;
  const present = core.objects.peek(resource, namespace, name);
  if (present !== undefined) throw alreadyExists(resource, name, present);
  return object;
}

function alreadyExists(resource: Target['resource'], name: string, present: KubeObject | undefined): ApiError {
  const error = apiErrors.alreadyExists(resource, name);
  if (present?.metadata.deletionTimestamp === undefined) return error;
  return reworded(error, `object is being deleted: ${error.message}`);
}

function noFreeName(error: ApiError): ApiError {
  const message = `${error.message}, the server was not able to generate a unique name for the object`;
  return reworded(error, message, { retryAfterSeconds: 1 });
}

function reworded(error: ApiError, message: string, more: { readonly retryAfterSeconds?: number } = {}): ApiError {
  const { code, reason, details } = error;
  return new ApiError({ code, reason, message, details: { ...details, ...more } });
}
