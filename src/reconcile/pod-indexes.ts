import { claimsOfPod } from '#kinds/pod/claims.ts';
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

const claimIndex = 'claim';

/** Lets `podsUsingClaim` find pods in a cache that several actors may share. */
export function indexByClaim(cache: Informer<Pod>): void {
  cache.addIndex(claimIndex, claimKeysOf);
}

/** The pods that name a claim, by the claim's key, once `indexByClaim` was called for the cache. */
export function podsUsingClaim(cache: Informer<Pod>, claimKey: string): readonly Pod[] {
  return cache.byIndex(claimIndex, claimKey);
}

/** The keys of the claims that a pod names. */
export function claimKeysOf(pod: Pod): readonly string[] {
  return claimsOfPod(pod).map((name) => `${pod.metadata.namespace}/${name}`);
}

function nodeNameOf(pod: Pod): readonly string[] {
  const { nodeName } = pod.spec;
  return nodeName === undefined ? [] : [nodeName];
}
