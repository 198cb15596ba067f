import { isObject, type Json, jsonEqual } from '#base/json.ts';
import { type FieldSet, isEmpty, noFields } from '#patch/fields/field-set.ts';
import { parseFieldsV1 } from '#patch/fields/path-element.ts';
import { get } from '#patch/tree.ts';

/** One entry of `metadata.managedFields`: what one manager owns (spec: api.md section 9.1). */
export interface ManagedFieldsEntry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** RFC 3339, whole seconds. Absent for an applier that never changed a value. */
  readonly time?: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: FieldSet;
  readonly subresource?: string;
}

export type ManagedFields = readonly ManagedFieldsEntry[];

/** Whether two entries belong to one and the same owner: appliers are told apart without their version. */
export function sameOwner(a: Omit<ManagedFieldsEntry, 'fieldsV1'>, b: Omit<ManagedFieldsEntry, 'fieldsV1'>): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.subresource === b.subresource &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  );
}

/** `entry` with another set, or undefined when it owns nothing any more. */
export function owning(entry: ManagedFieldsEntry, fields: FieldSet): ManagedFieldsEntry | undefined {
  if (fields === entry.fieldsV1) return entry;
  return isEmpty(fields) ? undefined : { ...entry, fieldsV1: fields };
}

/** The order in which entries are stored: appliers first, each kind oldest first. */
export function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compareText(a.operation, b.operation) ||
    compareText(a.time ?? '', b.time ?? '') ||
    compareText(a.manager, b.manager) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource ?? '', b.subresource ?? '')
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `metadata.managedFields` as a client sent it: a wish to stop tracking (`[]` or `[{}]`), entries to take over, or undefined
 *  if there are none or they cannot be read. Then what is stored stays (spec: api.md section 9.2). */
export function requestedEntries(value: Json | undefined): ManagedFields | undefined {
  if (value === undefined || !Array.isArray(value)) return undefined;
  if (value.length === 0) return [];
  if (value.length === 1 && isObject(value[0] as Json) && isEmpty(value[0] as FieldSet)) return [];
  const entries: ManagedFieldsEntry[] = [];
  for (const item of value) {
    const entry = requestedEntry(item);
    if (entry === undefined) return undefined;
    const twin = entries.findIndex((other) => sameOwner(other, entry));
    if (twin >= 0) entries.splice(twin, 1);
    entries.push(entry);
  }
  const owners = entries.filter((entry) => !isEmpty(entry.fieldsV1));
  return owners.length === 0 ? undefined : owners.sort(compareEntries);
}

function requestedEntry(item: Json): ManagedFieldsEntry | undefined {
  if (item === null || !isObject(item)) return undefined;
  const [operation, apiVersion, manager, time] = ['operation', 'apiVersion', 'manager', 'time'].map((key) =>
    get(item, key),
  );
  if (operation !== 'Apply' && operation !== 'Update') return undefined;
  if (typeof apiVersion !== 'string' || apiVersion === '' || get(item, 'fieldsType') !== 'FieldsV1') return undefined;
  const fields = get(item, 'fieldsV1') ?? noFields;
  const fieldsV1 = parseFieldsV1(fields as Json);
  if (fieldsV1 === undefined) return undefined;
  const subresource = get(item, 'subresource');
  return {
    manager: typeof manager === 'string' ? manager : '',
    operation,
    apiVersion,
    ...(typeof time === 'string' ? { time } : {}),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(typeof subresource === 'string' && subresource !== '' ? { subresource } : {}),
  };
}

/** Whether two lists say the same but for times, and the order that follows from them. A write that would change no more than
 *  that is not carried out (spec: api.md section 9.2). */
export function equalButTimes(a: ManagedFields, b: ManagedFields): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  return a.every((entry) => {
    const twin = b.find((other) => sameOwner(entry, other));
    return twin?.apiVersion === entry.apiVersion && jsonEqual(twin.fieldsV1, entry.fieldsV1);
  });
}
