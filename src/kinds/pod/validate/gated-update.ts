import { jsonEqual } from '#base/json.ts';
import { internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { type StringMap, sortedMap } from '#kinds/meta/labels.ts';
import type { NodeAffinity, NodeSelectorTerm } from '#kinds/pod/schema/scheduling.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

type Findings = readonly FieldError[];

/** A pod that its gates still hold back may be told more narrowly where to go. Judges that change, and returns the spec as if
 *  it had not been made, so that the rest can be compared. */
export function relaxGatedSpec(spec: PodSpec, old: PodSpec): { readonly spec: PodSpec; readonly errors: Findings } {
  if (!old.schedulingGates?.length) return { spec, errors: [] };
  const { nodeSelector: _selector, affinity: _affinity, ...rest } = spec;
  const { nodeAffinity, ...others } = spec.affinity ?? {};
  const oldAffinity = old.affinity?.nodeAffinity;
  const affinity = { ...others, ...(oldAffinity === undefined ? {} : { nodeAffinity: oldAffinity }) };
  const untouched = Object.keys(affinity).length === 0 && old.affinity === undefined;
  return {
    spec: {
      ...rest,
      ...(old.nodeSelector === undefined ? {} : { nodeSelector: old.nodeSelector }),
      ...(untouched ? {} : { affinity }),
    },
    errors: [
      ...validateSelector(spec.nodeSelector, old.nodeSelector ?? {}),
      ...validateNodeAffinity(nodeAffinity, oldAffinity),
    ],
  };
}

function validateSelector(selector: StringMap | undefined, old: StringMap): Findings {
  if (Object.entries(old).every(([key, value]) => selector?.[key] === value)) return [];
  const text = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [fieldError.invalid('spec.nodeSelector', selector && sortedMap(selector), text)];
}

function validateNodeAffinity(affinity: NodeAffinity | undefined, old: NodeAffinity | undefined): Findings {
  const field = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const before = old?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const now = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  if (before.length === 0) return [];
  if (now.length !== before.length) {
    const shownTerms = now.length === 0 ? undefined : now.map((term) => internally(shownTerm(term)));
    return [fieldError.invalid(field, shownTerms, manyText)];
  }
  return now.flatMap((term, index) => {
    if (onlyAdds(term, before[index] ?? {})) return [];
    const text = 'only additions are allowed (no mutations or deletions)';
    return [fieldError.invalid(`${field}[${index}]`, internally(shownTerm(term)), text)];
  });
}

const manyText = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';

/** Upstream shows both halves of a term, whether there or not. */
function shownTerm({ matchExpressions, matchFields }: NodeSelectorTerm): object {
  return { matchExpressions: matchExpressions ?? null, matchFields: matchFields ?? null };
}

/** Whether `term` is `old` with more conditions. An empty term matches nothing, and so must not begin to. */
function onlyAdds(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const { matchExpressions = [], matchFields = [] } = old;
  if (matchExpressions.length === 0 && matchFields.length === 0) return jsonEqual(term, old);
  return (
    matchExpressions.every((one, index) => jsonEqual(one, term.matchExpressions?.[index])) &&
    matchFields.every((one, index) => jsonEqual(one, term.matchFields?.[index]))
  );
}
