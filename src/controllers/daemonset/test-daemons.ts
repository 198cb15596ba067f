import { placementOf } from '#controllers/daemonset/placement.ts';
import type { View } from '#controllers/daemonset/view.ts';
import { viewOf } from '#controllers/daemonset/view.ts';
import { daemonSets } from '#kinds/daemon-set/daemon-set.ts';
import type { DaemonSet, DaemonSetSpec } from '#kinds/daemon-set/schema.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node, Taint } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { type Partially, stored } from '#testing/stored.ts';

export const now = Date.UTC(2026, 0, 1, 12);

/** A DaemonSet `d` whose pods carry `app: d`, with more in its spec and in that of its pods. */
export function daemonSet(
  spec: Partially<Omit<DaemonSetSpec, 'template'>> = {},
  podSpec: Partially<PodSpec> = {},
): DaemonSet {
  const template = {
    metadata: { labels: { app: 'd' } },
    spec: { containers: [{ name: 'c', image: 'i:1' }], ...podSpec },
  };
  const selector = { matchLabels: { app: 'd' } };
  return stored(daemonSets, { metadata: { name: 'd' }, spec: { selector, template, ...spec } } as Partially<DaemonSet>);
}

export function surging(maxSurge: number | string = 1): Partially<Omit<DaemonSetSpec, 'template'>> {
  return { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge } } };
}

export function pacing(maxUnavailable: number | string): Partially<Omit<DaemonSetSpec, 'template'>> {
  return { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } } };
}

export function node(
  name: string,
  taints: readonly Taint[] = [],
  labels: { readonly [key: string]: string } = {},
): Node {
  return stored(nodes, { metadata: { name, labels }, spec: { taints } });
}

/** How a pod of the set is. `old` has another hash, `for` is made for the node but not bound to it. */
export interface PodWish {
  readonly old?: boolean;
  readonly unbound?: boolean;
  readonly deleting?: boolean;
  readonly phase?: string;
  /** Since when it is ready, in seconds before now; absent: it is not ready. */
  readonly ready?: number;
  /** When it was created, in seconds before now. */
  readonly age?: number;
}

export function pod(name: string, on: string, wish: PodWish = {}): Pod {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [on] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } };
  const lastTransitionTime = timestamp(now - (wish.ready ?? 0) * 1000);
  const conditions = [{ type: 'Ready', status: wish.ready === undefined ? 'False' : 'True', lastTransitionTime }];
  return stored(pods, {
    metadata: {
      name,
      labels: { app: 'd', 'controller-revision-hash': wish.old === true ? 'old' : 'new' },
      creationTimestamp: timestamp(now - (wish.age ?? 100) * 1000),
      ...(wish.deleting === true ? { deletionTimestamp: timestamp(now) } : {}),
    },
    spec: { affinity, ...(wish.unbound === true ? {} : { nodeName: on }) },
    status: { phase: wish.phase ?? 'Running', conditions },
  } as unknown as Partially<Pod>);
}

/** What the controller sees; the hash of the newest template is `new`. */
export function view(set: DaemonSet, nodeList: readonly (Node | string)[], podList: readonly Pod[] = []): View {
  return viewOf({
    daemonSet: set,
    newest: { hash: 'new', generation: undefined },
    nodes: nodeList.map((each) => (typeof each === 'string' ? node(each) : each)),
    pods: podList,
    placement: placementOf(set.spec.template),
    now,
  });
}

export const names = (list: readonly { readonly metadata: { readonly name: string } }[]): readonly string[] =>
  list.map(({ metadata }) => metadata.name).toSorted();
