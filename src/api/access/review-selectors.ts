import type { ResourceAttributes } from '#kinds/authorization/schema.ts';
import { isApiError } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { type FieldSelector, fieldRequirements, formatFieldSelector } from '#kinds/meta/field-selector.ts';
import { parseSelector, validateRequirement } from '#kinds/meta/selector.ts';

type FieldSelectorAttributes = NonNullable<ResourceAttributes['fieldSelector']>;
type FieldSelectorRequirement = NonNullable<FieldSelectorAttributes['requirements']>[number];

const field = 'spec.resourceAttributes';
const labelOperators = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** Findings on the selectors of a question: each comes as a text or taken apart, not as both or neither
 *  (spec: api.md section 17.6). */
export function selectorFindings({ fieldSelector, labelSelector }: ResourceAttributes): readonly FieldError[] {
  return [
    ...formFindings(`${field}.fieldSelector`, fieldSelector),
    ...(fieldSelector?.requirements ?? []).flatMap((requirement, index) =>
      requirementFindings(`${field}.fieldSelector.requirements[${index}]`, requirement),
    ),
    ...formFindings(`${field}.labelSelector`, labelSelector),
    ...(labelSelector?.requirements ?? []).flatMap((requirement, index) =>
      validateRequirement(requirement, `${field}.labelSelector.requirements[${index}]`),
    ),
  ];
}

interface Selector {
  readonly rawSelector?: string;
  readonly requirements?: readonly unknown[];
}

function formFindings(path: string, selector: Selector | undefined): readonly FieldError[] {
  if (selector === undefined) return [];
  const { rawSelector = '', requirements = [] } = selector;
  if (rawSelector !== '' && requirements.length > 0) {
    const why = 'may not specified at the same time as requirements';
    return [fieldError.invalid(`${path}.rawSelector`, rawSelector, why)];
  }
  if (rawSelector !== '' || requirements.length > 0) return [];
  const why = `when ${path} is specified, requirements or rawSelector is required`;
  return [fieldError.required(`${path}.requirements`, why)];
}

function requirementFindings(path: string, requirement: FieldSelectorRequirement): readonly FieldError[] {
  const { key, operator, values = [] } = requirement;
  const findings = key === '' ? [fieldError.required(`${path}.key`, 'must be specified')] : [];
  if (['In', 'NotIn'].includes(operator) && values.length === 0) {
    findings.push(fieldError.required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  }
  if (['Exists', 'DoesNotExist'].includes(operator) && values.length > 0) {
    const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    findings.push(fieldError.forbidden(`${path}.values`, why));
  }
  return findings;
}

/** What can be made of the selectors of a question. What cannot is left out, which asks for more, and said. */
export interface AskedSelectors {
  readonly fieldSelector: string | undefined;
  readonly problems: readonly string[];
}

export function askedSelectors({ fieldSelector, labelSelector }: ResourceAttributes): AskedSelectors {
  const read = fieldSelector === undefined ? undefined : readFields(fieldSelector);
  const labels = labelSelector === undefined ? undefined : readLabels(labelSelector);
  return {
    fieldSelector: read === undefined || read.known.length === 0 ? undefined : formatFieldSelector(read.known),
    problems: [
      ...problem('fieldSelector', read?.isWhole, read?.known.length),
      ...problem('labelSelector', labels?.isWhole, labels?.known),
    ],
  };
}

function problem(name: string, isWhole = true, known = 0): readonly string[] {
  return isWhole ? [] : [`${field}.${name} ${known > 0 ? 'partially ' : ''}ignored due to parse error`];
}

function readFields({ rawSelector = '', requirements = [] }: FieldSelectorAttributes): {
  readonly known: FieldSelector;
  readonly isWhole: boolean;
} {
  if (rawSelector !== '') {
    const known = parsed(() => fieldRequirements(rawSelector));
    return { known: known ?? [], isWhole: known !== undefined };
  }
  const known = requirements.flatMap(({ key, operator, values = [] }) => {
    const [value] = values;
    if (value === undefined || values.length > 1 || !['In', 'NotIn'].includes(operator)) return [];
    return { path: key, equal: operator === 'In', value };
  });
  return { known, isWhole: known.length === requirements.length };
}

function readLabels({ rawSelector = '', requirements = [] }: NonNullable<ResourceAttributes['labelSelector']>): {
  readonly known: number;
  readonly isWhole: boolean;
} {
  if (rawSelector !== '') return { known: 0, isWhole: parsed(() => parseSelector(rawSelector)) !== undefined };
  const known = requirements.filter(({ operator }) => labelOperators.includes(operator)).length;
  return { known, isWhole: known === requirements.length };
}

/** What `read` makes of a text; undefined if it is not one. */
function parsed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isApiError(error)) throw error;
    return undefined;
  }
}
