import type { Namespaced } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { always, list, map, object, optional, quantity, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const LimitRangeItem = object(
  'io.k8s.api.core.v1.LimitRangeItem',
  'What containers, pods or claims of a namespace may ask for.',
  {
    type: required(1, string, 'What is limited: Container, Pod or PersistentVolumeClaim.', {
      values: ['Container', 'Pod', 'PersistentVolumeClaim'],
    }),
    max: optional(2, map(quantity), 'The most of each resource that may be asked for.'),
    min: optional(3, map(quantity), 'The least of each resource that may be asked for.'),
    default: optional(4, map(quantity), 'The limit of a container that gives none.'),
    defaultRequest: optional(5, map(quantity), 'The request of a container that gives none.'),
    maxLimitRequestRatio: optional(6, map(quantity), 'How many times its request a limit may be at most.'),
  },
);
export interface LimitRangeItem extends Infer<typeof LimitRangeItem> {}

export const LimitRangeSpec = object('io.k8s.api.core.v1.LimitRangeSpec', 'The limits of a namespace.', {
  limits: required(1, list(LimitRangeItem), 'The limits, one for each type.'),
});

export const LimitRange = object(
  'io.k8s.api.core.v1.LimitRange',
  'Bounds and defaults for what each object of a namespace asks for.',
  {
    ...objectFields,
    spec: always(2, LimitRangeSpec, 'The bounds and defaults.'),
  },
);
type Whole = Namespaced<Infer<typeof LimitRange>>;
export interface LimitRange extends Omit<Whole, 'spec'> {
  /** No limits are written as null, as upstream does. */
  readonly spec: { readonly limits: readonly LimitRangeItem[] | null };
}
