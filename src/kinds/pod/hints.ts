import type { FieldError } from '#kinds/meta/field-error.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { closest } from '#schema/closest.ts';

/** Our own advice on mounts that name no volume: which one was probably meant, or what to add. `root` is the path of the spec. */
export function mountHints(spec: PodSpec, errors: readonly FieldError[], root: string): readonly string[] {
  const volumes = (spec.volumes ?? []).map(({ name }) => name);
  const hints = errors.flatMap(({ type, field }) => {
    if (type !== 'FieldValueNotFound' || !field.startsWith(`${root}.`)) return [];
    const match = /^\.(containers|initContainers)\[(\d+)\]\.volumeMounts\[(\d+)\]\.name$/.exec(
      field.slice(root.length),
    );
    const container = match === null ? undefined : containerAt(spec, match[1], Number(match[2]));
    const name = container?.volumeMounts?.[Number(match?.[3])]?.name;
    if (!name) return [];
    const meant = closest(name, volumes);
    if (meant !== undefined) return [`${field}: did you mean ${JSON.stringify(meant)}?`];
    return [
      `${field}: a mount shows one of the pod's volumes: add one called ${JSON.stringify(name)} to ${root}.volumes`,
    ];
  });
  return [...new Set(hints)];
}

function containerAt(spec: PodSpec, list: string | undefined, index: number): Container | undefined {
  return (list === 'initContainers' ? spec.initContainers : spec.containers)?.[index];
}
