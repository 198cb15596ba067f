import type { FieldError } from '#kinds/meta/field-error.ts';
import { validateAnnotations, validateLabels } from '#kinds/meta/labels.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import type { Volume } from '#kinds/pod/schema/volumes.ts';
import { validatePodAnnotations } from '#kinds/pod/validate/annotations.ts';
import { validatePodTemplate } from '#kinds/pod/validate/pod.ts';
import type { StatefulSetSpec } from '#kinds/stateful-set/schema.ts';

/** Findings on the template of the pods, which may mount the claims they get as if these were its volumes. */
export function validateTemplate({ template, volumeClaimTemplates = [] }: StatefulSetSpec, field: string) {
  if (volumeClaimTemplates.length === 0) return validatePodTemplate(template, field);
  const claimed = volumeClaimTemplates.map(({ metadata }): Volume => {
    const { name = '' } = metadata;
    return { name, persistentVolumeClaim: { claimName: name } };
  });
  const own = (template.spec.volumes ?? []).filter(({ name }) => !claimed.some((volume) => volume.name === name));
  return validatePodTemplate({ ...template, spec: { ...template.spec, volumes: [...own, ...claimed] } }, field);
}

/** As little as was looked at before pods of StatefulSets were: for those that were stored then. */
export function validateOldTemplate({ metadata, spec }: PodTemplateSpec, field: string): readonly FieldError[] {
  return [
    ...validateLabels(metadata.labels, `${field}.labels`),
    ...validateAnnotations(metadata.annotations, `${field}.annotations`),
    ...validatePodAnnotations(metadata.annotations, spec, `${field}.annotations`),
  ];
}
