import { defineResource } from '#kinds/define.ts';
import type { TableDefinition } from '#kinds/definition.ts';
import { keepMetadata } from '#kinds/meta/keep-metadata.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import { VolumeAttachment } from '#kinds/volume-attachment/schema.ts';
import { validateAttachment, validateAttachmentUpdate } from '#kinds/volume-attachment/validate.ts';

const table: TableDefinition<VolumeAttachment> = {
  columns: [
    nameColumn,
    column('Attacher', { format: 'name', description: 'The storage driver that attaches it.' }),
    column('PV', { description: 'The PersistentVolume.' }),
    column('Node', { description: 'The node to attach it to.' }),
    column('Attached', { type: 'boolean', description: 'Whether it is attached.' }),
    ageColumn,
  ],
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec.attacher,
    spec.source.persistentVolumeName ?? '',
    spec.nodeName,
    status.attached,
    ageOf(metadata.creationTimestamp, now),
  ],
};

const note = 'VolumeAttachments are kept here but nothing attaches volumes, unless a driver of your own does';

export const volumeAttachments = defineResource<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  namespaced: false,
  schema: VolumeAttachment,
  rules: {
    hasStatus: true,
    unowned: { status: [['metadata']] },
    unconditionalUpdate: false,
    revalidatesMetadata: true,
    sharedMetadataOnly: ['update', 'status'],
    prepareStatusUpdate: keepMetadata,
    validate: validateAttachment,
    validateUpdate: validateAttachmentUpdate,
    validateStatusUpdate: validateAttachmentUpdate,
    notes: (_attachment, old) => (old === undefined ? [note] : []),
  },
  table,
});
