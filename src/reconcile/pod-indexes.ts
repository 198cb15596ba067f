import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Informer } from '#reconcile/informer.ts';

const nodeIndex = 'nodeName';

/** Lets `podsOnNode` find pods in a cache that several actors may share. */
export function indexByNode(cache: Informer<Pod>): void {
  cache.addIndex(nodeIndex, nodeNameOf);
}

/** The pods bound to a node, once `indexByNode` was called for the cache. */
export function podsOnNode(cache: Informer<Pod>, nodeName: string): readonly Pod[] {
  return cache.byIndex(nodeIndex, nodeName);
}

function nodeNameOf(pod: Pod): readonly string[] {
  const { nodeName } = pod.spec;
  return nodeName === undefined ? [] : [nodeName];
}
