import { eachPath, type FieldSet, intersection, isEmpty } from '#patch/fields/field-set.ts';
import { compareElements, pathText } from '#patch/fields/path-element.ts';
import { compareText, type ManagedFields, type ManagedFieldsEntry } from '#patch/managed/entry.ts';
import { type ConflictCause, PatchError } from '#patch/patch-error.ts';

/** A field that would change under its owner. */
export interface Conflict {
  readonly owner: ManagedFieldsEntry;
  readonly fields: FieldSet;
}

/** Who of `others` owns something of `changed`, sorted by manager. */
export function conflictsWith(others: ManagedFields, changed: FieldSet): readonly Conflict[] {
  return others
    .map((owner) => ({ owner, fields: intersection(owner.fieldsV1, changed) }))
    .filter((conflict) => !isEmpty(conflict.fields))
    .sort((a, b) => compareText(identity(a.owner), identity(b.owner)));
}

/** A 409 with one cause for each field of each owner (spec: api.md section 9.5). */
export function conflictError(conflicts: readonly Conflict[]): PatchError {
  const blocks = conflicts.map(({ owner, fields }) => ({ owner: ownerText(owner), paths: pathsOf(fields) }));
  const causes: ConflictCause[] = blocks.flatMap(({ owner, paths }) =>
    paths.map((field) => ({ message: `conflict with ${owner}`, field })),
  );
  const [only] = causes;
  if (causes.length === 1 && only !== undefined) {
    const message = `Apply failed with 1 conflict: ${only.message}: ${only.field}`;
    return new PatchError({ status: 409, message, causes });
  }
  const lines = blocks.flatMap(({ owner, paths }) => [`conflicts with ${owner}:`, ...paths.map((path) => `- ${path}`)]);
  const message = `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`;
  return new PatchError({ status: 409, message, causes });
}

function pathsOf(fields: FieldSet): readonly string[] {
  const paths: string[] = [];
  eachPath(fields, compareElements, (path) => {
    paths.push(pathText(path));
  });
  return paths;
}

/** Without the time of the owner's last write: upstream identifies owners without it, and prints what identifies them. */
function ownerText(owner: ManagedFieldsEntry): string {
  const name = JSON.stringify(owner.manager);
  const through = owner.subresource ? `${name} with subresource ${JSON.stringify(owner.subresource)}` : name;
  return owner.operation === 'Apply' ? through : `${through} using ${owner.apiVersion}`;
}

function identity(owner: ManagedFieldsEntry): string {
  return JSON.stringify([owner.manager, owner.operation, owner.apiVersion, owner.subresource ?? '']);
}
