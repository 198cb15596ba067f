import type { APIService, APIServiceSpec, ServiceReference } from '#kinds/api-service/schema.ts';
import { checkOneOf, checkPresent, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { oldLabelProblems, pathSegmentProblems, subdomainProblems } from '#kinds/meta/names.ts';
import { goQuote } from '#kinds/meta/quote.ts';

type Findings = readonly FieldError[];

const groupPriorityMax = 20_000;
const versionPriorityMax = 1_000;
const portMax = 65_535;

/** Findings on an APIService, as upstream words them: its name says what it is about. */
export function validateApiService({ metadata, spec }: APIService): Findings {
  const { group = '', version = '', groupPriorityMinimum, versionPriority } = spec;
  const name = `${version}.${group}`;
  const isOther = pathSegmentProblems(metadata.name).length === 0 && metadata.name !== name;
  const why = `must be \`spec.version+"."+spec.group\`: ${goQuote(name)}`;
  return [
    ...(isOther ? [fieldError.invalid('metadata.name', metadata.name, why)] : []),
    ...validateGroup(group, version),
    ...invalidEach('spec.version', version, oldLabelProblems(version)),
    ...checkPriority('spec.groupPriorityMinimum', groupPriorityMinimum, groupPriorityMax),
    ...checkPriority('spec.versionPriority', versionPriority, versionPriorityMax),
    ...(spec.service === undefined ? validateLocal(spec) : validateRemote(spec, spec.service)),
  ];
}

/** Findings on a change through `/status`. */
export function validateApiServiceStatus({ status }: APIService): Findings {
  return (status.conditions ?? []).flatMap((condition, index) =>
    checkOneOf(`status.conditions[${index}].status`, condition.status, ['True', 'False', 'Unknown']),
  );
}

function validateGroup(group: string, version: string): Findings {
  if (group !== '') return invalidEach('spec.group', group, subdomainProblems(group));
  const why = 'only v1 may have an empty group and it better be legacy kube';
  return version === 'v1' ? [] : [fieldError.required('spec.group', why)];
}

/** Upstream's text leaves out that the limit itself is good. */
function checkPriority(field: string, value: number, max: number): Findings {
  if (value > 0 && value <= max) return [];
  return [fieldError.invalid(field, value, `must be positive and less than ${max}`)];
}

function validateLocal({ caBundle = '', insecureSkipTLSVerify: skips }: APIServiceSpec): Findings {
  const bytes = Buffer.from(caBundle, 'base64').length;
  const insecure = 'local APIServices may not have insecureSkipTLSVerify';
  return [
    ...(bytes > 0
      ? [fieldError.invalid('spec.caBundle', `${bytes} bytes`, 'local APIServices may not have a caBundle')]
      : []),
    ...(skips ? [fieldError.invalid('spec.insecureSkipTLSVerify', true, insecure)] : []),
  ];
}

function validateRemote(
  { caBundle = '', insecureSkipTLSVerify: skips }: APIServiceSpec,
  to: ServiceReference,
): Findings {
  const { port = 0 } = to;
  const range = `port is not valid: must be between 1 and ${portMax}, inclusive`;
  const both = skips && caBundle !== '';
  return [
    ...checkPresent('spec.service.namespace', to.namespace),
    ...checkPresent('spec.service.name', to.name),
    ...(port < 1 || port > portMax ? [fieldError.invalid('spec.service.port', port, range)] : []),
    ...(both ? [fieldError.invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present')] : []),
  ];
}
