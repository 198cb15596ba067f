import { defineResource } from '#kinds/define.ts';
import { defaultPodTemplate } from '#kinds/pod/defaults.ts';
import { mountHints } from '#kinds/pod/hints.ts';
import { validatePodTemplate } from '#kinds/pod/validate/pod.ts';
import { podWarnings } from '#kinds/pod/warnings.ts';
import { PodTemplate } from '#kinds/pod-template/schema.ts';
import { column, labelText, nameColumn } from '#kinds/table.ts';

export const podTemplates = defineResource<PodTemplate>({
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  namespaced: true,
  schema: PodTemplate,
  rules: {
    managesGeneration: true,
    defaults: (draft) => defaultPodTemplate(draft.template),
    validate: ({ template }) => validatePodTemplate(template, 'template'),
    validateUpdate: ({ template }) => validatePodTemplate(template, 'template'),
    warnings: ({ metadata, template }, old) =>
      old !== undefined && old.metadata.generation === metadata.generation ? [] : podWarnings(template, 'template'),
    hints: ({ template }, errors) => mountHints(template.spec, errors, 'template.spec'),
  },
  table: {
    columns: [
      nameColumn,
      column('Containers', { description: 'Names of each container in the template.' }),
      column('Images', { description: 'Images referenced by each container in the template.' }),
      column('Pod Labels', { description: 'The labels of pods made from the template.' }),
    ],
    cells: ({ metadata, template }) => [
      metadata.name,
      template.spec.containers.map(({ name }) => name).join(','),
      template.spec.containers.map(({ image = '' }) => image).join(','),
      labelText(template.metadata.labels),
    ],
  },
});
