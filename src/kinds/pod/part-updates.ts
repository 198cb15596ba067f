import type { SubresourceUpdate } from '#kinds/definition.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { validatePodResize } from '#kinds/pod/validate/resize.ts';
import { validateEphemeralContainersUpdate } from '#kinds/pod/validate/update.ts';
import type { Draft } from '#schema/type.ts';

/** `/ephemeralcontainers`: that one list of the spec (spec: api.md section 19.1). */
export const ephemeralContainersUpdate: SubresourceUpdate<Pod> = {
  writes: ['spec'],
  prepare: (draft, { spec: { ephemeralContainers: _old, ...spec } }) => {
    const { ephemeralContainers } = draft.spec;
    draft.spec = {
      ...spec,
      ...(ephemeralContainers === undefined ? {} : { ephemeralContainers }),
    } as Draft<Pod>['spec'];
  },
  validate: validateEphemeralContainersUpdate,
};

/** `/resize`: what containers and sidecars ask for and may use (spec: api.md section 19.1). */
export const resizeUpdate: SubresourceUpdate<Pod> = {
  writes: ['spec'],
  prepare: (draft, { spec }) => {
    const { containers, initContainers = [] } = draft.spec as Pod['spec'];
    const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
    draft.spec = {
      ...spec,
      containers: resized(spec.containers, containers),
      ...(spec.initContainers === undefined ? {} : { initContainers: resized(spec.initContainers, sidecars) }),
    } as Draft<Pod>['spec'];
  },
  validate: validatePodResize,
};

/** The stored containers with the sizes wanted for those of their names. */
function resized(stored: readonly Container[], wanted: readonly Container[]): readonly Container[] {
  return stored.map((container) => {
    const asked = wanted.find(({ name }) => name === container.name);
    if (asked === undefined) return container;
    const { resources, resizePolicy } = asked;
    return { ...container, resources, ...(resizePolicy === undefined ? {} : { resizePolicy }) };
  });
}
