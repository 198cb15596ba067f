import { jsonEqual } from '#base/json.ts';
import type { RandomStream } from '#base/random.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { OwnerReference } from '#kinds/meta/schema.ts';
import type { Draft } from '#schema/type.ts';
import type { RequestContext, Target } from './api.ts';

/** Letters and digits that make no words (spec: api.md section 6.3). */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const generatedBaseMax = 58;

/** A name that begins like `generateName` and that probably nobody has. */
export function generatedName(generateName: string, names: RandomStream): string {
  return generateName.slice(0, generatedBaseMax) + names.text(suffixLength, suffixAlphabet);
}

/** Brings the namespace of a body in line with that of the request, or refuses it (spec: api.md section 6.1). */
export function settleNamespace(target: Target, draft: Draft<KubeObject>): void {
  const { metadata } = draft;
  if (target.namespace === undefined) {
    delete metadata.namespace;
    return;
  }
  if (metadata.namespace !== undefined && metadata.namespace !== '' && metadata.namespace !== target.namespace) {
    const why = 'the namespace of the provided object does not match the namespace sent on the request';
    throw apiErrors.badRequest(why);
  }
  metadata.namespace = target.namespace;
}

/** Refuses a body that is about another object than the URL (spec: api.md section 5). */
export function checkName(target: Target, draft: Draft<KubeObject>): void {
  const { name } = draft.metadata;
  if (name === target.name) return;
  if (!name) throw namelessError(target);
  throw apiErrors.badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
}

/** For a body that does not say which object it is about. */
export function namelessError({ name }: Target): ApiError {
  return apiErrors.badRequest(
    `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
  );
}

/** Gives a new object what only the server sets; the client's own values are dropped. */
export function fillSystemFields(
  definition: ResourceDefinition,
  draft: Draft<KubeObject>,
  uid: string,
  createdAt: string,
): void {
  const { metadata } = draft;
  metadata.uid = uid;
  metadata.creationTimestamp = createdAt;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  if (definition.rules.managesGeneration) metadata.generation = 1;
}

/** Puts back what a write cannot change (spec: api.md section 6.1); validation finds what still differs. */
export function restoreSystemFields(draft: Draft<KubeObject>, old: KubeObject): void {
  const { metadata } = draft;
  const { generation, deletionTimestamp, deletionGracePeriodSeconds } = old.metadata;
  delete metadata.selfLink;
  metadata.uid ||= old.metadata.uid;
  metadata.creationTimestamp = old.metadata.creationTimestamp;
  if (generation === undefined) delete metadata.generation;
  else metadata.generation = generation;
  if (deletionTimestamp !== undefined) metadata.deletionTimestamp = deletionTimestamp;
  if (deletionGracePeriodSeconds !== undefined) metadata.deletionGracePeriodSeconds ??= deletionGracePeriodSeconds;
}

/** Counts a change of the spec: of anything but metadata and status (spec: api.md section 7.5). */
export function countGeneration(draft: Draft<KubeObject>, old: KubeObject): void {
  if (sameSpec(draft as unknown as Fields, old as unknown as Fields)) return;
  draft.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

type Fields = { readonly [field: string]: unknown };

function sameSpec(a: Fields, b: Fields): boolean {
  for (const field of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (field === 'metadata' || field === 'status' || field === 'kind' || field === 'apiVersion') continue;
    if (!jsonEqual(a[field], b[field])) return false;
  }
  return true;
}

const ownerFields = ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'] as const;

/** Removes owner references that are there twice, with upstream's warning (spec: api.md section 6.4). It says when they were found:
 *  in what the client sent, or in what became of that, as all that patches bring is. */
export function dedupeOwners(draft: Draft<KubeObject>, context: RequestContext, found: 'sent' | 'admitted'): void {
  const owners = draft.metadata.ownerReferences as OwnerReference[] | undefined;
  if (owners === undefined || owners.length < 2) return;
  const kept = new Map<string, OwnerReference>();
  const repeated: OwnerReference[] = [];
  for (const owner of owners) {
    const key = JSON.stringify(ownerFields.map((field) => owner[field]));
    if (kept.has(key)) repeated.push(owner);
    else kept.set(key, owner);
  }
  if (repeated.length === 0) return;
  const uids = [...new Set(repeated.map((owner) => owner.uid))].join(', ');
  draft.metadata.ownerReferences = [...kept.values()] as Draft<OwnerReference>[];
  const when = found === 'sent' ? '' : ' after mutating admission happens';
  context.warn(
    `.metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, and may reject such ` +
      `requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${uids}`,
  );
}

/** A 500 without a reason, as upstream answers some faults of the client (spec: api.md section 5). */
export function plainError(message: string): ApiError {
  return new ApiError({ code: 500, message });
}
