import type { Container, EphemeralContainer } from '#kinds/pod/schema/container.ts';
import type { SecurityContext } from '#kinds/pod/schema/security.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';

/** One rule of a level that a pod breaks: what in a few words, and who breaks it. */
export interface SecurityFinding {
  readonly reason: string;
  readonly detail: string;
}

/** What is judged of a pod or a template. */
export interface Judged {
  readonly annotations: { readonly [key: string]: string };
  readonly spec: PodSpec;
  /** The minor version whose rules apply. */
  readonly minor: number;
}

/** One rule; undefined if the pod keeps it. */
export type SecurityCheck = (pod: Judged) => SecurityFinding | undefined;

export type AnyContainer = Container | EphemeralContainer;

/** All containers in the order in which findings name them. */
export function containersOf({
  initContainers = [],
  containers,
  ephemeralContainers = [],
}: PodSpec): readonly AnyContainer[] {
  return [...initContainers, ...containers, ...ephemeralContainers];
}

export function contextOf(container: AnyContainer): SecurityContext {
  return container.securityContext ?? {};
}

/** A finding about these containers, if there are any: "container "a" must not …". */
export function aboutContainers(
  reason: string,
  containers: readonly AnyContainer[],
  must: string,
): SecurityFinding | undefined {
  return containers.length === 0 ? undefined : { reason, detail: `${namedContainers(containers)} ${must}` };
}

/** `container "a"` or `containers "a", "b"`. */
export function namedContainers(containers: readonly AnyContainer[]): string {
  return named(
    'container',
    containers.map(({ name }) => name),
  );
}

export function named(noun: string, names: readonly string[]): string {
  return `${plural(noun, names.length)} ${quoted(names)}`;
}

export function plural(noun: string, count: number): string {
  return count === 1 ? noun : `${noun}s`;
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

/** Who sets something wrong, pod and containers alike: `pod and container "a"`. */
export function setters(pod: boolean, containers: readonly AnyContainer[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [namedContainers(containers)] : [])].join(' and ');
}

/** Different values, in order. */
export function distinct(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== undefined))].toSorted();
}
