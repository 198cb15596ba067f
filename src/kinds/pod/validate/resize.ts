import { jsonEqual } from '#base/json.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { podQos } from '#kinds/pod/qos.ts';
import type { Container, ResourceRequirements } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { describeChange } from '#kinds/pod/validate/difference.ts';
import { validatePodContent } from '#kinds/pod/validate/pod.ts';

type Findings = readonly FieldError[];

const resizable = ['cpu', 'memory'];

/** Findings on a change of a pod through `/resize`: how much CPU and memory its containers may use, within the class of quality of
 *  service that the pod has (spec: api.md section 19.1). */
export function validatePodResize(pod: Pod, old: Pod): Findings {
  if (old.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) {
    return [fieldError.forbidden('', 'static pods cannot be resized')];
  }
  const text = 'Pod QOS Class may not change as a result of resizing';
  const isSameClass = podQos(pod.spec) === podQos(old.spec);
  return [
    ...validatePodContent(pod),
    ...(isSameClass ? [] : [fieldError.invalid('spec', pod.status.qosClass ?? '', text)]),
    ...validateRemovals(pod, old),
    ...validateOthers(pod, old),
  ];
}

function validateRemovals(pod: Pod, old: Pod): Findings {
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    (pod.spec[list] ?? []).flatMap(({ resources }, index) => {
      const before = old.spec[list]?.[index]?.resources ?? {};
      const field = `spec.${list}[${index}].resources`;
      return (['requests', 'limits'] as const).flatMap((side) => {
        const gone = Object.keys(before[side] ?? {}).some((name) => resources[side]?.[name] === undefined);
        return gone ? [fieldError.forbidden(`${field}.${side}`, `resource ${side} cannot be removed`)] : [];
      });
    }),
  );
}

/** What is bounded besides CPU and memory must stay. */
function validateOthers(pod: Pod, old: Pod): Findings {
  const before = old.spec;
  const now = {
    ...pod.spec,
    containers: withOldSizes(pod.spec.containers, before.containers),
    ...(pod.spec.initContainers === undefined
      ? {}
      : { initContainers: withOldSizes(pod.spec.initContainers, before.initContainers) }),
  };
  if (jsonEqual(now, before)) return [];
  const text = `only cpu and memory resources are mutable\n${describeChange(before, now)}`;
  return [fieldError.forbidden('spec', text)];
}

function withOldSizes(
  containers: readonly Container[],
  before: readonly Container[] | undefined,
): readonly Container[] {
  return containers.map((container, index) => {
    const old = before?.[index];
    if (old === undefined) return container;
    const resources = {
      ...container.resources,
      ...withOld('requests', container.resources, old.resources),
      ...withOld('limits', container.resources, old.resources),
    };
    const { resizePolicy: _now, ...rest } = container;
    const policy = old.resizePolicy === undefined ? {} : { resizePolicy: old.resizePolicy };
    return { ...rest, ...policy, resources };
  });
}

function withOld(side: 'requests' | 'limits', now: ResourceRequirements, old: ResourceRequirements): object {
  const others = Object.entries(now[side] ?? {}).filter(([name]) => !resizable.includes(name));
  const kept = Object.entries(old[side] ?? {}).filter(([name]) => resizable.includes(name));
  const all = Object.fromEntries([...others, ...kept]);
  return Object.keys(all).length === 0 ? {} : { [side]: all };
}
