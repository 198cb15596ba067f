import { checkImmutable, internally, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { validateInlineVolume } from '#kinds/persistent-volume/validate.ts';
import { checkDriverName } from '#kinds/persistent-volume/validate-sources.ts';
import type { VolumeAttachment, VolumeAttachmentSpec, VolumeError } from '#kinds/volume-attachment/schema.ts';

type Findings = readonly FieldError[];

const metadataBytesMax = 256 * 1024;
const messageBytesMax = 1024;

/** Findings on an attachment, as upstream words them. */
export function validateAttachment({ spec, status }: VolumeAttachment): Findings {
  const { attacher, nodeName, source } = spec;
  const name = source.persistentVolumeName;
  const { attachmentMetadata = {}, attachError, detachError } = status;
  const bytes = Object.entries(attachmentMetadata)
    .flat()
    .reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return [
    ...checkDriverName('spec.attacher', attacher),
    ...validateSource(source, 'spec.source'),
    ...invalidEach('spec.nodeName', nodeName, subdomainProblems(nodeName)),
    ...(bytes > metadataBytesMax ? [fieldError.tooLong('status.attachmentMetadata', metadataBytesMax)] : []),
    ...validateError(attachError, 'status.attachError'),
    ...validateError(detachError, 'status.detachError'),
    ...(name === undefined ? [] : invalidEach('spec.source.persistentVolumeName', name, subdomainProblems(name))),
  ];
}

/** Findings on a change, whether of the object or of its status: what is wanted stays. */
export function validateAttachmentUpdate(attachment: VolumeAttachment, old: VolumeAttachment): Findings {
  const { spec } = attachment;
  return [...validateAttachment(attachment), ...checkImmutable('spec', spec, old.spec, shownSpec(spec))];
}

/** As Go has it: what is not there is null. */
function shownSpec({ attacher, source, nodeName }: VolumeAttachmentSpec): object {
  const { persistentVolumeName = null, inlineVolumeSpec = null } = source;
  return internally({ attacher, source: { persistentVolumeName, inlineVolumeSpec }, nodeName });
}

function validateSource(source: VolumeAttachmentSpec['source'], field: string): Findings {
  const { persistentVolumeName: name, inlineVolumeSpec: inline } = source;
  const why = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (inline === undefined && name === undefined) return [fieldError.required(field, why)];
  if (inline === undefined) {
    const missing = 'must specify non empty persistentVolumeName';
    return name === '' ? [fieldError.required(`${field}.persistentVolumeName`, missing)] : [];
  }
  return name === undefined
    ? validateInlineVolume(inline, `${field}.inlineVolumeSpec`)
    : [fieldError.forbidden(field, why)];
}

function validateError(error: VolumeError | undefined, field: string): Findings {
  if (error === undefined) return [];
  const { message = '', errorCode = 0 } = error;
  // Upstream tells the limit of something else.
  const isTooLong = Buffer.byteLength(message) > messageBytesMax;
  return [
    ...(isTooLong ? [fieldError.tooLong(`${field}.message`, metadataBytesMax)] : []),
    ...(errorCode < 0
      ? [fieldError.invalid(`${field}.errorCode`, errorCode, 'must be between 0 and 2147483647, inclusive')]
      : []),
  ];
}
