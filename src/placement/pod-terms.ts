import type { StringMap } from '#kinds/meta/labels.ts';
import { type Selector, selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodAffinityTerm, TopologySpreadConstraint } from '#kinds/pod/schema/scheduling.ts';

/** The labels of a namespace; undefined if there is no such namespace. */
export type NamespaceLabels = (namespace: string) => StringMap | undefined;

/** Which pods a term of (anti-)affinity means, and within which part of the cluster. */
export interface PodTerm {
  readonly topologyKey: string;
  readonly selector: Selector;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: Selector;
}

export interface WeightedPodTerm {
  readonly weight: number;
  readonly term: PodTerm;
}

/** What a pod asks of the pods around it. */
export interface NeighbourDemand {
  readonly required: readonly PodTerm[];
  readonly requiredAnti: readonly PodTerm[];
  /** Anti-affinity weighs negative. */
  readonly preferred: readonly WeightedPodTerm[];
}

export interface SpreadDemand {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: Selector;
  readonly selectsSelf: boolean;
  readonly honoursAffinity: boolean;
  readonly honoursTaints: boolean;
  readonly hard: boolean;
}

/** Compiles what a pod asks of the pods around it (API fields: Affinity.podAffinity and podAntiAffinity). */
export function neighbourDemandOf(pod: Pod): NeighbourDemand {
  const affinity = pod.spec.affinity?.podAffinity;
  const anti = pod.spec.affinity?.podAntiAffinity;
  const compiled = (terms: readonly PodAffinityTerm[] | undefined) => (terms ?? []).map((term) => compile(term, pod));
  return {
    required: compiled(affinity?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAnti: compiled(anti?.requiredDuringSchedulingIgnoredDuringExecution),
    preferred: [
      ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({
        weight,
        term: compile(podAffinityTerm, pod),
      })),
      ...(anti?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({
        weight: -weight,
        term: compile(podAffinityTerm, pod),
      })),
    ],
  };
}

/** Compiles how evenly pods like this one are to be spread (API field: PodSpec.topologySpreadConstraints). */
export function spreadDemandOf(pod: Pod): readonly SpreadDemand[] {
  return (pod.spec.topologySpreadConstraints ?? []).map((constraint: TopologySpreadConstraint) => {
    const selector = narrowed(selectorOf(constraint.labelSelector), pod, constraint.matchLabelKeys, 'in');
    return {
      topologyKey: constraint.topologyKey,
      maxSkew: constraint.maxSkew,
      minDomains: constraint.minDomains ?? 1,
      selector,
      selectsSelf: selectorMatches(selector, pod.metadata.labels),
      honoursAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
      honoursTaints: constraint.nodeTaintsPolicy === 'Honor',
      hard: constraint.whenUnsatisfiable === 'DoNotSchedule',
    };
  });
}

/** Whether `pod` is one that the term means. */
export function podTermMatches(term: PodTerm, pod: Pod, namespaceLabels: NamespaceLabels): boolean {
  const { namespace, labels } = pod.metadata;
  if (!selectorMatches(term.selector, labels)) return false;
  if (term.namespaces.has(namespace)) return true;
  return term.namespaceSelector !== 'nothing' && selectorMatches(term.namespaceSelector, namespaceLabels(namespace));
}

function compile(term: PodAffinityTerm, pod: Pod): PodTerm {
  const { namespaces = [], namespaceSelector } = term;
  const own = namespaces.length === 0 && namespaceSelector === undefined;
  const selector = narrowed(selectorOf(term.labelSelector), pod, term.matchLabelKeys, 'in');
  return {
    topologyKey: term.topologyKey,
    selector: narrowed(selector, pod, term.mismatchLabelKeys, 'notin'),
    namespaces: new Set(own ? [pod.metadata.namespace] : namespaces),
    namespaceSelector: selectorOf(namespaceSelector),
  };
}

/** `selector`, limited to pods that have (or lack) the pod's own values under `keys`; keys it does not carry do not count. */
function narrowed(
  selector: Selector,
  pod: Pod,
  keys: readonly string[] | undefined,
  operator: 'in' | 'notin',
): Selector {
  if (keys === undefined || selector === 'nothing') return selector;
  const labels = pod.metadata.labels ?? {};
  return [
    ...selector,
    ...keys.flatMap((key) => (labels[key] === undefined ? [] : [{ key, operator, values: [labels[key]] }])),
  ];
}
