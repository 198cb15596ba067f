import { persistentVolumes } from '#kinds/persistent-volume/persistent-volume.ts';
import type { PersistentVolume } from '#kinds/persistent-volume/schema.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import type { StorageClass } from '#kinds/storage-class/schema.ts';
import { storageClasses } from '#kinds/storage-class/storage-class.ts';
import { decoded } from '#kinds/test-objects.ts';

/** A volume that is free, unless said otherwise. */
export function volumeNamed(
  name: string,
  spec: object = {},
  more: { metadata?: object; phase?: string } = {},
): PersistentVolume {
  return decoded(persistentVolumes, {
    metadata: { name, ...more.metadata },
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/d' }, ...spec },
    status: { phase: more.phase ?? 'Available' },
  });
}

/** The claim ns/data of the uid "u". */
export function claimOf(spec: object = {}, more: { annotations?: object; phase?: string } = {}): PersistentVolumeClaim {
  return decoded(persistentVolumeClaims, {
    metadata: { name: 'data', namespace: 'ns', uid: 'u', ...(more.annotations && { annotations: more.annotations }) },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: '',
      ...spec,
    },
    status: { phase: more.phase ?? 'Pending' },
  });
}

export function classNamed(name: string, more: object = {}): StorageClass {
  return decoded(storageClasses, { metadata: { name }, provisioner: 'example.org/disks', ...more });
}
