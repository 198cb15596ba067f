import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { oldClassAnnotation } from '#kinds/persistent-volume/table.ts';
import { oldSourceWarnings, termWarnings } from '#kinds/pod/warnings.ts';

const oldAnnotations: { readonly [annotation: string]: string } = {
  [oldClassAnnotation]: 'deprecated since v1.8; use "storageClassName" attribute instead',
  'volume.beta.kubernetes.io/mount-options': 'deprecated since v1.31; use "mountOptions" attribute instead',
};

/** What is allowed in a volume but will not work for long. */
export function persistentVolumeWarnings({ metadata, spec }: PersistentVolume): readonly string[] {
  const annotations = metadata.annotations ?? {};
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const recycles = spec.persistentVolumeReclaimPolicy === 'Recycle';
  return [
    ...Object.entries(oldAnnotations).flatMap(([key, text]) =>
      Object.hasOwn(annotations, key) ? [`metadata.annotations[${key}]: ${text}`] : [],
    ),
    ...terms.flatMap((term, index) => termWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`)),
    ...(recycles
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. ' +
            'Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...oldSourceWarnings(spec, 'spec').filter((text) => !/^spec\.(flocker|quobyte):/.test(text)),
  ];
}
