import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { defaultSecret } from '#kinds/secret/defaults.ts';
import { Secret } from '#kinds/secret/schema.ts';
import { validateSecret, validateSecretUpdate } from '#kinds/secret/validate.ts';
import { secretWarnings } from '#kinds/secret/warnings.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

const table: TableDefinition<Secret> = {
  columns: [
    nameColumn,
    column('Type', { description: 'What the secret is for; decides which keys it must have.' }),
    column('Data', { description: 'How many keys it has.' }),
    ageColumn,
  ],
  cells: ({ metadata, type = '', data = {} }, now) => [
    metadata.name,
    type,
    Object.keys(data).length,
    ageOf(metadata.creationTimestamp, now),
  ],
};

export const secrets = defineResource<Secret>({
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  schema: Secret,
  rules: {
    revalidatesMetadata: true,
    defaults: defaultSecret,
    validate: validateSecret,
    validateUpdate: validateSecretUpdate,
    warnings: secretWarnings,
  },
  table,
  selectableFields: { type: (secret) => secret.type ?? '' },
});
