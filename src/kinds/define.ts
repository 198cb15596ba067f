import type { KindRules, ResourceDefinition, Verb, ViewDefinition } from '#kinds/definition.ts';
import { valueHints } from '#kinds/meta/hints.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

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

type Given<T extends KubeObject> = Pick<
  ResourceDefinition<T>,
  'version' | 'kind' | 'plural' | 'namespaced' | 'schema' | 'table'
> &
  Partial<Omit<ResourceDefinition<T>, 'rules'>> & { readonly rules?: Partial<KindRules<T>> };

/** A resource from what is particular about it; the rest is what most kinds have: the core group, all verbs, DNS-subdomain
 *  names, no generation, a status subresource exactly if `rules.hasStatus`, and advice on values that are not supported. */
export function defineResource<T extends KubeObject>(given: Given<T>): ResourceDefinition<T> {
  const hasStatus = given.rules?.hasStatus ?? false;
  const status = { name: 'status', kind: given.kind, verbs: ['get', 'patch', 'update'] };
  const subresources = [...(given.subresources ?? []), ...(hasStatus ? [status] : [])];
  return {
    group: '',
    singular: given.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    verbs: standardVerbs,
    selectableFields: {},
    ...given,
    subresources: subresources.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
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
