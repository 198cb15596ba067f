import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { StringMap } from '#kinds/meta/labels.ts';
import { goQuote } from '#kinds/meta/quote.ts';
import { appArmorContainer, seccompContainer, seccompPod } from '#kinds/pod/old-annotations.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { checkDescendingPath } from '#kinds/pod/validate/paths.ts';

type Findings = readonly FieldError[];

/** Marks the API's copy of a pod that a node was given by file. */
export const mirrorAnnotation = 'kubernetes.io/config.mirror';
/** Whether a pod is the API's copy of one that its node was given by file. */
export function isMirror({ annotations }: { readonly annotations?: StringMap }): boolean {
  return annotations?.[mirrorAnnotation] !== undefined;
}

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';

/** Findings on annotations that mean something to pods. */
export function validatePodAnnotations(annotations: StringMap | undefined, spec: PodSpec, field: string): Findings {
  return Object.entries(annotations ?? {}).flatMap(([key, value]) => {
    if (key === mirrorAnnotation && !spec.nodeName) {
      const text = 'must set spec.nodeName if mirror pod annotation is set';
      return [fieldError.invalid(`${field}[${key}]`, value, text)];
    }
    if (key === deletionCost) return validateCost(value, `${field}[${key}]`);
    if (key === seccompPod || key.startsWith(seccompContainer)) return validateSeccomp(value, `${field}.${key}`);
    return key.startsWith(appArmorContainer)
      ? validateAppArmor(key.slice(appArmorContainer.length), value, spec, `${field}[${key}]`)
      : [];
  });
}

function validateCost(value: string, field: string): Findings {
  const good = /^(0|[1-9][0-9]*|-[0-9]+)$/.test(value) && Number(value) < 2 ** 31 && Number(value) >= -(2 ** 31);
  return good ? [] : [fieldError.invalid(field, value, 'must be a 32bit integer')];
}

function validateSeccomp(value: string, field: string): Findings {
  if (value === 'runtime/default' || value === 'docker/default' || value === 'unconfined') return [];
  if (value.startsWith('localhost/')) return checkDescendingPath(field, value.slice('localhost/'.length));
  return [fieldError.invalid(field, value, 'must be a valid seccomp profile')];
}

function validateAppArmor(container: string, value: string, spec: PodSpec, field: string): Findings {
  const all = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  const good = value === '' || value === 'runtime/default' || value === 'unconfined' || value.startsWith('localhost/');
  return [
    ...(all.some(({ name }) => name === container)
      ? []
      : [fieldError.invalid(field, container, 'container not found')]),
    ...(good ? [] : [fieldError.invalid(field, value, `invalid AppArmor profile name: ${goQuote(value)}`)]),
  ];
}

/** Findings on a change of annotations that are fixed once a pod exists. */
export function validateAnnotationChange(
  annotations: StringMap | undefined,
  old: StringMap | undefined,
  field: string,
): Findings {
  const keys = new Set([...Object.keys(old ?? {}), ...Object.keys(annotations ?? {})]);
  return [...keys].flatMap((key) => {
    const what =
      key === mirrorAnnotation
        ? 'mirror pod annotation'
        : key.startsWith(appArmorContainer)
          ? 'AppArmor annotations'
          : '';
    if (what === '' || annotations?.[key] === old?.[key]) return [];
    const verb = old?.[key] === undefined ? 'add' : 'remove or update';
    return [fieldError.forbidden(`${field}[${key}]`, `may not ${verb} ${what}`)];
  });
}
