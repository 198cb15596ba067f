import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { checkImmutable, invalidEach } from '#kinds/meta/checks.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';
import { validateLabels } from '#kinds/meta/labels.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import { validateContainerResources } from '#kinds/pod/validate/resources.ts';
import { validateTolerations } from '#kinds/pod/validate/tolerations.ts';
import { nodeSelectorWarnings } from '#kinds/pod/warnings.ts';
import { RuntimeClass } from '#kinds/runtime-class/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

type Findings = readonly FieldError[];

const table: TableDefinition<RuntimeClass> = {
  columns: [nameColumn, column('Handler', { description: 'What nodes call it.' }), ageColumn],
  cells: ({ metadata, handler }, now) => [metadata.name, handler, ageOf(metadata.creationTimestamp, now)],
};

function validateRuntimeClass({ handler, overhead, scheduling }: RuntimeClass): Findings {
  return [
    ...invalidEach('handler', handler, labelProblems(handler)),
    ...(overhead?.podFixed === undefined
      ? []
      : validateContainerResources({ limits: overhead.podFixed }, [], 'overhead')),
    ...validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
    ...validateTolerations(scheduling?.tolerations, 'scheduling.tolerations'),
  ];
}

export const runtimeClasses = defineResource<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  namespaced: false,
  schema: RuntimeClass,
  rules: {
    createOnUpdate: true,
    unconditionalUpdate: false,
    revalidatesMetadata: true,
    validate: validateRuntimeClass,
    // Pods of the class run as it once said.
    validateUpdate: (now, old) => [
      ...validateRuntimeClass(now),
      ...checkImmutable('handler', now.handler, old.handler),
    ],
    warnings: ({ scheduling }) => nodeSelectorWarnings(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
  },
  table,
});
