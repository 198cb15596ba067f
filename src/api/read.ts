import type { ListOptions, ObjectList } from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { CompactedError, type Revision } from '#store/store.ts';
import type { Target } from './api.ts';
import { type ContinueToken, decodeContinue, encodeContinue } from './continue-token.ts';
import { listPrefix } from './keys.ts';
import { askedRevision, checkListOptions } from './list-options.ts';
import type { ObjectStore } from './object-store.ts';
import { objectOf } from './object-value.ts';
import { Selection } from './selection.ts';

/** How many keys a scan of the past reads at a time. */
const scanChunk = 500;

/** One object, at least as new as asked for; the newest when nothing is asked (spec: api.md section 7.2). */
export async function readObject(
  objects: ObjectStore,
  target: Target,
  resourceVersion: string | undefined,
): Promise<KubeObject> {
  const asked = askedRevision(resourceVersion);
  if (asked === undefined) await objects.upToDate();
  else if (asked > 0) await objects.reach(asked);
  const { resource, namespace, name = '' } = target;
  const found = objects.peek(resource, namespace, name);
  if (found === undefined) throw apiErrors.notFound(resource, name);
  return found;
}

/** What a list reads: which state, and from where on. */
interface Page {
  readonly selection: Selection;
  /** Absent: the present. */
  readonly revision: Revision | undefined;
  readonly after: string | undefined;
  /** Absent: everything. */
  readonly limit: number | undefined;
}

/** The objects of a resource, in the order of their keys (spec: api.md section 12). */
export async function listObjects(
  objects: ObjectStore,
  resource: ResourceDefinition,
  options: ListOptions,
): Promise<ObjectList<KubeObject>> {
  checkListOptions(options);
  const selection = new Selection(resource, options);
  const page = await pageOf(objects, selection, options);
  const { cache } = objects.of(resource);
  // A page needs few of them, unless it has to look for what it shows.
  if (page.limit === undefined || selection.selective) await cache.readAhead(selection.namespace);
  const present = page.revision === undefined || cache.changedAt <= page.revision;
  if (present) return listPresent(objects, page);
  try {
    return await listPast(objects, page, page.revision as Revision);
  } catch (error) {
    if (error instanceof CompactedError) throw expired(page);
    throw error;
  }
}

async function pageOf(objects: ObjectStore, selection: Selection, options: ListOptions): Promise<Page> {
  const limit = options.limit !== undefined && options.limit > 0 ? options.limit : undefined;
  if (options.continue) {
    const token = continueToken(options);
    await objects.upToDate();
    return { selection, revision: token.revision, after: token.after, limit };
  }
  const asked = askedRevision(options.resourceVersion);
  if (asked === undefined) await objects.upToDate();
  // What may be as old as it likes is always given whole.
  if (asked === 0) return { selection, revision: undefined, after: undefined, limit: undefined };
  if (asked === undefined) return { selection, revision: undefined, after: undefined, limit };
  await objects.reach(asked);
  const { resourceVersionMatch: match } = options;
  const exact = match === 'Exact' || (match === undefined && limit !== undefined);
  return { selection, revision: exact ? asked : undefined, after: undefined, limit };
}

function continueToken(options: ListOptions): ContinueToken {
  const token = decodeContinue(options.continue ?? '');
  if (options.resourceVersion && options.resourceVersion !== '0') {
    throw apiErrors.badRequest('specifying resource version is not allowed when using continue');
  }
  return token;
}

/** From the cache: the state has not changed since the revision asked for, if there is one. */
function listPresent(objects: ObjectStore, page: Page): ObjectList<KubeObject> {
  const { selection, after, limit = Number.POSITIVE_INFINITY } = page;
  const { definition, namespace } = selection;
  const { cache } = objects.of(definition);
  const prefix = listPrefix(definition, namespace);
  const revision = page.revision ?? objects.revision;
  const items: KubeObject[] = [];
  let passed = 0;
  let last = '';
  for (const cached of cache.list(namespace)) {
    if (items.length >= limit) {
      // One more match decides whether there is a next page.
      if (!selection.selective || selection.matches(cached.object)) {
        const left = selection.selective ? undefined : cache.count(namespace) - passed;
        return unfinished(items, revision, last, left);
      }
      continue;
    }
    passed++;
    if (after !== undefined && cached.entry.key.slice(prefix.length) <= after) continue;
    const { object } = cached;
    if (selection.selective && !selection.matches(object)) continue;
    items.push(object);
    last = cached.entry.key.slice(prefix.length);
  }
  return { items, resourceVersion: String(revision) };
}

/** From the store's history. */
async function listPast(objects: ObjectStore, page: Page, revision: Revision): Promise<ObjectList<KubeObject>> {
  const { selection, limit = Number.POSITIVE_INFINITY } = page;
  const { definition, namespace } = selection;
  const prefix = listPrefix(definition, namespace);
  const items: KubeObject[] = [];
  let after = page.after;
  for (;;) {
    const chunk = Math.min(scanChunk, selection.selective ? scanChunk : limit - items.length);
    const start = after === undefined ? {} : { after: prefix + after };
    const { entries, remaining } = await objects.store.range({ prefix, ...start, limit: chunk, revision });
    for (const [index, entry] of entries.entries()) {
      after = entry.key.slice(prefix.length);
      const object = objectOf(definition, entry);
      if (!selection.matches(object)) continue;
      items.push(object);
      const more = entries.length - index - 1 + remaining;
      if (items.length >= limit && more > 0) {
        return unfinished(items, revision, after, selection.selective ? undefined : more);
      }
    }
    if (remaining === 0) return { items, resourceVersion: String(revision) };
  }
}

function unfinished(
  items: readonly KubeObject[],
  revision: Revision,
  after: string,
  remaining: number | undefined,
): ObjectList<KubeObject> {
  const page = { items, resourceVersion: String(revision), continue: encodeContinue({ revision, after }) };
  return remaining === undefined ? page : { ...page, remainingItemCount: remaining };
}

const continueTooOld =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the ' +
  'continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with ' +
  'the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the ' +
  'first chunk was returned and now may show up in the list.';

/** The state asked for is forgotten (spec: api.md section 12.4). */
function expired(page: Page): Error {
  if (page.after === undefined) return apiErrors.expired('The resourceVersion for the provided list is too old.');
  return apiErrors.expired(continueTooOld, { continue: encodeContinue({ revision: undefined, after: page.after }) });
}
