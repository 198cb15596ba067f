import { jsonEqual } from '#base/json.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { podQos } from '#kinds/pod/qos.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Container, ResourceRequirements } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { isMirror } from '#kinds/pod/validate/annotations.ts';
import { validatePodContent } from '#kinds/pod/validate/pod.ts';

type Findings = readonly FieldError[];

const resizable = ['cpu', 'memory'];
const lists = ['initContainers', 'containers'] as const;

/** Findings on a change of a pod through `/resize`: how much CPU and memory it and its containers may use, within the class of
 *  quality of service that the pod has (spec: api.md section 19.1). */
export function validatePodResize(pod: Pod, old: Pod): Findings {
  if (isMirror(old.metadata)) return [fieldError.forbidden('', 'static pods cannot be resized')];
  if (old.spec.os?.name === 'windows') return [fieldError.forbidden('', 'windows pods cannot be resized')];
  const errors = [...validatePodContent(pod), ...validateCircumstances(pod, old), ...validateWhole(pod.spec, old.spec)];
  const order = validateOrder(pod.spec, old.spec);
  if (order.length > 0) return [...errors, ...order];
  return [
    ...errors,
    ...lists.flatMap((list) => validateRemovals(pod.spec[list] ?? [], old.spec[list] ?? [], `spec.${list}`)),
    ...validateContainers(pod.spec, old.spec),
    ...validateInitContainers(pod.spec, old.spec),
  ];
}

function validateCircumstances(pod: Pod, old: Pod): Findings {
  const isSameClass = podQos(pod.spec) === (old.status.qosClass ?? podQos(old.spec));
  const text = 'Pod QOS Class may not change as a result of resizing';
  const running = old.status.containerStatuses?.find(({ state }) => state.running !== undefined);
  const isOldNode = running !== undefined && running.resources === undefined;
  return [
    ...(isSameClass ? [] : [fieldError.invalid('spec', pod.status.qosClass ?? '', text)]),
    ...(isOldNode ? [fieldError.forbidden('spec', 'Pod running on node without support for resize')] : []),
  ];
}

/** What the pod says of itself as a whole. */
function validateWhole({ resources: now }: PodSpec, { resources: old }: PodSpec): Findings {
  const field = 'spec.resources';
  if (old !== undefined && now === undefined)
    return [fieldError.forbidden(field, 'pod-level resources cannot be removed')];
  return [
    ...(['requests', 'limits'] as const)
      .filter((side) => isRemoved(now, old, side))
      .map((side) => fieldError.forbidden(`${field}.${side}`, `pod-level resource ${side} cannot be removed`)),
    ...(jsonEqual(wholeUnresized(now, old), present(old))
      ? []
      : [fieldError.forbidden('spec', 'only cpu and memory resources are mutable at pod-level')]),
  ];
}

function isRemoved(
  now: ResourceRequirements | undefined,
  old: ResourceRequirements | undefined,
  side: 'requests' | 'limits',
): boolean {
  return Object.keys(old?.[side] ?? {}).some((name) => now?.[side]?.[name] === undefined);
}

/** Containers stay, and in their order. */
function validateOrder(spec: PodSpec, old: PodSpec): Findings {
  return (['containers', 'initContainers'] as const).flatMap((list) => {
    const [now, before] = [spec[list] ?? [], old[list] ?? []];
    if (now.length !== before.length) {
      return [fieldError.forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)];
    }
    return before.flatMap(({ name }, index) =>
      now[index]?.name === name
        ? []
        : [fieldError.forbidden(`spec.${list}[${index}].name`, `${list} may not be renamed or reordered on resize`)],
    );
  });
}

function validateRemovals(now: readonly Container[], old: readonly Container[], field: string): Findings {
  return old.flatMap(({ resources }, index) =>
    (['requests', 'limits'] as const)
      .filter((side) => isRemoved(now[index]?.resources, resources, side))
      .map((side) =>
        fieldError.forbidden(`${field}[${index}].resources.${side}`, `resource ${side} cannot be removed`),
      ),
  );
}

function validateContainers({ containers }: PodSpec, old: PodSpec): Findings {
  return containers.flatMap((container, index) =>
    isOnlyResized(container, old.containers[index])
      ? []
      : [fieldError.forbidden('spec', 'only cpu and memory resources are mutable')],
  );
}

function validateInitContainers({ initContainers = [] }: PodSpec, old: PodSpec): Findings {
  return initContainers.flatMap((container, index) => {
    const before = old.initContainers?.[index];
    const field = `spec.initContainers[${index}]`;
    const restarts = container.resizePolicy?.some(({ restartPolicy }) => restartPolicy === 'RestartContainer') ?? false;
    const isStuck = restarts && !isSidecar(container) && !jsonEqual(container, before);
    return [
      ...(isOnlyResized(container, before) ? [] : [fieldError.forbidden(field, initText)]),
      ...(isStuck ? [fieldError.forbidden(field, stuckText)] : []),
    ];
  });
}

const initText = 'only cpu and memory resources for init or sidecar containers are mutable';
const stuckText = 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized';

/** Upstream forgets the claims of the new container on its way, so that one that has any counts as changed. */
function isOnlyResized(container: Container, old: Container | undefined): boolean {
  if (old === undefined) return false;
  const unresized = { ...container, resources: sizesUnresized(container.resources, old.resources) };
  return jsonEqual(unresized, { ...old, resources: present(old.resources) });
}

function wholeUnresized(now: ResourceRequirements | undefined, old: ResourceRequirements | undefined): object {
  const { claims } = now ?? {};
  return { ...sizesUnresized(now, old), ...(claims === undefined || claims.length === 0 ? {} : { claims }) };
}

/** What may be resized as it was, all else as it is; nothing that is empty. */
function sizesUnresized(now: ResourceRequirements | undefined, old: ResourceRequirements | undefined): object {
  return present({ requests: listUnresized(now, old, 'requests'), limits: listUnresized(now, old, 'limits') });
}

function listUnresized(
  now: ResourceRequirements | undefined,
  old: ResourceRequirements | undefined,
  side: 'requests' | 'limits',
): ResourceRequirements['requests'] {
  const others = Object.entries(now?.[side] ?? {}).filter(([name]) => !resizable.includes(name));
  const kept = Object.entries(old?.[side] ?? {}).filter(([name]) => resizable.includes(name));
  return Object.fromEntries([...others, ...kept]);
}

function present(resources: object | undefined): object {
  return Object.fromEntries(
    Object.entries(resources ?? {}).filter(([, value]) => value !== undefined && Object.keys(value).length > 0),
  );
}
