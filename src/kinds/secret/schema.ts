import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { boolean, bytes, map, nonzero, object, optional, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const Secret = object('io.k8s.api.core.v1.Secret', 'Confidential settings for pods, as bytes by key.', {
  ...objectFields,
  data: optional(2, map(bytes), 'Bytes by key, in base64.'),
  type: nonzero(3, string, 'What kind of secret it is; decides which keys it must have. Opaque unless given.'),
  stringData: optional(4, map(string), 'Texts that are put into data; never shown.'),
  immutable: optional(5, boolean, 'When true, data can no longer change.'),
});
export interface Secret extends Namespaced<Infer<typeof Secret>> {}
