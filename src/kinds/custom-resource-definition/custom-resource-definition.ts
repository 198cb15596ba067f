import { conversionWarnings } from '#kinds/custom-resource-definition/conversion-warnings.ts';
import {
  defaultCustomResourceDefinition,
  noteStoredVersion,
  showConditions,
} from '#kinds/custom-resource-definition/defaults.ts';
import { formatWarnings } from '#kinds/custom-resource-definition/format-warnings.ts';
import { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import {
  validateCustomResourceDefinition,
  validateCustomResourceDefinitionStatus,
  validateCustomResourceDefinitionUpdate,
} from '#kinds/custom-resource-definition/validate/definition.ts';
import { defineResource } from '#kinds/define.ts';
import { createdAtTable } from '#kinds/table.ts';

export const customResourceDefinitions = defineResource<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  schema: CustomResourceDefinition,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    unconditionalUpdate: false,
    plainFinalizers: true,
    // That the name is made of the plural and the group is checked with the spec.
    defaults: defaultCustomResourceDefinition,
    prepareCreate: (draft) => {
      noteStoredVersion(draft);
      showConditions(draft.status);
    },
    prepareUpdate: (draft) => {
      // The stored status is shared with the stored object: what is noted goes into another.
      draft.status = { ...draft.status };
      noteStoredVersion(draft);
    },
    warnings: (definition, old) => [...formatWarnings(definition, old), ...conversionWarnings(definition, old)],
    validate: validateCustomResourceDefinition,
    validateUpdate: validateCustomResourceDefinitionUpdate,
    validateStatusUpdate: validateCustomResourceDefinitionStatus,
  },
  table: createdAtTable,
});
