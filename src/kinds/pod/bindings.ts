import { defineResource } from '#kinds/define.ts';
import { Binding } from '#kinds/pod/schema/pod.ts';
import { plainTable } from '#kinds/table.ts';

/** The older way to put a pod on a node: posted to a collection of its own, named after the pod, and never stored. */
export const bindings = defineResource<Binding>({
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  namespaced: true,
  verbs: ['create'],
  schema: Binding,
  table: plainTable,
});
