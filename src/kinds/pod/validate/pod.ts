import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateAnnotations, validateLabels } from '#kinds/meta/labels.ts';
import type { Pod, PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { isMirror, validatePodAnnotations } from '#kinds/pod/validate/annotations.ts';
import { validateImageSpaces } from '#kinds/pod/validate/containers.ts';
import { validateOldProfiles } from '#kinds/pod/validate/old-profiles.ts';
import { validatePodSpec } from '#kinds/pod/validate/spec.ts';

type Findings = readonly FieldError[];

/** Findings on a new pod. */
export function validatePod(pod: Pod): Findings {
  const { nodeName, schedulingGates, ephemeralContainers } = pod.spec;
  const guests = ephemeralContainers !== undefined && ephemeralContainers.length > 0;
  const gated = nodeName && schedulingGates?.length;
  return [
    ...validatePodContent(pod),
    ...(guests ? [fieldError.forbidden('spec.ephemeralContainers', 'cannot be set on create')] : []),
    ...(gated
      ? [fieldError.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')]
      : []),
    ...validateOldProfiles(pod.metadata.annotations, pod.spec, 'spec'),
  ];
}

/** Findings that hold for a pod at any time of its life. */
export function validatePodContent({ metadata, spec }: Pod): Findings {
  return [
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, { is: 'pod', name: metadata.name, mirrors: isMirror(metadata) }, 'spec'),
    ...validateTokens(spec),
    ...spec.containers.flatMap((container, index) => validateImageSpaces(container, `spec.containers[${index}]`)),
    ...(spec.initContainers ?? []).flatMap((container, index) =>
      validateImageSpaces(container, `spec.initContainers[${index}]`),
    ),
  ];
}

/** A token speaks for a service account. */
function validateTokens({ serviceAccountName, volumes }: PodSpec): Findings {
  if (serviceAccountName) return [];
  return (volumes ?? []).flatMap(({ projected }, index) =>
    (projected?.sources ?? []).flatMap(({ serviceAccountToken }, at) =>
      serviceAccountToken === undefined
        ? []
        : [
            fieldError.forbidden(
              `spec.volumes[${index}].projected.sources[${at}].serviceAccountToken`,
              'must not be specified when serviceAccountName is not set',
            ),
          ],
    ),
  );
}

/** Findings on the template of pods in another object. Labels and annotations are reported without `metadata` in their path,
 *  as upstream reports them. */
export function validatePodTemplate(template: PodTemplateSpec, field: string): Findings {
  const { metadata, spec } = template;
  const guests = spec.ephemeralContainers !== undefined && spec.ephemeralContainers.length > 0;
  const text = 'ephemeral containers not allowed in pod template';
  return [
    ...validateLabels(metadata.labels, `${field}.labels`),
    ...validateAnnotations(metadata.annotations, `${field}.annotations`),
    ...validatePodAnnotations(metadata.annotations, spec, `${field}.annotations`),
    ...validatePodSpec(spec, { is: 'template' }, `${field}.spec`),
    ...validateOldProfiles(metadata.annotations, spec, `${field}.spec`),
    ...(guests ? [fieldError.forbidden(`${field}.spec.ephemeralContainers`, text)] : []),
  ];
}
