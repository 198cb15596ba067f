import type { Namespaced } from '#kinds/meta/object.ts';
import { Condition, LabelSelector, objectFields } from '#kinds/meta/schema.ts';
import {
  always,
  int32,
  int64,
  intOrString,
  listMap,
  map,
  nonzero,
  object,
  optional,
  string,
  time,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const PodDisruptionBudgetSpec = object(
  'io.k8s.api.policy.v1.PodDisruptionBudgetSpec',
  'Which pods are protected, and how many of them may be missing.',
  {
    minAvailable: optional(1, intOrString, 'How many must stay healthy when one is evicted: a number or a percentage.'),
    selector: optional(2, LabelSelector, 'The pods that are meant; none unless given, all if empty.', {
      replaced: true,
    }),
    maxUnavailable: optional(3, intOrString, 'How many may be missing after an eviction: a number or a percentage.'),
    unhealthyPodEvictionPolicy: optional(4, string, 'When pods that are not ready may be evicted.', {
      values: ['AlwaysAllow', 'IfHealthyBudget'],
    }),
  },
);
export interface PodDisruptionBudgetSpec extends Infer<typeof PodDisruptionBudgetSpec> {}

export const PodDisruptionBudgetStatus = object(
  'io.k8s.api.policy.v1.PodDisruptionBudgetStatus',
  'How many of the protected pods are healthy, and how many may go.',
  {
    observedGeneration: nonzero(1, int64, 'The generation of the spec that this speaks of.'),
    disruptedPods: optional(2, map(time), 'Pods whose eviction was granted but is not yet seen, and when it was.'),
    disruptionsAllowed: always(3, int32, 'How many pods may be evicted now.'),
    currentHealthy: always(4, int32, 'How many pods are healthy.'),
    desiredHealthy: always(5, int32, 'How many pods must be healthy.'),
    expectedPods: always(6, int32, 'How many pods there should be.'),
    conditions: optional(7, listMap(Condition, ['type'], 'type'), 'Whether evictions are possible, and why not.'),
  },
);
export interface PodDisruptionBudgetStatus extends Infer<typeof PodDisruptionBudgetStatus> {}

export const PodDisruptionBudget = object(
  'io.k8s.api.policy.v1.PodDisruptionBudget',
  'Keeps evictions from taking too many pods of a set at once.',
  {
    ...objectFields,
    spec: always(2, PodDisruptionBudgetSpec, 'Which pods are protected and how far.'),
    status: always(3, PodDisruptionBudgetStatus, 'What is there now.'),
  },
);
export interface PodDisruptionBudget extends Namespaced<Infer<typeof PodDisruptionBudget>> {}
