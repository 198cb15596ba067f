import { jsonEqual } from '#base/json.ts';
import { checkOneOf, checkRequiredOneOf } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelValueProblems, validateQualifiedName } from '#kinds/meta/labels.ts';
import type { PodSchedulingGate, Toleration } from '#kinds/pod/schema/scheduling.ts';

type Findings = readonly FieldError[];

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

/** The effect of a taint, which must be there, or of a toleration, which may be left out to mean all. */
export function checkEffect(field: string, effect: string | undefined, needed: boolean): Findings {
  return needed ? checkRequiredOneOf(field, effect, effects) : checkOneOf(field, effect || undefined, effects);
}

/** Findings on the taints that a pod tolerates. */
export function validateTolerations(tolerations: readonly Toleration[] | undefined, field: string): Findings {
  return (tolerations ?? []).flatMap((toleration, index) => {
    const at = `${field}[${index}]`;
    const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
    const timed = tolerationSeconds !== undefined && effect !== 'NoExecute';
    return [
      ...(key === '' ? [] : validateQualifiedName(key, `${at}.key`)),
      ...(key === '' && operator !== 'Exists' ? [fieldError.invalid(`${at}.operator`, operator, anyKeyText)] : []),
      ...(timed ? [fieldError.invalid(`${at}.effect`, effect, timedText)] : []),
      ...validateOperator(toleration, `${at}.operator`),
      ...checkEffect(`${at}.effect`, effect, false),
    ];
  });
}

const anyKeyText = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
const timedText = "effect must be 'NoExecute' when `tolerationSeconds` is set";

function validateOperator({ operator = '', value = '' }: Toleration, field: string): Findings {
  switch (operator) {
    case '':
    case 'Equal': {
      const problems = labelValueProblems(value);
      return problems.length === 0 ? [] : [fieldError.invalid(field, value, problems.join(';'))];
    }
    case 'Exists':
      if (value === '') return [];
      return [fieldError.invalid(field, value, "value must be empty when `operator` is 'Exists'")];
    case 'Lt':
    case 'Gt':
      // Known to upstream behind a switch that is off; its answer then names them all.
      return [fieldError.notSupported(field, operator, ['Equal', 'Exists', 'Lt', 'Gt'])];
    default:
      return [fieldError.notSupported(field, operator, ['Equal', 'Exists'])];
  }
}

/** Findings on a change of tolerations: those that are there stay, but for their time. */
export function validateAddedTolerations(
  tolerations: readonly Toleration[] | undefined,
  old: readonly Toleration[] | undefined,
  field: string,
): Findings {
  const kept = (old ?? []).every((before) =>
    (tolerations ?? []).some((now) => jsonEqual(untimed(before), untimed(now))),
  );
  if (kept) return validateTolerations(tolerations, field);
  return [fieldError.forbidden(field, 'existing toleration can not be modified except its tolerationSeconds')];
}

function untimed(toleration: Toleration): Toleration {
  const { tolerationSeconds: _seconds, ...rest } = toleration;
  return rest;
}

/** Findings on the gates that hold a pod back from the scheduler. */
export function validateGates(gates: readonly PodSchedulingGate[] | undefined, field: string): Findings {
  const seen = new Set<string>();
  return (gates ?? []).flatMap(({ name }, index) => {
    const again = seen.has(name);
    seen.add(name);
    return [
      ...validateQualifiedName(name, `${field}[${index}]`),
      ...(again ? [fieldError.duplicate(`${field}[${index}]`, name)] : []),
    ];
  });
}

/** Findings on a change of gates: they can only go. */
export function validateRemovedGates(
  gates: readonly PodSchedulingGate[] | undefined,
  old: readonly PodSchedulingGate[] | undefined,
  field: string,
): Findings {
  return (gates ?? []).flatMap(({ name }, index) => {
    if ((old ?? []).some((gate) => gate.name === name)) return [];
    const text = `only deletion is allowed, but found new scheduling gate '${name}'`;
    return [fieldError.forbidden(`${field}[${index}].name`, text)];
  });
}
