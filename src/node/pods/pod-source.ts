import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Informer } from '#reconcile/informer.ts';
import { indexByNode, podsOnNode } from '#reconcile/pod-indexes.ts';

/** What a node wants to hear about its pods. Called synchronously. */
export interface PodListener {
  /** A pod bound to the node, new or changed. */
  set(pod: Pod): void;
  /** The API has it no more. */
  removed(pod: Pod): void;
}

/** Where a node learns which pods are its own. */
export interface PodSource {
  /** From now on; pods already there are delivered at once. Returns how to end it. */
  subscribe(nodeName: string, listener: PodListener): () => void;
  /** Resolves when everything that was there has been delivered. */
  whenSynced(signal: AbortSignal): Promise<void>;
}

/** Shares one informer among any number of nodes of one process: each change is looked at once, not once a node. The
 *  informer's selection must include the pods of all nodes that ask. */
export class SharedPodSource implements PodSource {
  private readonly informer: Informer<Pod>;
  private readonly listeners = new Map<string, PodListener>();

  constructor(informer: Informer<Pod>) {
    this.informer = informer;
    indexByNode(informer);
    informer.subscribe({
      added: (pod) => this.of(pod)?.set(pod),
      updated: (pod) => this.of(pod)?.set(pod),
      deleted: (pod) => this.of(pod)?.removed(pod),
    });
  }

  subscribe(nodeName: string, listener: PodListener): () => void {
    this.listeners.set(nodeName, listener);
    for (const pod of podsOnNode(this.informer, nodeName)) listener.set(pod);
    return () => this.listeners.delete(nodeName);
  }

  whenSynced(signal: AbortSignal): Promise<void> {
    return this.informer.whenSynced(signal);
  }

  private of(pod: Pod): PodListener | undefined {
    return this.listeners.get(pod.spec.nodeName ?? '');
  }
}
