import type { ControllerRevision } from '#kinds/controller-revision/schema.ts';
import { ControllerRevision as schema } from '#kinds/controller-revision/schema.ts';
import { validateControllerRevision, validateControllerRevisionUpdate } from '#kinds/controller-revision/validate.ts';
import { defineResource } from '#kinds/define.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';

export const controllerRevisions = defineResource<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
  schema,
  rules: {
    revalidatesMetadata: true,
    validate: validateControllerRevision,
    validateUpdate: validateControllerRevisionUpdate,
  },
  table: {
    columns: [
      nameColumn,
      column('Controller', { description: 'Controller of the object.' }),
      column('Revision', { description: 'Its place in the history.' }),
      ageColumn,
    ],
    cells: (object, now) => [
      object.metadata.name,
      controllerText(object),
      object.revision,
      ageOf(object.metadata.creationTimestamp, now),
    ],
  },
});

/** The controller as kubectl would call it, such as "daemonset.apps/logs". */
function controllerText(object: ControllerRevision): string {
  const controller = controllerOf(object);
  if (controller === undefined) return '<none>';
  const { apiVersion, kind, name } = controller;
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${apiVersion.slice(0, slash)}`;
  return `${`${kind}${group}`.toLowerCase()}/${name}`;
}
