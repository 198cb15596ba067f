import { isObject, type Json, type JsonObject } from '#base/json.ts';
import { conflictError, conflictsWith } from '#patch/apply/conflicts.ts';
import { fieldsLastApplied, kubectlManager, withLastApplied } from '#patch/apply/last-applied.ts';
import { mergeConfiguration } from '#patch/apply/merge.ts';
import { prune } from '#patch/apply/prune.ts';
import { problemsText, typeProblems } from '#patch/apply/validate.ts';
import { type Changes, compareObjects } from '#patch/fields/compare.ts';
import { difference, type FieldSet, fieldSetOfPaths, isEmpty, union } from '#patch/fields/field-set.ts';
import { nodeOfType, type StructNode, trackedNodeOf } from '#patch/fields/node.ts';
import { fieldsOf } from '#patch/fields/of-value.ts';
import { zeroOf } from '#patch/fields/zero.ts';
import {
  afterChanges,
  counted,
  countedChanges,
  inOrder,
  storedEntries,
  type Writer,
} from '#patch/managed/after-update.ts';
import { type ManagedFields, type ManagedFieldsEntry, owning, sameOwner } from '#patch/managed/entry.ts';
import { PatchError } from '#patch/patch-error.ts';
import { goKind } from '#patch/tree.ts';
import type { ObjectType } from '#schema/type.ts';

export interface ApplyRequest extends Writer {
  readonly type: ObjectType;
  readonly kind: string;
  /** The stored object; undefined when there is none yet. */
  readonly live: object | undefined;
  /** What the client sent, decoded as JSON or YAML and no further. */
  readonly config: Json;
  /** Whether to take over fields that others own with another value. */
  readonly force: boolean;
}

export interface Applied {
  /** The configuration laid over the live object, yet to be decoded, defaulted, admitted and validated. It still has what the
   *  client says of name, uid and resourceVersion, for the caller to hold against the live object; and the fields that the
   *  endpoint ignores, for the caller to reset. Its `metadata.managedFields` are to be set to those below. */
  readonly object: JsonObject;
  readonly managedFields: ManagedFields;
}

const beforeFirstApply = 'before-first-apply';
const metadata = fieldSetOfPaths([['f:metadata']]);

/** Server-side apply (spec: api.md sections 9.3 to 9.6): lays `config` over the live object, removes what this manager applied
 *  before and leaves out now, and works out who owns what. Throws a `PatchError`: 400 for a configuration of another kind, 500
 *  for one that does not fit the schema, 409 for conflicts. Applying the same again yields equal managed fields. */
export function applyConfiguration(request: ApplyRequest): Applied {
  const { type, live } = request;
  const config = checked(request);
  const node = trackedNodeOf(type);
  const entries = entriesBefore(request);
  const own = ownEntry(request);
  const last = entries.find((entry) => sameOwner(entry, own));
  const others = entries.filter((entry) => entry !== last);
  const applied = difference(counted(fieldsOf(node, config), request), metadata);

  const full = nodeOfType(type) as StructNode;
  let object = live === undefined ? config : mergeConfiguration(full, live, config);
  if (last !== undefined) {
    const owned = others.reduce((all, entry) => union(all, entry.fieldsV1), applied);
    object = prune(node, object, last.fieldsV1, owned);
  }
  const changes = countedChanges(compareObjects(node, live ?? zeroOf(type), object), request);
  refuseConflicts(request, others, changes.changed);

  const result = others
    .map((entry) => owning(entry, difference(difference(entry.fieldsV1, changes.changed), changes.removed)))
    .filter((entry) => entry !== undefined);
  if (!isEmpty(applied)) result.push({ ...own, ...timeOf(request, changes, last), fieldsV1: applied });
  const renewed = request.manager === kubectlManager ? withLastApplied(object, config) : object;
  return { object: renewed, managedFields: inOrder(result) };
}

/** The configuration, once it is known to be one of this kind and to fit its schema. */
function checked(request: ApplyRequest): JsonObject {
  // Nothing at all says as little as an empty object.
  const config = request.config ?? {};
  if (!isObject(config)) {
    const why = `json: cannot unmarshal ${goKind(config)} into Go value of type map[string]interface {}`;
    const message = `error decoding YAML: error unmarshaling JSON: while decoding JSON: ${why}`;
    throw new PatchError({ status: 400, message });
  }
  if (config.apiVersion !== request.apiVersion || config.kind !== request.kind) {
    throw new PatchError({ status: 400, message: `invalid object type: ${goKindText(config)}` });
  }
  const meta = config.metadata;
  if (meta && isObject(meta) && Array.isArray(meta.managedFields)) {
    throw new PatchError({ status: 400, message: 'metadata.managedFields must be nil' });
  }
  const problems = typeProblems(nodeOfType(request.type) as StructNode, config);
  if (problems.length > 0) {
    const message = `failed to create typed patch object (${configurationText(config)}): ${problemsText(problems)}`;
    throw new PatchError({ status: 500, message });
  }
  return config;
}

/** What upstream calls an applied configuration in its complaints: "default/pi; batch/v1, Kind=Job". */
export function configurationText(config: JsonObject): string {
  const { metadata } = config;
  const { namespace, name } = (metadata && isObject(metadata) ? metadata : {}) as JsonObject;
  return `${namespace ?? ''}/${name ?? ''}; ${goKindText(config)}`;
}

/** "batch/v1, Kind=Job", or "/v1, Kind=Pod" in the core group. */
function goKindText(config: JsonObject): string {
  const version = String(config.apiVersion ?? '');
  return `${version.includes('/') ? version : `/${version}`}, Kind=${config.kind ?? ''}`;
}

/** The stored entries; for an object that is not tracked yet, one that owns all it holds. */
function entriesBefore(request: ApplyRequest): ManagedFields {
  const entries = storedEntries(request.live);
  if (entries.length > 0 || request.live === undefined) return entries;
  const all = compareObjects(trackedNodeOf(request.type), zeroOf(request.type), request.live);
  return afterChanges(entries, all, { ...request, manager: beforeFirstApply });
}

function ownEntry(request: ApplyRequest): Omit<ManagedFieldsEntry, 'fieldsV1' | 'time'> {
  return {
    manager: request.manager,
    operation: 'Apply',
    apiVersion: request.apiVersion,
    fieldsType: 'FieldsV1',
    ...(request.subresource ? { subresource: request.subresource } : {}),
  };
}

/** The time moves when the object does. An applier that merely agrees never gets one. */
function timeOf(request: ApplyRequest, changes: Changes, last: ManagedFieldsEntry | undefined): { time?: string } {
  if (!isEmpty(changes.changed) || !isEmpty(changes.removed)) return { time: request.time };
  return last?.time === undefined ? {} : { time: last.time };
}

function refuseConflicts(request: ApplyRequest, others: ManagedFields, changed: FieldSet): void {
  if (request.force || request.live === undefined) return;
  const all = conflictsWith(others, changed);
  if (all.length === 0) return;
  if (request.manager !== kubectlManager) throw conflictError(all);
  const allowed = fieldsLastApplied(request.type, request.live, request.apiVersion);
  const refused = conflictsWith(others, difference(changed, allowed));
  if (refused.length > 0) throw conflictError(refused);
}
