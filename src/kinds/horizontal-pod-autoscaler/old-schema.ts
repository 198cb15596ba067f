import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, int32, int64, nonzero, object, optional, required, string, time } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.autoscaling.v1';

export const OldObjectReference = object(
  `${prefix}.CrossVersionObjectReference`,
  'Points to an object of the same namespace.',
  {
    kind: required(1, string, 'The kind of the object.'),
    name: required(2, string, 'The name of the object.'),
    apiVersion: nonzero(3, string, 'The group and version of the kind, such as apps/v1.'),
  },
  { atomic: true },
);

const HorizontalPodAutoscalerSpec = object(
  `${prefix}.HorizontalPodAutoscalerSpec`,
  'What is scaled, by the CPU that its pods use, and how far.',
  {
    scaleTargetRef: required(1, OldObjectReference, 'What is scaled, by its scale subresource.'),
    minReplicas: optional(2, int32, 'The fewest pods; 1 unless given.'),
    maxReplicas: required(3, int32, 'The most pods; at least as many as the fewest.'),
    targetCPUUtilizationPercentage: optional(
      4,
      int32,
      'What pods are to use of the CPU they request, on average, in percent; 80 unless this or an annotation says otherwise.',
    ),
  },
);
export interface OldSpec extends Infer<typeof HorizontalPodAutoscalerSpec> {}

const HorizontalPodAutoscalerStatus = object(`${prefix}.HorizontalPodAutoscalerStatus`, 'How it is doing.', {
  observedGeneration: optional(1, int64, 'The generation that the status is about.'),
  lastScaleTime: optional(2, time, 'When it last changed the number of pods.'),
  currentReplicas: required(3, int32, 'How many pods there are.'),
  desiredReplicas: required(4, int32, 'How many pods there should be.'),
  currentCPUUtilizationPercentage: optional(5, int32, 'What pods use of the CPU they request, on average, in percent.'),
});
export interface OldStatus extends Infer<typeof HorizontalPodAutoscalerStatus> {}

/** The shape of autoscaling/v1, which knows one metric; annotations hold the rest. */
export const OldHorizontalPodAutoscaler = object(
  `${prefix}.HorizontalPodAutoscaler`,
  'Changes how many pods something has, by the CPU they use.',
  {
    ...objectFields,
    spec: required(2, HorizontalPodAutoscalerSpec, 'What is wanted.'),
    status: always(3, HorizontalPodAutoscalerStatus, 'How it is doing.'),
  },
);
export interface OldHorizontalPodAutoscaler extends Namespaced<Infer<typeof OldHorizontalPodAutoscaler>> {}
