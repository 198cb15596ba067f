import type { LimitRange, LimitRangeItem } from '#kinds/limit-range/schema.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { compareQuantities, quantityMilliValue } from '#kinds/meta/quantity.ts';
import type { ResourceList } from '#kinds/pod/resources.ts';
import { checkContainerResource, checkResourceName } from '#kinds/pod/validate/resources.ts';

type Findings = readonly FieldError[];

const types = ['Pod', 'Container', 'PersistentVolumeClaim'];

/** Findings on a LimitRange (spec: api.md section 18, "LimitRanger"). */
export function validateLimitRange({ spec }: LimitRange): Findings {
  const limits = spec.limits ?? [];
  return limits.flatMap((item, index) => {
    const field = `spec.limits[${index}]`;
    const again = limits.findIndex((other) => other.type === item.type) < index;
    return [
      ...validateType(item.type, `${field}.type`),
      ...(again ? [fieldError.duplicate(`${field}.type`, item.type)] : []),
      ...validateNames(item, field),
      ...validateClaim(item, field),
      ...resourcesOf(item).flatMap((resource) => validateBounds(item, resource, field)),
    ];
  });
}

function validateType(type: string, field: string): Findings {
  const problems = validateQualifiedName(type, field);
  if (problems.length > 0 || type.includes('/') || types.includes(type)) return problems;
  return [fieldError.invalid(field, type, 'must be a standard limit type or fully qualified')];
}

function validateNames(item: LimitRangeItem, field: string): Findings {
  const checkName = item.type === 'Pod' || item.type === 'Container' ? checkContainerResource : checkResourceName;
  const names = (part: 'max' | 'min' | 'default' | 'defaultRequest' | 'maxLimitRequestRatio'): Findings =>
    Object.keys(item[part] ?? {}).flatMap((resource) => checkName(resource, `${field}.${part}[${resource}]`));
  const forPods = (part: 'default' | 'defaultRequest'): Findings =>
    item[part] === undefined
      ? []
      : [fieldError.forbidden(`${field}.${part}`, "may not be specified when `type` is 'Pod'")];
  const defaults = item.type === 'Pod' ? forPods : names;
  return [
    ...names('max'),
    ...names('min'),
    ...defaults('default'),
    ...defaults('defaultRequest'),
    ...names('maxLimitRequestRatio'),
  ];
}

function validateClaim({ type, min, max }: LimitRangeItem, field: string): Findings {
  if (type !== 'PersistentVolumeClaim' || min?.storage !== undefined || max?.storage !== undefined) return [];
  const text = 'either minimum or maximum storage value is required, but neither was provided';
  return [fieldError.required(`${field}.limits`, text)];
}

function resourcesOf(item: LimitRangeItem): readonly string[] {
  const pod = item.type === 'Pod';
  const parts = [item.max, item.min, item.maxLimitRequestRatio, ...(pod ? [] : [item.default, item.defaultRequest])];
  return [...new Set(parts.flatMap((part) => Object.keys(part ?? {})))].toSorted();
}

function validateBounds(item: LimitRangeItem, resource: string, field: string): Findings {
  const amount = (list: ResourceList | undefined): string | undefined => list?.[resource];
  const isPod = item.type === 'Pod';
  const [min, max, ratio] = [amount(item.min), amount(item.max), amount(item.maxLimitRequestRatio)];
  const limit = isPod ? undefined : amount(item.default);
  const request = isPod ? undefined : amount(item.defaultRequest);
  const at = (part: string): string => `${field}.${part}[${resource}]`;
  const errors: FieldError[] = [];
  const check = (part: string, shown: string | undefined, low: Named, high: Named): void => {
    if (low[1] === undefined || high[1] === undefined || compareQuantities(low[1], high[1]) <= 0) return;
    errors.push(
      fieldError.invalid(at(part), shown, `${low[0]} value ${low[1]} is greater than ${high[0]} value ${high[1]}`),
    );
  };
  check('min', min, ['min', min], ['max', max]);
  check('defaultRequest', request, ['min', min], ['default request', request]);
  check('defaultRequest', request, ['default request', request], ['max', max]);
  check('defaultRequest', request, ['default request', request], ['default limit', limit]);
  // Upstream shows the other side of these two comparisons.
  check('default', min, ['min', min], ['default', limit]);
  check('default', max, ['default', limit], ['max', max]);
  return [
    ...errors,
    ...validateRatio(ratio, min, max, at('maxLimitRequestRatio')),
    ...exact(resource, limit, request, at),
  ];
}

type Named = readonly [name: string, amount: string | undefined];

function validateRatio(
  ratio: string | undefined,
  min: string | undefined,
  max: string | undefined,
  field: string,
): Findings {
  if (ratio === undefined) return [];
  return [
    ...(compareQuantities(ratio, '1') < 0 ? [fieldError.invalid(field, ratio, `ratio ${ratio} is less than 1`)] : []),
    ...validateWidth(ratio, min, max, field),
  ];
}

/** No ratio is wider than from the least to the most. */
function validateWidth(ratio: string, min: string | undefined, max: string | undefined, field: string): Findings {
  if (min === undefined || max === undefined) return [];
  const widest = quantityMilliValue(max) / quantityMilliValue(min);
  // Nothing compares with what zero divided by zero is.
  if (!(quantityMilliValue(ratio) / 1000 > widest)) return [];
  return [fieldError.invalid(field, ratio, `ratio ${ratio} is greater than max/min = ${widest.toFixed(6)}`)];
}

/** What cannot be shared beyond what is there is limited to exactly what is asked for. */
function exact(
  resource: string,
  limit: string | undefined,
  request: string | undefined,
  at: (part: string) => string,
): Findings {
  const shared = !resource.includes('/') && !resource.startsWith('hugepages-');
  if (shared || limit === undefined || request === undefined || compareQuantities(limit, request) === 0) return [];
  const text = `default value ${limit} must equal to defaultRequest value ${request} in ${resource}`;
  return [fieldError.invalid(at('defaultRequest'), request, text)];
}
