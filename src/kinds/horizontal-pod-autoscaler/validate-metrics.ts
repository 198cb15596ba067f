import type {
  ContainerResourceMetricSource,
  CrossVersionObjectReference,
  ExternalMetricSource,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
  ObjectMetricSource,
  PodsMetricSource,
  ResourceMetricSource,
} from '#kinds/horizontal-pod-autoscaler/metrics.ts';
import { checkLabelName, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { pathSegmentProblems } from '#kinds/meta/names.ts';
import { compareQuantities } from '#kinds/meta/quantity.ts';
import { checkContainerResource } from '#kinds/pod/validate/resources.ts';

type Findings = readonly FieldError[];

/** What the version of an object that is pointed to may be: `group` asks for one outside of the core group. */
export type VersionRule = 'any' | 'group' | 'valid';

const metricTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const fieldsByType: { readonly [type: string]: string } = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  External: 'external',
  ContainerResource: 'containerResource',
};

/** Findings on what an autoscaler scales by. */
export function validateMetrics(
  metrics: readonly MetricSpec[],
  field: string,
  minReplicas: number | undefined,
  rule: VersionRule,
): Findings {
  const findings = metrics.flatMap((metric, index) => validateMetric(metric, `${field}[${index}]`, rule));
  const fromZero = metrics.some(({ type }) => type === 'Object' || type === 'External');
  if (minReplicas !== 0 || fromZero) return findings;
  const why = 'must specify at least one Object or External metric to support scaling to zero replicas';
  return [...findings, fieldError.forbidden(field, why)];
}

function validateMetric(metric: MetricSpec, field: string, rule: VersionRule): Findings {
  const { type } = metric;
  const expected = fieldsByType[type];
  const unknown = fieldError.notSupported(`${field}.type`, type, metricTypes);
  const given = sources(metric, rule).filter(({ name }) => metric[name] !== undefined);
  const [first] = given;
  return [
    ...(type === '' ? [fieldError.required(`${field}.type`, 'must specify a metric source type')] : []),
    ...(expected === undefined ? [unknown] : []),
    ...(first === undefined ? [] : first.findings(`${field}.${first.name}`)),
    ...(expected === undefined ? [unknown] : []),
    ...(expected !== undefined && metric[expected as keyof MetricSpec] === undefined
      ? [fieldError.required(`${field}.${expected}`, 'must populate information for the given metric source')]
      : []),
    ...(given.length === 1 ? [] : given.filter(({ name }) => name !== expected)).map(({ name }) =>
      fieldError.forbidden(`${field}.${name}`, 'must populate the given metric source only'),
    ),
  ];
}

interface Source {
  readonly name: Exclude<keyof MetricSpec, 'type'>;
  readonly findings: (field: string) => Findings;
}

/** The sources in the order in which they are looked at; only the first that is there is judged. */
function sources(
  { object, external, pods, resource, containerResource }: MetricSpec,
  rule: VersionRule,
): readonly Source[] {
  return [
    { name: 'object', findings: (field) => (object ? validateObject(object, field, rule) : []) },
    { name: 'external', findings: (field) => (external ? validateExternal(external, field) : []) },
    { name: 'pods', findings: (field) => (pods ? validatePods(pods, field) : []) },
    { name: 'resource', findings: (field) => (resource ? validateResource(resource, field) : []) },
    {
      name: 'containerResource',
      findings: (field) => (containerResource ? validateContainer(containerResource, field) : []),
    },
  ];
}

function validateObject(
  { describedObject, metric, target }: ObjectMetricSource,
  field: string,
  rule: VersionRule,
): Findings {
  const isSet = target.value !== undefined || target.averageValue !== undefined;
  return [
    ...validateReference(describedObject, `${field}.describedObject`, rule),
    ...validateIdentifier(metric, `${field}.metric`),
    ...validateTarget(target, `${field}.target`),
    ...(isSet
      ? []
      : [fieldError.required(`${field}.target.averageValue`, 'must set either a target value or averageValue')]),
  ];
}

function validateExternal({ metric, target }: ExternalMetricSource, field: string): Findings {
  const { value, averageValue } = target;
  const neither = 'must set either a target value for metric or a per-pod target';
  const both = 'may not set both a target value for metric and a per-pod target';
  return [
    ...validateIdentifier(metric, `${field}.metric`),
    ...validateTarget(target, `${field}.target`),
    ...(value === undefined && averageValue === undefined
      ? [fieldError.required(`${field}.target.averageValue`, neither)]
      : []),
    ...(value !== undefined && averageValue !== undefined ? [fieldError.forbidden(`${field}.target.value`, both)] : []),
  ];
}

function validatePods({ metric, target }: PodsMetricSource, field: string): Findings {
  const missing = target.averageValue === undefined;
  const why = 'must specify a positive target averageValue';
  return [
    ...validateIdentifier(metric, `${field}.metric`),
    ...validateTarget(target, `${field}.target`),
    ...(missing ? [fieldError.required(`${field}.target.averageValue`, why)] : []),
  ];
}

function validateResource({ name, target }: ResourceMetricSource, field: string): Findings {
  return [...checkResourceGiven(name, field), ...validateUse(target, field)];
}

function validateContainer({ name, container, target }: ContainerResourceMetricSource, field: string): Findings {
  return [
    ...(name === '' ? checkResourceGiven(name, field) : checkContainerResource(name, `${field}.name`)),
    ...(container === ''
      ? [fieldError.required(`${field}.container`, 'must specify a container')]
      : checkLabelName(`${field}.container`, container)),
    ...validateUse(target, field),
  ];
}

function checkResourceGiven(name: string, field: string): Findings {
  return name === '' ? [fieldError.required(`${field}.name`, 'must specify a resource name')] : [];
}

/** Of a resource either an amount or a share of what is requested is wanted. */
function validateUse(target: MetricTarget, field: string): Findings {
  const { averageUtilization, averageValue } = target;
  const neither = 'must set either a target raw value or a target utilization';
  const both = 'may not set both a target raw value and a target utilization';
  return [
    ...validateTarget(target, `${field}.target`),
    ...(averageUtilization === undefined && averageValue === undefined
      ? [fieldError.required(`${field}.target.averageUtilization`, neither)]
      : []),
    ...(averageUtilization !== undefined && averageValue !== undefined
      ? [fieldError.forbidden(`${field}.target.averageValue`, both)]
      : []),
  ];
}

const targetTypes = ['Utilization', 'Value', 'AverageValue'];

function validateTarget({ type, value, averageValue, averageUtilization }: MetricTarget, field: string): Findings {
  const positive = (name: string, amount: string | undefined): Findings =>
    amount === undefined || compareQuantities(amount, '0') > 0
      ? []
      : [fieldError.invalid(`${field}.${name}`, amount, 'must be positive')];
  return [
    ...(type === '' ? [fieldError.required(`${field}.type`, 'must specify a metric target type')] : []),
    ...(targetTypes.includes(type)
      ? []
      : [fieldError.invalid(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...positive('value', value),
    ...positive('averageValue', averageValue),
    ...(averageUtilization === undefined || averageUtilization >= 1
      ? []
      : [fieldError.invalid(`${field}.averageUtilization`, averageUtilization, 'must be greater than 0')]),
  ];
}

function validateIdentifier({ name }: MetricIdentifier, field: string): Findings {
  if (name === '') return [fieldError.required(`${field}.name`, 'must specify a metric name')];
  return invalidEach(`${field}.name`, name, pathSegmentProblems(name));
}

/** Findings on a pointer to an object. */
export function validateReference(reference: CrossVersionObjectReference, field: string, rule: VersionRule): Findings {
  const { kind, name, apiVersion = '' } = reference;
  const problem = versionProblem(apiVersion, rule);
  const named = (at: string, value: string): Findings =>
    value === '' ? [fieldError.required(at)] : invalidEach(at, value, pathSegmentProblems(value));
  return [
    ...named(`${field}.kind`, kind),
    ...named(`${field}.name`, name),
    ...(problem === undefined ? [] : [fieldError.invalid(`${field}.apiVersion`, apiVersion, problem)]),
  ];
}

/** What is wrong with a group and version; a version alone is of the core group. */
export function versionProblem(apiVersion: string, rule: VersionRule): string | undefined {
  if (rule === 'any') return undefined;
  const slashes = apiVersion.split('/').length - 1;
  if (slashes > 1) return `unexpected GroupVersion string: ${apiVersion}`;
  const group = slashes === 0 ? '' : apiVersion.slice(0, apiVersion.indexOf('/'));
  return rule === 'group' && group === '' ? 'apiVersion must specify API group' : undefined;
}
