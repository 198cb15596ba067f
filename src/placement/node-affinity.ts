import { meetsRequirement, type SelectorOperator, type SelectorRequirement } from '#kinds/meta/selector-requirement.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '#kinds/pod/schema/scheduling.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

/** One alternative: all its requirements hold. */
interface NodeTerm {
  readonly labels: readonly SelectorRequirement[];
  /** On the node's fields, of which there is only metadata.name. */
  readonly fields: readonly SelectorRequirement[];
}

/** What a pod asks of a node's labels and name, ready to be asked of many nodes. */
export interface NodeDemand {
  readonly selector: readonly SelectorRequirement[];
  /** Alternatives, one of which must hold; absent when there is no such demand. */
  readonly required: readonly NodeTerm[] | undefined;
  readonly preferred: readonly { readonly weight: number; readonly term: NodeTerm }[];
}

const operators: { readonly [operator: string]: SelectorOperator } = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  Gt: '>',
  Lt: '<',
};
const nameField = 'metadata.name';

/** Compiles what a pod asks of its node, to be held against many nodes (API fields: PodSpec.nodeSelector and affinity.nodeAffinity). */
export function nodeDemandOf(spec: Pick<PodSpec, 'nodeSelector' | 'affinity'>): NodeDemand {
  const affinity = spec.affinity?.nodeAffinity;
  return {
    selector: Object.entries(spec.nodeSelector ?? {}).map(([key, value]) => ({ key, operator: '=', values: [value] })),
    required: affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms.map(compile),
    preferred: (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, preference }) => ({
      weight,
      term: compile(preference),
    })),
  };
}

/** Whether the node has what the pod's nodeSelector and required node affinity ask for. */
export function nodeMatches({ selector, required }: NodeDemand, node: Node): boolean {
  const { labels } = node.metadata;
  if (!selector.every((requirement) => meetsRequirement(requirement, labels))) return false;
  return required === undefined || required.some((term) => termMatches(term, node));
}

/** Whether the node is one that the selector means. */
export function nodeSelectorMatches({ nodeSelectorTerms }: NodeSelector, node: Node): boolean {
  return nodeSelectorTerms.some((term) => termMatches(compile(term), node));
}

/** The weights of the preferences that the node meets, added up. */
export function preferredWeight({ preferred }: NodeDemand, node: Node): number {
  let sum = 0;
  for (const { weight, term } of preferred) if (termMatches(term, node)) sum += weight;
  return sum;
}

/** The only nodes the required affinity can ever choose, if each of its alternatives names its nodes; undefined if any node
 *  is possible. Empty when the names contradict each other. */
export function nodesNamed({ required }: NodeDemand): ReadonlySet<string> | undefined {
  if (required === undefined || required.length === 0) return undefined;
  const named = new Set<string>();
  for (const { fields } of required) {
    const lists = fields.filter((field) => field.key === nameField && field.operator === 'in');
    if (lists.length === 0) return undefined;
    for (const name of lists[0]?.values ?? []) if (lists.every((list) => list.values.includes(name))) named.add(name);
  }
  return named;
}

function compile(term: NodeSelectorTerm): NodeTerm {
  return { labels: (term.matchExpressions ?? []).map(requirement), fields: (term.matchFields ?? []).map(requirement) };
}

function requirement({ key, operator, values = [] }: NodeSelectorRequirement): SelectorRequirement {
  const known = operators[operator];
  // Validation lets no other operator pass; a list without values is one that nothing is in.
  return known === undefined ? { key, operator: 'in', values: [] } : { key, operator: known, values };
}

/** An alternative that asks for nothing matches nothing. */
function termMatches({ labels, fields }: NodeTerm, node: Node): boolean {
  if (labels.length === 0 && fields.length === 0) return false;
  const { name } = node.metadata;
  return (
    labels.every((each) => meetsRequirement(each, node.metadata.labels)) &&
    fields.every((each) => meetsRequirement(each, { [nameField]: name }))
  );
}
