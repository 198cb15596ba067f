import type { PriorityLevelConfigurationSpec } from '#kinds/priority-level-configuration/schema.ts';

/** A level that every cluster has from the start. */
export interface InitialLevel {
  readonly name: string;
  readonly spec: PriorityLevelConfigurationSpec;
}

/** Those that are always as they are here, `exempt.exempt` aside (flowcontrol.apiserver.k8s.io/v1, bootstrap). */
export const mandatoryLevels: readonly InitialLevel[] = [
  {
    name: 'catch-all',
    spec: {
      type: 'Limited',
      limited: { nominalConcurrencyShares: 5, limitResponse: { type: 'Reject' }, lendablePercent: 0 },
    },
  },
  { name: 'exempt', spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } } },
];

/** Those that their users may change. */
export const suggestedLevels: readonly InitialLevel[] = [
  queued('system', 30, 33, { queues: 64, handSize: 6 }),
  queued('node-high', 40, 25, { queues: 64, handSize: 6 }),
  queued('leader-election', 10, 0, { queues: 16, handSize: 4 }),
  queued('workload-high', 40, 50, { queues: 128, handSize: 6 }),
  queued('workload-low', 100, 90, { queues: 128, handSize: 6 }),
  queued('global-default', 20, 50, { queues: 128, handSize: 6 }),
];

function queued(
  name: string,
  shares: number,
  lendablePercent: number,
  queues: { readonly queues: number; readonly handSize: number },
): InitialLevel {
  const limitResponse = { type: 'Queue', queuing: { ...queues, queueLengthLimit: 50 } };
  return {
    name,
    spec: { type: 'Limited', limited: { nominalConcurrencyShares: shares, limitResponse, lendablePercent } },
  };
}
