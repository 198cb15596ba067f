import { type Json, jsonCopy } from '#base/json.ts';
import type { PrepareContext } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { FieldPattern } from '#patch/fields/field-pattern.ts';
import type { FieldSet } from '#patch/fields/field-set.ts';
import type { Draft } from '#schema/type.ts';
import type { AdmissionRequest } from './admission/chain.ts';
import type { RequestContext, Target, WriteRequest, Written } from './api.ts';
import type { ApiCore } from './core.ts';
import { createObject } from './create.ts';
import { objectKey } from './keys.ts';
import { revisionProblem } from './list-options.ts';
import { trackWrite, writerOf } from './managed-fields.ts';
import { checkName, dedupeOwners, plainError, restoreSystemFields, settleNamespace } from './metadata.ts';
import { type Decision, modify } from './modify.ts';
import { isStale, sameContent, sealed } from './object-value.ts';
import { shareWith } from './share.ts';
import { noteOf, refuseInvalid, warnOf } from './validation.ts';

type Named = Target & { readonly name: string };

/** What one endpoint of a resource lets through: prepares a draft so that only that differs, and judges it. */
export interface UpdatePath {
  /** Fields that are not written through it, and so not owned. */
  readonly ignored: FieldSet;
  /** The fields that can be owned through it, if not all others. */
  readonly only?: FieldPattern;
  /** Top-level fields that `prepare` takes from the stored object, whatever the draft says. */
  readonly restored: readonly string[];
  prepare(draft: Draft<KubeObject>, current: KubeObject, context: PrepareContext): void;
  findings(object: KubeObject, current: KubeObject): readonly FieldError[];
}

/** PUT: puts `body`, decoded and complete, in the place of the stored object (spec: api.md section 7.3). */
export async function updateObject(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  body: Draft<KubeObject>,
  request: WriteRequest,
  path: UpdatePath,
): Promise<Written> {
  checkName(target, body);
  settleNamespace(target, body);
  dedupeOwners(body, context, 'sent');
  const { resource, namespace, name, subresource } = target;
  await core.objects.upToDate();
  const absent = core.objects.peek(resource, namespace, name) === undefined;
  if (absent && resource.rules.createOnUpdate && subresource === undefined) {
    return { object: await createByUpdate(core, context, target, body, request), created: true };
  }
  if (absent) checkUid(target, body, '');
  const { object } = await modify(core, target, request.dryRun, (current) => {
    checkUid(target, body, current.metadata.uid);
    checkRevision(target, body, current);
    // Every attempt needs a draft of its own, for the pipeline changes it.
    const draft = jsonCopy(body);
    const writer = writerOf(core, context, resource, request, subresource, path);
    trackWrite(writer, resource, draft, current, request.managedFields);
    return decideUpdate(core, context, target, draft, current, request, path);
  });
  return { object, created: false };
}

async function createByUpdate(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  body: Draft<KubeObject>,
  request: WriteRequest,
): Promise<KubeObject> {
  const { resource, namespace, name } = target;
  const { group, plural } = resource;
  await core.authorize(context, { verb: 'create', group, plural, namespace, name });
  checkUid(target, body, '');
  const { resourceVersion: _ignored, ...metadata } = body.metadata;
  const draft = { ...body, metadata } as Draft<KubeObject>;
  return createObject(core, context, { resource, namespace }, draft, request);
}

function checkUid({ resource, namespace, name }: Named, body: Draft<KubeObject>, uid: string): void {
  const asked = body.metadata.uid ?? '';
  if (asked === '' || asked === uid) return;
  const key = objectKey(resource, namespace, name);
  const why =
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ` +
    `Precondition failed: UID in precondition: ${asked}, UID in object meta: ${uid}`;
  throw apiErrors.conflict(resource, name, why);
}

/** Refuses a write that was made with another revision in mind. */
export function checkRevision({ resource, name }: Named, body: Draft<KubeObject>, current: KubeObject): void {
  const asked = body.metadata.resourceVersion ?? '';
  const problem = asked === '' ? undefined : revisionProblem(asked);
  if (problem !== undefined) throw plainError(problem);
  if (asked === '' || asked === '0') {
    if (resource.rules.unconditionalUpdate) return;
    // Upstream names the resource here where it otherwise names the kind.
    const kind = { group: resource.group, kind: resource.plural };
    const finding = fieldError.invalid('metadata.resourceVersion', 0, 'must be specified for an update');
    throw apiErrors.invalid(kind, name, [finding]);
  }
  if (asked !== current.metadata.resourceVersion) throw apiErrors.modified(resource, name);
}

/** What becomes of `current` when it is to read as `draft`, through the main resource or a subresource: the one pipeline of
 *  PUT, PATCH and apply (spec: api.md sections 7.3 to 7.5 and 18). The draft says already who owns its fields; `patch` is what
 *  a PATCH asked for. */
export async function decideUpdate(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  draft: Draft<KubeObject>,
  current: KubeObject,
  request: WriteRequest,
  path: UpdatePath,
  patch?: Json,
): Promise<Decision> {
  const { resource, subresource, namespace, name } = target;
  const { dryRun } = request;
  const operation = 'UPDATE';
  const admission: AdmissionRequest = {
    context,
    operation,
    resource,
    subresource,
    namespace,
    name,
    dryRun,
    old: current,
    patch,
    write: request,
  };
  await core.admission.admit(draft, admission);
  dedupeOwners(draft, context, 'admitted');

  restoreSystemFields(draft, current);
  path.prepare(draft, current, { now: core.clock.now(), random: core.kinds });
  shareWith(draft, current);
  const object = sealed(resource, draft);
  refuseInvalid(resource, object, path.findings(object, current));
  if (subresource === 'status') for (const text of resource.rules.statusWarnings?.(object) ?? []) context.warn(text);
  else warnOf(resource, object, current, context);
  await core.admission.validate(object, admission);
  if (subresource !== 'status') noteOf(resource, object, current, context);
  if (mayGo(object, current)) return { do: 'remove', last: sealed(resource, object, current.metadata.resourceVersion) };
  return sameContent(object, current) && !isStale(current) ? { do: 'keep' } : { do: 'put', object };
}

/** Whether this update took away the last thing that held back an object being deleted (spec: api.md section 11.2). */
function mayGo(object: KubeObject, current: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = current.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds > 0) return false;
  const { finalizers = [] } = object.metadata;
  return finalizers.length === 0 && specFinalizers(object).length === 0;
}

/** Namespaces have a second list of finalizers, in their spec. */
export function specFinalizers(object: KubeObject): readonly string[] {
  if (object.kind !== 'Namespace' || object.apiVersion !== 'v1') return [];
  return (object as { readonly spec?: { readonly finalizers?: readonly string[] } }).spec?.finalizers ?? [];
}
