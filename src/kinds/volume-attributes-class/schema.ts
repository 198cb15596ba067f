import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { map, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const VolumeAttributesClass = object(
  'io.k8s.api.storage.v1.VolumeAttributesClass',
  'Settings of volumes that may change later; claims choose them by name.',
  {
    ...objectFields,
    driverName: required(2, string, 'The storage driver that knows them; it never changes.'),
    parameters: optional(3, map(string), 'The settings, for the driver; one at least, and they never change.'),
  },
);
export interface VolumeAttributesClass extends Stored<Infer<typeof VolumeAttributesClass>> {}
