import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { checkImmutable, checkLabelName, internally } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateLabels } from '#kinds/meta/labels.ts';
import type { Toleration } from '#kinds/pod/schema/scheduling.ts';
import { validateContainerResources } from '#kinds/pod/validate/resources.ts';
import { validateTolerations } from '#kinds/pod/validate/tolerations.ts';
import { oldNodeLabelTexts } from '#kinds/pod/warnings.ts';
import { RuntimeClass } from '#kinds/runtime-class/schema.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

type Findings = readonly FieldError[];

const table: TableDefinition<RuntimeClass> = {
  columns: [nameColumn, column('Handler', { description: 'What nodes call it.' }), ageColumn],
  cells: ({ metadata, handler }, now) => [metadata.name, handler, ageOf(metadata.creationTimestamp, now)],
};

function validateRuntimeClass({ handler, overhead, scheduling }: RuntimeClass): Findings {
  return [
    ...checkLabelName('handler', handler),
    ...(overhead?.podFixed === undefined
      ? []
      : validateContainerResources({ limits: overhead.podFixed }, [], 'overhead')),
    ...validateLabels(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
    ...validateTolerations(scheduling?.tolerations, 'scheduling.tolerations'),
    ...validateDifferent(scheduling?.tolerations ?? [], 'scheduling.tolerations'),
  ];
}

/** No toleration stands there twice, whatever its time. */
function validateDifferent(tolerations: readonly Toleration[], field: string): Findings {
  const seen = new Set<string>();
  return tolerations.flatMap(
    ({ key = '', operator = '', value = '', effect = '', tolerationSeconds = null }, index) => {
      const mark = JSON.stringify([key, operator, value, effect]);
      const again = seen.has(mark);
      seen.add(mark);
      if (!again) return [];
      const shown = internally({ key, operator, value, effect, tolerationSeconds });
      return [fieldError.duplicate(`${field}[${index}]`, shown)];
    },
  );
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
    warnings: ({ scheduling }) =>
      Object.keys(scheduling?.nodeSelector ?? {}).flatMap((key) =>
        oldNodeLabelTexts(key).map((text) => `scheduling.nodeSelector: ${text}`),
      ),
  },
  table,
});
