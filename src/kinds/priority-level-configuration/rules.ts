import { jsonEqual } from '#base/json.ts';
import { validateConditionTypes } from '#kinds/flow-schema/condition-types.ts';
import { checkRange } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { mandatoryLevels } from '#kinds/priority-level-configuration/bootstrap.ts';
import type {
  ExemptPriorityLevelConfiguration,
  LimitedPriorityLevelConfiguration,
  LimitResponse,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  QueuingConfiguration,
} from '#kinds/priority-level-configuration/schema.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

const queuesMax = 10_000_000;
/** What the hash of a flow has to choose its queues by. */
const hashBits = 60;
const noNegative = 'must be a non-negative integer';
/** How another version of the API writes down that a share is nothing. */
const zeroSharesKey = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';

/** Fills in what a level leaves out (flowcontrol.apiserver.k8s.io/v1 defaults). */
export function defaultLevel({ spec: { exempt, limited } }: Draft<PriorityLevelConfiguration>): void {
  if (exempt !== undefined) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (limited === undefined) return;
  limited.nominalConcurrencyShares ??= 30;
  limited.lendablePercent ??= 0;
  const { queuing } = limited.limitResponse;
  if (queuing === undefined) return;
  queuing.handSize ||= 8;
  queuing.queues ||= 64;
  queuing.queueLengthLimit ||= 50;
}

/** Findings on a level, as upstream words them. */
export function validateLevel(level: PriorityLevelConfiguration): Findings {
  const { metadata, spec } = level;
  const forbidden = `annotation '${zeroSharesKey}' is forbidden`;
  const hasKey = metadata.annotations?.[zeroSharesKey] !== undefined;
  return [
    ...(hasKey ? [fieldError.forbidden('metadata.annotations', forbidden)] : []),
    ...validateSpec(metadata.name, spec),
    ...validateMandatory(metadata.name, spec),
    ...validateLevelStatus(level),
  ];
}

/** Findings on what is known about a level. */
export function validateLevelStatus({ status }: PriorityLevelConfiguration): Findings {
  return validateConditionTypes(status.conditions);
}

function validateSpec(name: string, { type, limited, exempt }: PriorityLevelConfigurationSpec): Findings {
  const isNamedSo = (name === 'exempt') === (type === 'Exempt');
  const why = "must be 'Exempt' if and only if `name` is 'exempt'";
  return [...(isNamedSo ? [] : [fieldError.invalid('spec.type', type, why)]), ...validateType()];

  function validateType(): Findings {
    if (type === 'Exempt') {
      const not = 'must be nil if the type is not Limited';
      return [
        ...(limited === undefined ? [] : [fieldError.forbidden('spec.limited', not)]),
        ...(exempt === undefined ? [] : validateExempt(exempt)),
      ];
    }
    if (type !== 'Limited') return [fieldError.notSupported('spec.type', type, ['Exempt', 'Limited'])];
    return [
      ...(exempt === undefined ? [] : [fieldError.forbidden('spec.exempt', 'must be nil if the type is Limited')]),
      ...(limited === undefined
        ? [fieldError.required('spec.limited', 'must not be empty when type is Limited')]
        : validateLimited(limited)),
    ];
  }
}

function validateExempt({ nominalConcurrencyShares, lendablePercent }: ExemptPriorityLevelConfiguration): Findings {
  const field = 'spec.exempt';
  return [
    ...checkPositive(`${field}.nominalConcurrencyShares`, nominalConcurrencyShares, noNegative),
    ...checkRange(`${field}.lendablePercent`, lendablePercent, 0, 100),
  ];
}

function validateLimited(limited: LimitedPriorityLevelConfiguration): Findings {
  const { nominalConcurrencyShares, limitResponse, lendablePercent, borrowingLimitPercent } = limited;
  const field = 'spec.limited';
  return [
    ...checkPositive(`${field}.nominalConcurrencyShares`, nominalConcurrencyShares, noNegative),
    ...validateResponse(limitResponse, `${field}.limitResponse`),
    ...checkRange(`${field}.lendablePercent`, lendablePercent, 0, 100),
    ...checkPositive(`${field}.borrowingLimitPercent`, borrowingLimitPercent, `if specified, ${noNegative}`),
  ];
}

function checkPositive(field: string, value: number | undefined, why: string, min = 0): Findings {
  return value === undefined || value >= min ? [] : [fieldError.invalid(field, value, why)];
}

/** Upstream's texts say Limited where they mean Queue. */
function validateResponse({ type, queuing }: LimitResponse, field: string): Findings {
  const at = `${field}.queuing`;
  if (type === 'Reject') {
    const not = 'must be nil if limited.limitResponse.type is not Limited';
    return queuing === undefined ? [] : [fieldError.forbidden(at, not)];
  }
  if (type !== 'Queue') return [fieldError.notSupported(`${field}.type`, type, ['Queue', 'Reject'])];
  const missing = 'must not be empty if limited.limitResponse.type is Limited';
  return queuing === undefined ? [fieldError.required(at, missing)] : validateQueuing(queuing, at);
}

function validateQueuing({ queues, handSize, queueLengthLimit }: QueuingConfiguration, field: string): Findings {
  const wrong = (name: string, value: number, why: string): Findings => [
    fieldError.invalid(`${field}.${name}`, value, why),
  ];
  const positive = 'must be positive';
  const many = queues > queuesMax ? wrong('queues', queues, `must not be greater than ${queuesMax}`) : [];
  return [
    ...(queueLengthLimit <= 0 ? wrong('queueLengthLimit', queueLengthLimit, positive) : []),
    ...(queues <= 0 ? wrong('queues', queues, positive) : many),
    ...validateHand(),
  ];

  function validateHand(): Findings {
    if (handSize <= 0) return wrong('handSize', handSize, positive);
    if (handSize > queues) return wrong('handSize', handSize, `should not be greater than queues (${queues})`);
    if (Math.ceil(Math.log2(queues) * handSize) <= hashBits) return [];
    const why = `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${hashBits}`;
    return wrong('handSize', handSize, why);
  }
}

function validateMandatory(name: string, spec: PriorityLevelConfigurationSpec): Findings {
  const mandatory = mandatoryLevels.find((level) => level.name === name);
  if (mandatory === undefined) return [];
  const isExempt = name === 'exempt';
  const { exempt: wanted, ...rest } = mandatory.spec;
  const same = isExempt
    ? jsonEqual(without(spec), rest)
    : jsonEqual(spec, { ...rest, ...(wanted && { exempt: wanted }) });
  const what = `spec of '${name}'${isExempt ? " except the 'spec.exempt' field" : ''}`;
  return same ? [] : [fieldError.invalid('spec', shownSpec(spec), `${what} must equal the fixed value`)];
}

function without({ exempt: _any, ...rest }: PriorityLevelConfigurationSpec): object {
  return rest;
}

/** As Go has it: what is not there is null. */
function shownSpec({ type, limited, exempt }: PriorityLevelConfigurationSpec): object {
  return {
    Type: type,
    Limited: limited === undefined ? null : shownLimited(limited),
    Exempt:
      exempt === undefined
        ? null
        : {
            NominalConcurrencyShares: exempt.nominalConcurrencyShares ?? null,
            LendablePercent: exempt.lendablePercent ?? null,
          },
  };
}

function shownLimited(limited: LimitedPriorityLevelConfiguration): object {
  const { type, queuing } = limited.limitResponse;
  const { queues: Queues, handSize: HandSize, queueLengthLimit: QueueLengthLimit } = queuing ?? {};
  return {
    NominalConcurrencyShares: limited.nominalConcurrencyShares ?? 0,
    LimitResponse: { Type: type, Queuing: queuing === undefined ? null : { Queues, HandSize, QueueLengthLimit } },
    LendablePercent: limited.lendablePercent ?? null,
    BorrowingLimitPercent: limited.borrowingLimitPercent ?? null,
  };
}
