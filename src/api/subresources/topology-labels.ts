import { nodes } from '#kinds/node/node.ts';
import type { ObjectStore } from '../object-store.ts';

const copiedLabels = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'];

/** Where a node is, as labels for the pods bound to it: programs learn it through the downward API (the PodTopologyLabels
 *  admission of Kubernetes 1.35 and later). */
export function topologyLabels(objects: ObjectStore, nodeName: string): { readonly [key: string]: string } | undefined {
  const labels = objects.peek(nodes, undefined, nodeName)?.metadata.labels ?? {};
  const copied = copiedLabels.flatMap((key): [string, string][] =>
    labels[key] === undefined ? [] : [[key, labels[key]]],
  );
  return copied.length === 0 ? undefined : Object.fromEntries(copied);
}
