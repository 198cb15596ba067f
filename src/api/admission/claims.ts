import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { compareQuantities } from '#kinds/meta/quantity.ts';
import { claimClassOf } from '#kinds/persistent-volume-claim/class.ts';
import { persistentVolumeClaims } from '#kinds/persistent-volume-claim/persistent-volume-claim.ts';
import type { PersistentVolumeClaim } from '#kinds/persistent-volume-claim/schema.ts';
import { isDefaultClass } from '#kinds/storage-class/rules.ts';
import { storageClasses } from '#kinds/storage-class/storage-class.ts';
import type { Draft } from '#schema/type.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin } from './chain.ts';

/** Whether it is claims to volumes that are asked about. */
export function isClaims({ group, plural }: Pick<ResourceDefinition, 'group' | 'plural'>): boolean {
  return group === '' && plural === persistentVolumeClaims.plural;
}

/** Gives a claim that leaves its class open the default one: the newest, should there be several (upstream's
 *  DefaultStorageClass). */
export function defaultStorageClass(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'DefaultStorageClass',
    handles: (resource, subresource, operation) =>
      operation === 'CREATE' && subresource === undefined && isClaims(resource),
    admit: (draft) => {
      const claim = draft as unknown as Draft<PersistentVolumeClaim>;
      if (claimClassOf(claim) !== undefined) return;
      const [newest] = objects
        .all(storageClasses)
        .filter(isDefaultClass)
        .toSorted(
          ({ metadata: a }, { metadata: b }) =>
            b.creationTimestamp.localeCompare(a.creationTimestamp) || a.name.localeCompare(b.name),
        );
      if (newest !== undefined) claim.spec.storageClassName = newest.metadata.name;
    },
  };
}

/** Lets only those claims ask for more whose volume can be made larger (upstream's PersistentVolumeClaimResize). */
export function claimResize(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'PersistentVolumeClaimResize',
    handles: (resource, subresource, operation) =>
      operation === 'UPDATE' && subresource === undefined && isClaims(resource),
    validate: (object, { name, old }) => {
      const [now, before] = [object, old].map((each) => each as PersistentVolumeClaim | undefined);
      if (before === undefined || now === undefined || compareQuantities(sizeOf(now), sizeOf(before)) <= 0) return;
      const refuse = (why: string): never => {
        throw apiErrors.forbidden(persistentVolumeClaims, name, why);
      };
      if (before.status.phase !== 'Bound') refuse('Only bound persistent volume claims can be expanded');
      const className = claimClassOf(now) ?? '';
      const isSame = className !== '' && claimClassOf(before) === className;
      if (isSame && objects.peek(storageClasses, undefined, className)?.allowVolumeExpansion === true) return;
      refuse(
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      );
    },
  };
}

function sizeOf({ spec }: PersistentVolumeClaim): string {
  return spec.resources.requests?.storage ?? '0';
}
