import type { SubresourceUpdate } from '#kinds/definition.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { validatePodResize } from '#kinds/pod/validate/resize.ts';
import { validateEphemeralContainersUpdate } from '#kinds/pod/validate/update.ts';
import type { Draft } from '#schema/type.ts';

/** `/ephemeralcontainers`: that one list of the spec (spec: api.md section 19.1). */
export const ephemeralContainersUpdate: SubresourceUpdate<Pod> = {
  writes: ['spec'],
  owned: [['spec', 'ephemeralContainers']],
  prepare: (draft, { spec: { ephemeralContainers: _old, ...spec } }) => {
    const { ephemeralContainers } = draft.spec;
    draft.spec = {
      ...spec,
      ...(ephemeralContainers === undefined ? {} : { ephemeralContainers }),
    } as Draft<Pod>['spec'];
  },
  validate: validateEphemeralContainersUpdate,
};

/** `/resize`: what a pod, its containers and its init containers ask for and may use (spec: api.md section 19.1). */
export const resizeUpdate: SubresourceUpdate<Pod> = {
  writes: ['spec'],
  owned: ['containers', 'initContainers'].flatMap((list) =>
    ['resources', 'resizePolicy'].map((field) => ['spec', list, '*', field]),
  ),
  prepare: (draft, { spec: { resources: _old, ...spec } }) => {
    const { resources, containers, initContainers } = draft.spec as Pod['spec'];
    draft.spec = {
      ...spec,
      ...(resources === undefined ? {} : { resources }),
      containers: resized(spec.containers, containers),
      ...(initContainers === undefined ? {} : { initContainers: resized(spec.initContainers ?? [], initContainers) }),
    } as Draft<Pod>['spec'];
  },
  validate: validatePodResize,
};

/** The stored containers with the sizes wanted. Others than those, or in another order, are left for validation to refuse. */
function resized(stored: readonly Container[], wanted: readonly Container[]): readonly Container[] {
  const isSame = stored.length === wanted.length && stored.every(({ name }, index) => name === wanted[index]?.name);
  if (!isSame) return wanted;
  return stored.map((container, index) => {
    const { resources = {}, resizePolicy } = wanted[index] ?? {};
    const { resizePolicy: _old, ...rest } = container;
    return { ...rest, resources, ...(resizePolicy === undefined ? {} : { resizePolicy }) };
  });
}
