import { defaultDaemonSet } from '#kinds/daemon-set/defaults.ts';
import { daemonSetAdvice } from '#kinds/daemon-set/hints.ts';
import { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { daemonSetTable } from '#kinds/daemon-set/table.ts';
import {
  countTemplateGeneration,
  keepTemplateGeneration,
  startTemplateGeneration,
  templateGeneration,
} from '#kinds/daemon-set/template-generation.ts';
import {
  validateDaemonSet,
  validateDaemonSetStatusUpdate,
  validateDaemonSetUpdate,
} from '#kinds/daemon-set/validate/daemon-set.ts';
import { defineResource } from '#kinds/define.ts';
import { podWarnings } from '#kinds/pod/warnings.ts';
import { selectingHints } from '#kinds/workload/hints.ts';

export const daemonSets = defineResource<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  schema: DaemonSet,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    defaults: defaultDaemonSet,
    prepareCreate: startTemplateGeneration,
    prepareUpdate: countTemplateGeneration,
    prepareStatusUpdate: keepTemplateGeneration,
    validate: validateDaemonSet,
    validateUpdate: validateDaemonSetUpdate,
    validateStatusUpdate: validateDaemonSetStatusUpdate,
    warnings: (set, old) =>
      old !== undefined && templateGeneration(set) === templateGeneration(old)
        ? []
        : podWarnings(set.spec.template, 'spec.template'),
    hints: ({ spec }, errors) => selectingHints('DaemonSet', spec.template, errors, daemonSetAdvice),
  },
  table: daemonSetTable,
});
