import { type Json, type JsonObject, jsonEqual } from '#base/json.ts';
import { type Changes, compareObjects } from '#patch/fields/compare.ts';
import { type FieldPattern, within } from '#patch/fields/field-pattern.ts';
import {
  difference,
  type FieldSet,
  isEmpty,
  noFields,
  overlaps,
  recursiveDifference,
  union,
} from '#patch/fields/field-set.ts';
import { trackedNodeOf } from '#patch/fields/node.ts';
import { zeroOf } from '#patch/fields/zero.ts';
import { capped } from '#patch/managed/cap.ts';
import {
  compareEntries,
  type ManagedFields,
  type ManagedFieldsEntry,
  owning,
  requestedEntries,
  sameOwner,
} from '#patch/managed/entry.ts';
import type { ObjectType } from '#schema/type.ts';

/** Who writes, and what of it counts. */
export interface Writer {
  readonly manager: string;
  /** The version of the endpoint, such as "batch/v1". */
  readonly apiVersion: string;
  readonly subresource?: string | undefined;
  /** Fields that this endpoint does not write, such as `f:status` at the main resource: never owned through it, nor taken
   *  from others. Built with `fieldSetOfPaths`. */
  readonly ignored?: FieldSet | undefined;
  /** The fields that it does write, if nothing else may be owned through it. */
  readonly only?: FieldPattern | undefined;
  /** RFC 3339, whole seconds. */
  readonly time: string;
}

export interface PlainWrite extends Writer {
  readonly type: ObjectType;
  /** The stored object; undefined when it is being created. */
  readonly old: object | undefined;
  /** Decoded and defaulted, before admission and before the kind's own changes: those are owned by nobody. */
  readonly new: object;
  /** `metadata.managedFields` as the client sent it, before decoding: `[]` means something here. */
  readonly requested?: Json | undefined;
}

/** `metadata.managedFields` after a write other than an apply: the writer owns what it added or changed, others lose that and
 *  what it removed (spec: api.md section 9.2). Empty: leave the field out. The stored list itself when nothing changed.
 *  Objects without any entries are not tracked before someone applies to them. */
export function managedFieldsAfterUpdate(write: PlainWrite): ManagedFields {
  const before = entriesBefore(write);
  if (before.length === 0 && write.old !== undefined) return before;
  const changes = compareObjects(trackedNodeOf(write.type), write.old ?? zeroOf(write.type), write.new);
  return afterChanges(before, changes, write);
}

/** `entries` once `writer` has made `changes` by an update. */
export function afterChanges(entries: ManagedFields, all: Changes, writer: Writer): ManagedFields {
  const { changed, removed } = countedChanges(all, writer);
  const claim: ManagedFieldsEntry = {
    manager: writer.manager === '' ? 'unknown' : writer.manager,
    operation: 'Update',
    apiVersion: writer.apiVersion,
    time: writer.time,
    fieldsType: 'FieldsV1',
    fieldsV1: changed,
    ...(writer.subresource === undefined || writer.subresource === '' ? {} : { subresource: writer.subresource }),
  };
  const claims = !isEmpty(changed);
  const result: ManagedFieldsEntry[] = [];
  let same = true;
  let own: FieldSet = changed;
  for (const entry of entries) {
    if (claims && sameOwner(entry, claim)) {
      own = union(difference(entry.fieldsV1, removed), changed);
      same = false;
      continue;
    }
    const kept = owning(entry, withoutLost(entry.fieldsV1, changed, removed));
    if (kept !== entry) same = false;
    if (kept !== undefined) result.push(kept);
  }
  if (claims) result.push({ ...claim, fieldsV1: own });
  else if (same) return entries;
  return inOrder(capped(result));
}

/** In the order in which they are stored. */
export function inOrder(entries: ManagedFields): ManagedFields {
  return entries.length < 2 ? entries : entries.toSorted(compareEntries);
}

/** The fields that can be owned through the endpoint of a writer. */
export function counted(
  set: FieldSet,
  { ignored = noFields, only = true }: Pick<Writer, 'ignored' | 'only'>,
): FieldSet {
  return within(recursiveDifference(set, ignored), only);
}

/** Leaves out what is nobody's to own. */
export function countedChanges({ changed, removed }: Changes, writer: Pick<Writer, 'ignored' | 'only'>): Changes {
  return { changed: counted(changed, writer), removed: counted(removed, writer) };
}

function withoutLost(set: FieldSet, changed: FieldSet, removed: FieldSet): FieldSet {
  const kept = overlaps(set, changed) ? difference(set, changed) : set;
  return isEmpty(removed) ? kept : difference(kept, removed);
}

function entriesBefore(write: PlainWrite): ManagedFields {
  const stored = storedEntries(write.old);
  const asked = write.requested;
  // Nearly every client sends back what it read; subresources take no orders about ownership.
  if (asked === undefined || write.subresource || jsonEqual(asked, stored)) return stored;
  return requestedEntries(asked) ?? stored;
}

const none: ManagedFields = [];

/** The entries of a stored object, which were brought into form when they were stored. */
export function storedEntries(object: object | undefined): ManagedFields {
  const metadata = (object as JsonObject | undefined)?.metadata as JsonObject | undefined;
  return (metadata?.managedFields as unknown as ManagedFields | undefined) ?? none;
}
