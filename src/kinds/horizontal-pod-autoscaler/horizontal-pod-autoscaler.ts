import { defineResource } from '#kinds/define.ts';
import { defaultAutoscaler } from '#kinds/horizontal-pod-autoscaler/defaults.ts';
import { HorizontalPodAutoscaler } from '#kinds/horizontal-pod-autoscaler/schema.ts';
import { autoscalerTable } from '#kinds/horizontal-pod-autoscaler/table.ts';
import {
  validateAutoscaler,
  validateAutoscalerStatus,
  validateAutoscalerUpdate,
} from '#kinds/horizontal-pod-autoscaler/validate.ts';

const note = 'HorizontalPodAutoscalers are kept here but nothing scales by them, unless a controller of your own does';

/** What autoscalers are called, whatever their version. */
export const autoscalerNames = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  shortNames: ['hpa'],
  categories: ['all'],
  namespaced: true,
} as const;

export const autoscalerNotes = (_autoscaler: unknown, old: unknown): readonly string[] =>
  old === undefined ? [note] : [];

export const horizontalPodAutoscalers = defineResource<HorizontalPodAutoscaler>({
  ...autoscalerNames,
  version: 'v2',
  schema: HorizontalPodAutoscaler,
  rules: {
    hasStatus: true,
    defaults: defaultAutoscaler,
    prepareCreate: ({ status }) => {
      status.currentMetrics = null;
    },
    validate: validateAutoscaler,
    validateUpdate: validateAutoscalerUpdate,
    validateStatusUpdate: validateAutoscalerStatus,
    notes: autoscalerNotes,
  },
  table: autoscalerTable,
});
