import type { FieldError } from '#kinds/meta/field-error.ts';
import { validateAnnotations, validateLabels } from '#kinds/meta/labels.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import type { Volume } from '#kinds/pod/schema/volumes.ts';
import { validatePodAnnotations } from '#kinds/pod/validate/annotations.ts';
import { validatePodTemplate } from '#kinds/pod/validate/pod.ts';
import type { StatefulSetSpec } from '#kinds/stateful-set/schema.ts';

/** Findings on the template of the pods, which may mount the claims they get as if these were its volumes. */
export function validateTemplate(
  { template, volumeClaimTemplates = [] }: StatefulSetSpec,
  field: string,
): readonly FieldError[] {
  // Each pod gets its own.
  const { hostname: _hostname, subdomain: _subdomain, ...spec } = template.spec;
  const claimed = volumeClaimTemplates.map(({ metadata }): Volume => {
    const { name = '' } = metadata;
    return { name, persistentVolumeClaim: { claimName: name } };
  });
  const own = (template.spec.volumes ?? []).filter(({ name }) => !claimed.some((volume) => volume.name === name));
  const seen = { ...template, spec: claimed.length === 0 ? spec : { ...spec, volumes: [...claimed, ...own] } };
  return [...validatePodTemplate(seen, field), ...validateOldTemplate(template, field)];
}

/** As little as was looked at before pods of StatefulSets were: for those that were stored then. New ones are looked at so too. */
export function validateOldTemplate({ metadata, spec }: PodTemplateSpec, field: string): readonly FieldError[] {
  return [
    ...validateLabels(metadata.labels, `${field}.labels`),
    ...validateAnnotations(metadata.annotations, `${field}.annotations`),
    ...validatePodAnnotations(metadata.annotations, spec, `${field}.annotations`),
  ];
}
