import type { Pod } from '#kinds/pod/schema/pod.ts';

export interface PodWish {
  readonly name?: string;
  readonly phase?: string;
  readonly node?: string;
  /** When it became ready; null: ready, nobody knows since when. */
  readonly readyAt?: string | null;
  readonly notReadyAt?: string;
  readonly restarts?: number;
  readonly sidecarRestarts?: number;
  readonly createdAt?: string;
  readonly finishedAt?: readonly string[];
  readonly running?: boolean;
  readonly deletedAt?: string;
  readonly graceSeconds?: number;
  readonly exitCodes?: { readonly [container: string]: number };
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

const image = { image: 'i', imageID: '', lastState: {}, ready: false };

/** A pod with what a test says of it, for the pure parts. */
export function podOf(wish: PodWish = {}): Pod {
  const { name = 'p', phase = 'Running', createdAt = '2026-01-01T00:00:00Z', restarts = 0, sidecarRestarts } = wish;
  const ended = (wish.finishedAt ?? []).map((finishedAt, index) => ({
    ...image,
    name: `c${index}`,
    restartCount: restarts,
    state: { terminated: { exitCode: 0, startedAt: null, finishedAt } },
  }));
  const exited = Object.entries(wish.exitCodes ?? {}).map(([container, exitCode]) => ({
    ...image,
    name: container,
    restartCount: restarts,
    state: { terminated: { exitCode, startedAt: null, finishedAt: null } },
  }));
  const running = { ...image, name: 'running', restartCount: restarts, state: {} };
  const sidecar = { ...image, name: 'sidecar', restartCount: sidecarRestarts ?? 0, state: {} };
  const pod = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      namespace: 'ns',
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      creationTimestamp: createdAt,
      ...(wish.deletedAt && { deletionTimestamp: wish.deletedAt, deletionGracePeriodSeconds: wish.graceSeconds ?? 0 }),
    },
    spec: {
      containers: [],
      ...(wish.node && { nodeName: wish.node }),
      ...(sidecarRestarts !== undefined && { initContainers: [{ name: 'sidecar', restartPolicy: 'Always' }] }),
    },
    status: {
      phase,
      conditions: [...(wish.conditions ?? []), ...readiness(wish)],
      containerStatuses: [...ended, ...exited, ...(wish.running || restarts > 0 ? [running] : [])],
      ...(sidecarRestarts !== undefined && { initContainerStatuses: [sidecar] }),
    },
  };
  return pod as unknown as Pod;
}

function readiness({ readyAt, notReadyAt }: PodWish) {
  if (readyAt !== undefined) return [{ type: 'Ready', status: 'True', lastTransitionTime: readyAt }];
  return notReadyAt === undefined ? [] : [{ type: 'Ready', status: 'False', lastTransitionTime: notReadyAt }];
}
