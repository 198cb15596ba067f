import { checkOneOf, checkPresent, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';

type Findings = readonly FieldError[];

/** A condition in the shape that newer kinds share (meta/v1 Condition). */
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string | null;
  readonly reason: string;
  readonly message: string;
}

const reasonBytesMax = 1024;
const messageBytesMax = 32 * 1024;
const reasonPattern = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonRegExp = new RegExp(`^${reasonPattern}$`);
const reasonText =
  `a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', ` +
  `and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or ` +
  `'ReasonA:ReasonB', regex used for validation is '${reasonPattern}')`;

/** Findings on conditions: each type stands there once, and says all it has to. */
export function validateConditions(conditions: readonly Condition[] | undefined, field: string): Findings {
  const seen = new Set<string>();
  return (conditions ?? []).flatMap((condition, index) => {
    const at = `${field}[${index}]`;
    const again = seen.has(condition.type);
    seen.add(condition.type);
    return [...(again ? [fieldError.duplicate(at, condition.type)] : []), ...validateCondition(condition, at)];
  });
}

function validateCondition(condition: Condition, field: string): Findings {
  const { type, status, observedGeneration = 0, lastTransitionTime, reason, message } = condition;
  return [
    ...(type === ''
      ? [fieldError.required(`${field}.type`, 'is required')]
      : validateQualifiedName(type, `${field}.type`)),
    ...(status === ''
      ? [fieldError.required(`${field}.status`)]
      : checkOneOf(`${field}.status`, status, ['False', 'True', 'Unknown'])),
    ...(observedGeneration < 0
      ? [fieldError.invalid(`${field}.observedGeneration`, observedGeneration, 'must be greater than or equal to zero')]
      : []),
    ...checkPresent(`${field}.lastTransitionTime`, lastTransitionTime ?? undefined),
    ...(reason === ''
      ? [fieldError.required(`${field}.reason`)]
      : invalidEach(`${field}.reason`, reason, reasonRegExp.test(reason) ? [] : [reasonText])),
    ...(Buffer.byteLength(reason) > reasonBytesMax ? [fieldError.tooLong(`${field}.reason`, reasonBytesMax)] : []),
    ...(Buffer.byteLength(message) > messageBytesMax ? [fieldError.tooLong(`${field}.message`, messageBytesMax)] : []),
  ];
}
