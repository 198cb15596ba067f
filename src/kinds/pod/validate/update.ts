import { jsonEqual } from '#base/json.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { goQuote } from '#kinds/meta/quote.ts';
import { type Container, EphemeralContainer } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { PodSpec } from '#kinds/pod/schema/spec.ts';
import { isMirror, validateAnnotationChange, validatePodAnnotations } from '#kinds/pod/validate/annotations.ts';
import { validateImageSpaces } from '#kinds/pod/validate/containers.ts';
import { relaxGatedSpec } from '#kinds/pod/validate/gated-update.ts';
import { describeSpecChange } from '#kinds/pod/validate/internal-form.ts';
import { validatePodContent } from '#kinds/pod/validate/pod.ts';
import { validateAddedTolerations, validateRemovedGates } from '#kinds/pod/validate/tolerations.ts';

type Findings = readonly FieldError[];

const int32Max = 2 ** 31 - 1;
const updatableText = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** Findings on a change of a pod through the main resource (spec: api.md section 19.1). */
export function validatePodUpdate(pod: Pod, old: Pod): Findings {
  // The stored values themselves were checked when they were stored: most writes only change the metadata.
  if (pod.spec === old.spec && pod.metadata.annotations === old.metadata.annotations) return [];
  const errors = [...validateAlways(pod, old)];
  for (const list of ['containers', 'initContainers'] as const) {
    const now = pod.spec[list] ?? [];
    if (now.length !== (old.spec[list] ?? []).length) {
      return [...errors, fieldError.forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
    }
    errors.push(...now.flatMap((container, index) => validateImage(container, `spec.${list}[${index}]`)));
  }
  const { stop, found } = validateDeadline(pod.spec.activeDeadlineSeconds, old.spec.activeDeadlineSeconds);
  errors.push(...found);
  if (stop) return errors;
  errors.push(
    ...validateAddedTolerations(pod.spec.tolerations, old.spec.tolerations, 'spec.tolerations'),
    ...validateRemovedGates(pod.spec.schedulingGates, old.spec.schedulingGates, 'spec.schedulingGates'),
  );
  return [...errors, ...validateRest(pod.spec, old.spec)];
}

/** Findings on a change through `/ephemeralcontainers`: guests may come, none may change or go. */
export function validateEphemeralContainersUpdate(pod: Pod, old: Pod): Findings {
  if (isMirror(old.metadata)) return [fieldError.forbidden('', 'static pods do not support ephemeral containers')];
  const field = 'spec.ephemeralContainers';
  const gone = (old.spec.ephemeralContainers ?? []).flatMap((guest) => {
    const now = (pod.spec.ephemeralContainers ?? []).find(({ name }) => name === guest.name);
    const text = `existing ephemeral containers ${goQuote(guest.name)} may not be`;
    if (now === undefined) return [fieldError.forbidden(field, `${text} removed\n`)];
    if (jsonEqual(now, guest)) return [];
    return [fieldError.forbidden(field, `${text} changed\n${describeSpecChange(EphemeralContainer, guest, now)}`)];
  });
  return [...validateAlways(pod, old), ...gone];
}

function validateAlways(pod: Pod, old: Pod): Findings {
  const field = 'metadata.annotations';
  return [
    ...validatePodContent(pod),
    ...validateAnnotationChange(pod.metadata.annotations, old.metadata.annotations, field),
    // Upstream looks at them once more after their change.
    ...validatePodAnnotations(pod.metadata.annotations, pod.spec, field),
  ];
}

function validateImage(container: Container, field: string): Findings {
  return [
    ...(container.image ? [] : [fieldError.required(`${field}.image`)]),
    ...validateImageSpaces(container, field),
  ];
}

/** A deadline can be set, and then only be moved earlier. */
function validateDeadline(now: number | undefined, old: number | undefined): { stop: boolean; found: Findings } {
  const field = 'spec.activeDeadlineSeconds';
  const refused = (text: string, stop: boolean) => ({ stop, found: [fieldError.invalid(field, now, text)] });
  if (now === undefined) {
    if (old === undefined) return { stop: false, found: [] };
    return refused('must not update from a positive integer to nil value', false);
  }
  if (now < 0 || now > int32Max) return refused(`must be between 0 and ${int32Max}, inclusive`, true);
  if (old !== undefined && old < now) return refused('must be less than or equal to previous value', true);
  return { stop: false, found: [] };
}

/** Everything that has no rule of its own must be as it was. */
function validateRest(spec: PodSpec, old: PodSpec): Findings {
  if (jsonEqual(spec, old)) return [];
  const gated = relaxGatedSpec(withOld(spec, old), old);
  if (jsonEqual(gated.spec, old)) return gated.errors;
  const text = `pod updates may not change fields other than ${updatableText}\n${describeSpecChange(PodSpec, old, gated.spec)}`;
  return [...gated.errors, fieldError.forbidden('spec', text)];
}

/** `spec`, in which everything that may change is as in `old`. */
function withOld(spec: PodSpec, old: PodSpec): PodSpec {
  const images = (containers: readonly Container[] | undefined, before: readonly Container[] | undefined) =>
    containers?.map((container, index) => withValue(container, 'image', before?.[index]?.image));
  let next = withValue(spec, 'containers', images(spec.containers, old.containers));
  next = withValue(next, 'initContainers', images(spec.initContainers, old.initContainers));
  for (const name of ['activeDeadlineSeconds', 'schedulingGates', 'tolerations'] as const) {
    next = withValue(next, name, old[name]);
  }
  return next;
}

/** `object` with one field set, or taken away. */
function withValue<T extends object, K extends keyof T>(object: T, key: K, value: T[K] | undefined): T {
  const { [key]: _old, ...rest } = object;
  return (value === undefined ? rest : { ...rest, [key]: value }) as T;
}
