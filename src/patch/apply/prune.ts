import type { JsonObject } from '#base/json.ts';
import { removeFields } from '#patch/apply/remove.ts';
import {
  difference,
  type FieldSet,
  type FieldSetDraft,
  fieldSetOfPaths,
  intersection,
  isMember,
  leaf,
  union,
} from '#patch/fields/field-set.ts';
import { childOf, type Node, type StructNode } from '#patch/fields/node.ts';
import { fieldsOf } from '#patch/fields/of-value.ts';

const metadata = fieldSetOfPaths([['f:metadata']]);

/** `merged` without what the applier owned by its last apply and nobody owns now (spec: api.md section 9.4). `owned` is all
 *  that anybody owns, with the applier's new configuration instead of its last. What nobody ever owned stays. */
export function prune(node: StructNode, merged: JsonObject, last: FieldSet, owned: FieldSet): JsonObject {
  const lastNamed = withNamedFields(node, last);
  const mergedNamed = withNamedFields(node, fieldsOf(node, merged));
  // An object always has metadata, whoever owns a part of it.
  const ownedNamed = union(withNamedFields(node, owned), metadata);
  const withoutLast = withNamedFields(node, fieldsOf(node, removeFields(node, merged, lastNamed)));
  const withOwned = removeFields(node, merged, difference(mergedNamed, union(withoutLast, ownedNamed)));
  const gone = difference(mergedNamed, withNamedFields(node, fieldsOf(node, withOwned)));
  return removeFields(node, merged, intersection(difference(gone, metadata), lastNamed));
}

/** `set` with the structure fields on the way to its fields, so that a structure goes when the last of its fields goes. */
function withNamedFields(node: Node, set: FieldSet): FieldSet {
  if (node.is === 'leaf' || node.is === 'set') return set;
  let result: FieldSetDraft | undefined;
  for (const element in set) {
    if (element === '.') continue;
    const before = set[element] as FieldSet;
    const child = childAt(node, element);
    let after = child === undefined ? before : withNamedFields(child, before);
    if (node.is === 'struct' && child !== undefined && !isMember(after)) after = { ...after, '.': leaf };
    if (after === before) continue;
    result ??= { ...set };
    result[element] = after;
  }
  return result ?? set;
}

function childAt(node: Exclude<Node, { is: 'leaf' | 'set' }>, element: string): Node | undefined {
  if (node.is === 'keyed-list') return node.item;
  return element.startsWith('f:') ? childOf(node, element.slice(2)) : undefined;
}
