import { union } from '#patch/fields/field-set.ts';
import { compareText, type ManagedFields, type ManagedFieldsEntry, sameOwner } from '#patch/managed/entry.ts';

const updateEntriesMax = 10;
/** Who owns what the oldest of too many updaters owned. */
const ancientManager = 'ancient-changes';

/** `entries` with at most ten of updaters: the oldest are united, one for each version they wrote (spec: api.md section 9.1). */
export function capped(entries: ManagedFields): ManagedFields {
  const updaters = entries.filter((entry) => entry.operation === 'Update').sort(compareAge);
  let surplus = updaters.length - updateEntriesMax;
  if (surplus <= 0) return entries;
  let result = [...entries];
  const firstOfVersion = new Map<string, ManagedFieldsEntry>();
  for (const entry of updaters) {
    if (surplus <= 0) break;
    const first = firstOfVersion.get(entry.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(entry.apiVersion, entry);
      continue;
    }
    const ancient = ancientOf(entry);
    const bucket = result.find((other) => other !== entry && sameOwner(other, ancient)) ?? first;
    const united = { ...ancient, fieldsV1: union(bucket.fieldsV1, entry.fieldsV1) };
    result = [...result.filter((other) => other !== entry && other !== bucket), united];
    surplus--;
  }
  return result;
}

/** The bucket for entries like this one, as recent as the last that went into it. */
function ancientOf(entry: ManagedFieldsEntry): Omit<ManagedFieldsEntry, 'fieldsV1'> {
  return {
    manager: ancientManager,
    operation: 'Update',
    apiVersion: entry.apiVersion,
    ...(entry.time === undefined ? {} : { time: entry.time }),
    fieldsType: 'FieldsV1',
  };
}

function compareAge(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return compareText(a.time ?? '', b.time ?? '') || compareText(a.manager, b.manager);
}
