import type { Millis } from '#base/units.ts';
import { readiness } from '#controllers/node-lifecycle/health.ts';
import type { Node } from '#kinds/node/schema.ts';

export type ZoneState = 'normal' | 'partial' | 'full';

const partialShare = 0.55;
const partialNotReadyMin = 3;
const largeZoneMin = 51;

/** Milliseconds between two nodes of one zone that start to drive their pods away. */
const evictionMs: Millis = 10_000;
const evictionMsLarge: Millis = 100_000;

/** Region and zone of a node; nodes without labels share one. */
export function zoneOf(node: Node): string {
  const labels = node.metadata.labels ?? {};
  const label = (name: string): string =>
    labels[`failure-domain.beta.kubernetes.io/${name}`] ?? labels[`topology.kubernetes.io/${name}`] ?? '';
  return `${label('region')}/${label('zone')}`;
}

/** Nodes by zone, leaving out those that asked not to be counted. */
export function zonesOf(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const zones = new Map<string, Node[]>();
  for (const node of nodes) {
    if (node.metadata.labels?.['node.kubernetes.io/exclude-disruption'] !== undefined) continue;
    const zone = zoneOf(node);
    const members = zones.get(zone);
    if (members === undefined) zones.set(zone, [node]);
    else members.push(node);
  }
  return zones;
}

/** How bad a zone's state is (spec: nodes-and-scheduling.md section 3.3). */
export function zoneState(nodes: readonly Node[]): ZoneState {
  const notReady = nodes.filter((node) => readiness(node) !== 'True').length;
  if (notReady > 0 && notReady === nodes.length) return 'full';
  return notReady >= partialNotReadyMin && notReady / nodes.length >= partialShare ? 'partial' : 'normal';
}

/** The least time between two evictions in a zone; undefined when none may begin. */
export function evictionInterval(nodes: readonly Node[]): Millis | undefined {
  if (zoneState(nodes) !== 'partial') return evictionMs;
  return nodes.length >= largeZoneMin ? evictionMsLarge : undefined;
}
