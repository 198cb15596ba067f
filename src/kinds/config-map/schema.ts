import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { boolean, bytes, map, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ConfigMap = object('io.k8s.api.core.v1.ConfigMap', 'Settings for pods, as texts by key.', {
  ...objectFields,
  data: optional(2, map(string), "Texts by key; keys are letters, digits, '-', '_' and '.'."),
  binaryData: optional(3, map(bytes), 'Bytes by key, in base64; a key may not be in data too.'),
  immutable: optional(4, boolean, 'When true, data can no longer change.'),
});
export interface ConfigMap extends Namespaced<Infer<typeof ConfigMap>> {}
