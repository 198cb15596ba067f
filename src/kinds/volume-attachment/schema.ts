import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { PersistentVolumeSpec } from '#kinds/persistent-volume/schema.ts';
import { always, boolean, int32, map, nonzero, object, optional, required, string, timeOrNull } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const prefix = 'io.k8s.api.storage.v1';

const VolumeAttachmentSource = object(`${prefix}.VolumeAttachmentSource`, 'What is attached: one of these.', {
  persistentVolumeName: optional(1, string, 'A PersistentVolume.'),
  inlineVolumeSpec: optional(
    2,
    PersistentVolumeSpec,
    'A volume of a storage driver, for pods that name it themselves.',
  ),
});

const VolumeAttachmentSpec = object(`${prefix}.VolumeAttachmentSpec`, 'Which volume is attached where, and by whom.', {
  attacher: required(1, string, 'The storage driver that attaches it.'),
  source: required(2, VolumeAttachmentSource, 'What is attached.'),
  nodeName: required(3, string, 'The node to attach it to.'),
});
export interface VolumeAttachmentSpec extends Infer<typeof VolumeAttachmentSpec> {}

const VolumeError = object(`${prefix}.VolumeError`, 'What went wrong.', {
  time: always(1, timeOrNull, 'When.'),
  message: nonzero(2, string, 'What, for people; it may be logged.'),
  errorCode: optional(3, int32, 'What, for programs: the code of gRPC.'),
});
export interface VolumeError extends Infer<typeof VolumeError> {}

const VolumeAttachmentStatus = object(`${prefix}.VolumeAttachmentStatus`, 'How attaching and detaching went.', {
  attached: required(1, boolean, 'Whether it is attached.'),
  attachmentMetadata: optional(2, map(string), 'What whoever mounts it must know of the attachment.'),
  attachError: optional(3, VolumeError, 'What went wrong when it was last to be attached.'),
  detachError: optional(4, VolumeError, 'What went wrong when it was last to be detached.'),
});
export interface VolumeAttachmentStatus extends Infer<typeof VolumeAttachmentStatus> {}

export const VolumeAttachment = object(
  `${prefix}.VolumeAttachment`,
  'The wish that a volume be attached to a node; it is detached when this goes.',
  {
    ...objectFields,
    spec: required(2, VolumeAttachmentSpec, 'What is wanted; it never changes.'),
    status: always(3, VolumeAttachmentStatus, 'How that went.'),
  },
);
export interface VolumeAttachment extends Stored<Infer<typeof VolumeAttachment>> {}
