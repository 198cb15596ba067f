import type { DaemonSetSpec } from '#kinds/daemon-set/schema.ts';

/** How fast pods are replaced: so many nodes may be without an available pod, or have two. */
export interface Pace {
  readonly maxUnavailable: number;
  readonly maxSurge: number;
}

/** The pace for so many nodes; shares are rounded up. A pace of nothing at all would never end
 *  (spec: daemonset.md section 11). */
export function paceOf({ updateStrategy }: DaemonSetSpec, desired: number): Pace {
  const { maxUnavailable = 1, maxSurge = 0 } = updateStrategy.rollingUpdate ?? {};
  const unavailable = scaled(maxUnavailable, desired);
  const surge = scaled(maxSurge, desired);
  const isStuck = desired > 0 && unavailable === 0 && surge === 0;
  return { maxUnavailable: isStuck ? 1 : unavailable, maxSurge: surge };
}

/** Whether a new pod may stand beside an old one. */
export function allowsSurge(spec: DaemonSetSpec): boolean {
  return spec.updateStrategy.type === 'RollingUpdate' && paceOf(spec, 1).maxSurge > 0;
}

function scaled(amount: number | string, total: number): number {
  if (typeof amount === 'number') return amount;
  const share = Number.parseInt(amount, 10);
  return Number.isNaN(share) ? 0 : Math.ceil((share * total) / 100);
}
