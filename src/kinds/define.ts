import type { KindRules, ResourceDefinition, SubresourceDefinition, Verb, ViewDefinition } from '#kinds/definition.ts';
import { valueHints } from '#kinds/meta/hints.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { Scale } from '#kinds/scale/schema.ts';

const standardVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

const subresourceVerbs: SubresourceDefinition['verbs'] = ['get', 'patch', 'update'];

const scale: SubresourceDefinition = {
  name: 'scale',
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  schema: Scale,
  verbs: subresourceVerbs,
};

type Given<T extends KubeObject> = Pick<
  ResourceDefinition<T>,
  'version' | 'kind' | 'plural' | 'namespaced' | 'schema' | 'table'
> &
  Partial<Omit<ResourceDefinition<T>, 'rules'>> & { readonly rules?: Partial<KindRules<T>> };

/** A resource from what is particular about it; the rest is what most kinds have: the core group, all verbs, DNS-subdomain
 *  names, no generation, a status subresource exactly if `rules.hasStatus`, one for the scale exactly if `scale` is given, and
 *  advice on values that are not supported. */
export function defineResource<T extends KubeObject>(given: Given<T>): ResourceDefinition<T> {
  const hasStatus = given.rules?.hasStatus ?? false;
  const status = { name: 'status', kind: given.kind, verbs: subresourceVerbs };
  const subresources = [
    ...(given.subresources ?? []),
    ...(hasStatus ? [status] : []),
    ...(given.scale === undefined ? [] : [scale]),
  ];
  return {
    group: '',
    singular: given.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    verbs: standardVerbs,
    selectableFields: {},
    ...given,
    // Upstream sorts those of its own resources; those of custom ones it tells as it finds them.
    subresources:
      given.custom === undefined ? subresources.toSorted((a, b) => (a.name < b.name ? -1 : 1)) : subresources,
    rules: {
      managesGeneration: false,
      createOnUpdate: false,
      unconditionalUpdate: true,
      defaultPropagation: 'Background',
      nameProblems: subdomainProblems,
      ...given.rules,
      hasStatus,
      hints: (object, errors) => [...(given.rules?.hints?.(object, errors) ?? []), ...valueHints(errors)],
    },
  };
}

/** The objects of `of` in another shape. */
export function viewOf<S extends KubeObject, T extends KubeObject>(
  of: ResourceDefinition<S>,
  shapes: { readonly show: (stored: S) => T; readonly store: (shown: T) => S },
): ViewDefinition {
  return { of, ...shapes } as unknown as ViewDefinition;
}
