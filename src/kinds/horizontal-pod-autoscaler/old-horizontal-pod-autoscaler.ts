import { defineResource, viewOf } from '#kinds/define.ts';
import { notesOf, statusNotes, wantedNotes, withNotes } from '#kinds/horizontal-pod-autoscaler/annotations.ts';
import { readFromOld, shownAsOld, storedFromOld } from '#kinds/horizontal-pod-autoscaler/convert.ts';
import {
  autoscalerNames,
  autoscalerNotes,
  horizontalPodAutoscalers,
} from '#kinds/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts';
import { OldHorizontalPodAutoscaler } from '#kinds/horizontal-pod-autoscaler/old-schema.ts';
import { autoscalerTable } from '#kinds/horizontal-pod-autoscaler/table.ts';
import {
  validateAutoscaler,
  validateAutoscalerStatus,
  validateAutoscalerUpdate,
} from '#kinds/horizontal-pod-autoscaler/validate.ts';
import type { Draft } from '#schema/type.ts';

type Old = OldHorizontalPodAutoscaler;

/** Fills in what is left out, and spells the annotations that are parts of the object as a reader finds them. */
function defaultOld(draft: Draft<Old>): void {
  draft.spec.minReplicas ??= 1;
  const { metadata, spec, status } = shownAsOld(readFromOld(draft as Old));
  Object.assign(draft, { metadata, spec, status });
}

/** The annotations named `kept` as they were, in those of the draft: another endpoint writes what they say. */
function keep(draft: Draft<Old>, kept: typeof statusNotes | typeof wantedNotes, old: Old | undefined): void {
  const others = kept === statusNotes ? wantedNotes : statusNotes;
  const notes = [...notesOf(draft.metadata.annotations, others), ...notesOf(old?.metadata.annotations, kept)];
  const annotations = withNotes(draft.metadata.annotations, notes);
  if (annotations === undefined) delete draft.metadata.annotations;
  else draft.metadata.annotations = annotations;
}

/** Autoscalers as autoscaling/v1 has them: the stored objects are those of autoscaling/v2 (upstream: pkg/apis/autoscaling/v1). */
export const oldHorizontalPodAutoscalers = defineResource<Old>({
  ...autoscalerNames,
  version: 'v1',
  schema: OldHorizontalPodAutoscaler,
  view: viewOf(horizontalPodAutoscalers, { show: shownAsOld, store: storedFromOld }),
  rules: {
    hasStatus: true,
    defaults: defaultOld,
    prepareCreate: (draft) => keep(draft, statusNotes, undefined),
    prepareUpdate: (draft, old) => keep(draft, statusNotes, old),
    prepareStatusUpdate: (draft, old) => keep(draft, wantedNotes, old),
    validate: (autoscaler) => validateAutoscaler(readFromOld(autoscaler)),
    validateUpdate: (autoscaler, old) => validateAutoscalerUpdate(readFromOld(autoscaler), readFromOld(old)),
    validateStatusUpdate: (autoscaler) => validateAutoscalerStatus(readFromOld(autoscaler)),
    notes: autoscalerNotes,
  },
  table: {
    columns: autoscalerTable.columns,
    cells: (autoscaler, now) => autoscalerTable.cells(readFromOld(autoscaler), now),
  },
});
