import { type Selector, selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Demand } from '#placement/demand.ts';
import { nodeMatches } from '#placement/node-affinity.ts';
import type { NodeLoad } from '#placement/node-load.ts';
import { countSelected } from '#placement/topology-spread.ts';
import type { Cluster, ServicesOf } from '#scheduler/cluster.ts';

const hostKey = 'kubernetes.io/hostname';
const zoneKey = 'topology.kubernetes.io/zone';
/** What upstream allows them to differ by, less one. */
const hostSlack = 2;
const zoneSlack = 4;

/** How many pods of the same Services each feasible node and its zone hold already, weighted as for two constraints that are
 *  wishes: upstream's defaults for pods without any of their own (spec: nodes-and-scheduling.md section 7.5). Undefined when no
 *  Service selects the pod. A node without one of the labels just has less against it. */
export function crowdingByService(
  demand: Demand,
  feasible: readonly NodeLoad[],
  cluster: Cluster,
): readonly number[] | undefined {
  const selector = selectorOfServices(demand.pod, cluster.servicesOf);
  if (selector === undefined) return undefined;
  const zones = new Map(feasible.map(({ node }) => [zoneOf(node), 0]));
  for (const load of cluster.loads) {
    const { node } = load;
    const count = zones.get(zoneOf(node));
    if (count === undefined || node === undefined || !nodeMatches(demand.node, node)) continue;
    zones.set(zoneOf(node), count + countSelected(selector, demand, load));
  }
  const hostWeight = Math.log(feasible.length + 2);
  const zoneWeight = Math.log(zones.size + 2);
  return feasible.map((load) => {
    const zone = zoneOf(load.node);
    const hasHost = load.node?.metadata.labels?.[hostKey] !== undefined;
    const byHost = hasHost ? countSelected(selector, demand, load) * hostWeight + hostSlack : 0;
    const byZone = zone === undefined ? 0 : (zones.get(zone) ?? 0) * zoneWeight + zoneSlack;
    return Math.round(byHost + byZone);
  });
}

function zoneOf(node: Node | undefined): string | undefined {
  return node?.metadata.labels?.[zoneKey];
}

/** What all Services that select the pod ask for together. */
function selectorOfServices({ metadata }: Pod, servicesOf: ServicesOf): Selector | undefined {
  const matchLabels: { [key: string]: string } = {};
  for (const { spec } of servicesOf(metadata.namespace)) {
    if (spec.selector === undefined) continue;
    if (selectorMatches(selectorOf({ matchLabels: spec.selector }), metadata.labels)) {
      Object.assign(matchLabels, spec.selector);
    }
  }
  return Object.keys(matchLabels).length === 0 ? undefined : selectorOf({ matchLabels });
}
