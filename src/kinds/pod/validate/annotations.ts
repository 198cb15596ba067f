import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { StringMap } from '#kinds/meta/labels.ts';
import { goQuote } from '#kinds/meta/quote.ts';
import { appArmorContainer, oldTolerations, seccompContainer, seccompPod } from '#kinds/pod/old-annotations.ts';
import { Toleration } from '#kinds/pod/schema/scheduling.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { checkDescendingPath } from '#kinds/pod/validate/paths.ts';
import { validateTolerations } from '#kinds/pod/validate/tolerations.ts';
import { decode } from '#schema/decode.ts';
import { DecodeError, jsonWord } from '#schema/decode-context.ts';
import { JsonSyntaxError } from '#schema/json-source.ts';
import { readJson } from '#schema/json-text.ts';

type Findings = readonly FieldError[];

/** Marks the API's copy of a pod that a node was given by file. */
export const mirrorAnnotation = 'kubernetes.io/config.mirror';
/** Whether a pod is the API's copy of one that its node was given by file. */
export function isMirror({ annotations }: { readonly annotations?: StringMap }): boolean {
  return annotations?.[mirrorAnnotation] !== undefined;
}

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';

/** Findings on annotations that mean something to pods, in upstream's order. */
export function validatePodAnnotations(annotations: StringMap = {}, spec: PodSpec, field: string): Findings {
  const mirrors = annotations[mirrorAnnotation];
  const tolerated = annotations[oldTolerations];
  const cost = annotations[deletionCost];
  const under = (prefix: string) => Object.entries(annotations).filter(([key]) => key.startsWith(prefix));
  return [
    ...(mirrors === undefined || spec.nodeName
      ? []
      : [fieldError.invalid(`${field}[${mirrorAnnotation}]`, mirrors, mirrorText)]),
    ...(tolerated ? validateOldTolerations(tolerated, field) : []),
    ...(cost === undefined ? [] : validateCost(cost, `${field}[${deletionCost}]`)),
    ...[...under(seccompPod).filter(([key]) => key === seccompPod), ...under(seccompContainer)].flatMap(
      ([key, profile]) => validateSeccomp(profile, `${field}.${key}`),
    ),
    ...under(appArmorContainer).flatMap(([key, profile]) =>
      validateAppArmor(key.slice(appArmorContainer.length), profile, spec, `${field}[${key}]`),
    ),
  ];
}

const mirrorText = 'must set spec.nodeName if mirror pod annotation is set';

/** Tolerations were written as JSON before there was a field for them. Only their form is still looked at. */
function validateOldTolerations(text: string, field: string): Findings {
  try {
    const list = readJson(text) ?? [];
    if (!Array.isArray(list)) {
      const message = `json: cannot unmarshal ${jsonWord(list)} into Go value of type []v1.Toleration`;
      return [fieldError.invalid(field, oldTolerations, message)];
    }
    return validateTolerations(
      list.map((item) => decode(Toleration, item).value),
      `${field}.${oldTolerations}`,
    );
  } catch (error) {
    if (error instanceof JsonSyntaxError || error instanceof DecodeError)
      return [fieldError.invalid(field, oldTolerations, error.message)];
    throw error;
  }
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
