import { assertNever } from '#base/assert.ts';
import type { ListOptions, ObjectList } from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { DeleteOptions, Status } from '#kinds/meta/schema.ts';
import type { AdmissionRequest } from './admission/chain.ts';
import type { Deleted, RequestContext, Target } from './api.ts';
import type { ApiCore } from './core.ts';
import { checkDeleteOptions, checkPreconditions, isDryRun } from './delete-options.ts';
import { planDeletion } from './deletion.ts';
import { type Decision, modify } from './modify.ts';
import { sameContent, sealed } from './object-value.ts';
import { listObjects } from './read.ts';

type Named = Target & { readonly name: string };

/** Deletes one object, or marks it if something still holds it (spec: api.md section 11). */
export async function deleteObject(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  options: DeleteOptions,
): Promise<Deleted> {
  checkDeleteOptions(options);
  warnOfOrphans(context, target.resource, options);
  return deleteChecked(core, context, target, options);
}

/** Deletes what a list selects, one by one; answers with the objects as they were (spec: api.md section 11.5). */
export async function deleteCollection(
  core: ApiCore,
  context: RequestContext,
  { resource, namespace }: Target,
  list: ListOptions,
  options: DeleteOptions,
): Promise<ObjectList<KubeObject>> {
  checkDeleteOptions(options);
  warnOfOrphans(context, resource, options);
  const found = await listObjects(core.objects, resource, { ...list, namespace });
  for (const { metadata } of found.items) {
    const target = { resource, namespace: metadata.namespace, name: metadata.name };
    try {
      await deleteChecked(core, context, target, options);
    } catch (error) {
      // Somebody else was faster: it is gone, which is all we want.
      if (!isNotFound(error)) throw error;
    }
  }
  return found;
}

/** Kinds whose dependents survive a plain delete say so (spec: job.md section 1). */
function warnOfOrphans(context: RequestContext, { rules, plural }: ResourceDefinition, options: DeleteOptions): void {
  const said = options.propagationPolicy !== undefined || options.orphanDependents !== undefined;
  if (rules.defaultPropagation !== 'Orphan' || said) return;
  context.warn(
    `child pods are preserved by default when ${plural} are deleted; set propagationPolicy=Background to remove them ` +
      'or set propagationPolicy=Orphan to suppress this warning',
  );
}

async function deleteChecked(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  options: DeleteOptions,
): Promise<Deleted> {
  const { resource } = target;
  const dryRun = isDryRun(options);
  /** What is left to do once the object has been marked. */
  let remove = false;
  const decide = async (current: KubeObject): Promise<Decision> => {
    remove = false;
    checkPreconditions(target, current, options);
    await core.admission.validate(current, admissionOf(context, target, current, options));
    const plan = planDeletion(resource, current, options, core.clock.now());
    switch (plan.outcome) {
      case 'pending':
        return { do: 'keep' };
      case 'removed':
        return { do: 'remove', last: current };
      case 'marked-and-removed':
        remove = true;
        return { do: 'put', object: sealed(resource, plan.object) };
      case 'marked': {
        const object = sealed(resource, plan.object);
        return sameContent(object, current) ? { do: 'keep' } : { do: 'put', object };
      }
      default:
        return assertNever(plan);
    }
  };
  const marked = await modify(core, target, dryRun, decide);
  if (!remove) return deleted(resource, marked.object, marked.gone);
  if (!dryRun) await removeMarked(core, target, marked.object);
  return deleted(resource, marked.object, true);
}

function admissionOf(
  context: RequestContext,
  target: Named,
  old: KubeObject,
  options: DeleteOptions,
): AdmissionRequest {
  const { resource, subresource, namespace, name } = target;
  const operation = 'DELETE';
  return {
    context,
    operation,
    resource,
    subresource,
    namespace,
    name,
    dryRun: isDryRun(options),
    old,
    deleteOptions: options,
  };
}

/** The second step of a delete without grace. Whoever comes in between may only add finalizers, which then hold. */
async function removeMarked(core: ApiCore, target: Named, marked: KubeObject): Promise<void> {
  try {
    await modify(core, target, false, (current) => {
      const replaced = current.metadata.uid !== marked.metadata.uid;
      return replaced || (current.metadata.finalizers ?? []).length > 0
        ? { do: 'keep' }
        : { do: 'remove', last: current };
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function deleted(resource: ResourceDefinition, object: KubeObject, gone: boolean): Deleted {
  return { object, gone, answer: gone && !resource.rules.answersDeleted ? success(resource, object) : object };
}

function success({ group, plural }: ResourceDefinition, { metadata }: KubeObject): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: metadata.name, ...(group === '' ? {} : { group }), kind: plural, uid: metadata.uid },
  };
}
