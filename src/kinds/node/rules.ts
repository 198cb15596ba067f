import { internally, invalidEach } from '#kinds/meta/checks.ts';
import { cidrWarnings, rangeProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelValueProblems, validateQualifiedName } from '#kinds/meta/labels.ts';
import { ipFamily } from '#kinds/meta/texts.ts';
import type { Node, NodeStatus, Taint } from '#kinds/node/schema.ts';
import { roundQuantities } from '#kinds/pod/container-defaults.ts';
import type { ResourceList } from '#kinds/pod/resources.ts';
import { validateAmount } from '#kinds/pod/validate/resources.ts';
import { checkEffect } from '#kinds/pod/validate/tolerations.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

/** `podCIDR` is the first of `podCIDRs`; all of the capacity can be given to pods unless the node says otherwise. */
export function defaultNode({ spec, status }: Draft<Node>): void {
  if (spec.podCIDR && !spec.podCIDRs?.length) spec.podCIDRs = [spec.podCIDR];
  const [first] = spec.podCIDRs ?? [];
  if (!spec.podCIDR && first !== undefined) spec.podCIDR = first;
  roundQuantities(status.capacity);
  roundQuantities(status.allocatable);
  if (status.allocatable === undefined && status.capacity !== undefined) status.allocatable = { ...status.capacity };
}

/** Configuring nodes through the API is long gone; what is sent of it is passed over. */
export function dropConfigSource({ spec, status }: Draft<Node>): void {
  delete spec.configSource;
  delete status.config;
}

/** Findings on a new node (spec: nodes-and-scheduling.md section 13). */
export function validateNode({ spec, status }: Node): Findings {
  return [
    ...validateTaints(spec.taints, 'metadata.taints'),
    ...validateResources(status),
    // Upstream looks for it there.
    ...validateSwap(status.nodeInfo.swap?.capacity, 'metadata.nodeSwapStatus.capacity'),
    ...validateFeatures(status.declaredFeatures ?? [], 'status.declaredFeatures'),
    ...validateRanges(spec.podCIDRs ?? [], 'spec.podCIDRs'),
  ];
}

/** Findings on a change of a node: those on a new one, and again those on its status, as upstream reports them. */
export function validateNodeUpdate(node: Node, old: Node): Findings {
  return [...validateNode(node), ...validateNodeStatusUpdate(node, old)];
}

/** Findings on a change of a node's status. */
export function validateNodeStatusUpdate({ spec, status }: Node, old: Node): Findings {
  const { providerID = '', externalID = '' } = old.spec;
  const renamed = providerID !== '' && providerID !== (spec.providerID ?? '');
  return [
    ...validateResources(status),
    ...validateFeatures(status.declaredFeatures ?? [], 'status.declaredFeatures'),
    ...validateAddresses(status),
    ...validateSameRanges(spec.podCIDRs ?? [], old.spec.podCIDRs ?? [], 'spec.podCIDRs'),
    ...(renamed ? [fieldError.forbidden('spec.providerID', onceText('providerID'))] : []),
    ...validateTaints(spec.taints, 'metadata.taints'),
    ...(externalID === (spec.externalID ?? '') ? [] : [fieldError.forbidden('spec.externalID', 'may not be updated')]),
  ];
}

/** What is no longer to be used of a node, or is written in an old way. */
export function nodeWarnings({ spec }: Node): readonly string[] {
  return [
    ...(spec.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...(spec.podCIDRs ?? []).flatMap((range, index) => cidrWarnings(range, `spec.podCIDRs[${index}]`)),
  ];
}

/** Ranges are given once. If one of several changes, that is said of each that does. */
function validateSameRanges(ranges: readonly string[], old: readonly string[], field: string): Findings {
  if (old.length === 0) return [];
  const changed = ranges.length === old.length ? old.filter((range, index) => range !== ranges[index]) : [''];
  return changed.map(() => fieldError.forbidden(field, onceText('podCIDR')));
}

function onceText(name: string): string {
  return `node updates may not change ${name} except from "" to valid`;
}

/** Upstream reports taints below metadata, where they once stood. */
function validateTaints(taints: readonly Taint[] | undefined, field: string): Findings {
  const seen = new Set<string>();
  return (taints ?? []).flatMap((taint, index) => {
    const { key, value = '', effect, timeAdded } = taint;
    const at = `${field}[${index}]`;
    const problems = labelValueProblems(value);
    const pair = `${key}:${effect}`;
    const again = seen.has(pair);
    seen.add(pair);
    return [
      ...validateQualifiedName(key, `${at}.key`),
      ...(problems.length > 0 ? [fieldError.invalid(`${at}.value`, value, problems.join(';'))] : []),
      ...checkEffect(`${at}.effect`, effect, true),
      ...(again ? [repeatedTaint(at, { key, value, effect, timeAdded: timeAdded ?? null })] : []),
    ];
  });
}

function repeatedTaint(field: string, taint: object): FieldError {
  const { type, message } = fieldError.duplicate(field, internally(taint));
  return { type, field, message: `${message}: taints must be unique by key and effect pair` };
}

function validateResources({ capacity = {}, allocatable = {} }: NodeStatus): Findings {
  const each = (amounts: ResourceList, field: string): Findings =>
    Object.entries(amounts).flatMap(([resource, amount]) => validateAmount(resource, amount, `${field}.${resource}`));
  return [...each(capacity, 'status.capacity'), ...each(allocatable, 'status.allocatable')];
}

function validateSwap(capacity: number | undefined, field: string): Findings {
  if (capacity === undefined || capacity > 0) return [];
  return [fieldError.invalid(field, capacity, 'must be greater than 0')];
}

const featureLengthMax = 253;
const featurePattern = /^[A-Z][a-zA-Z0-9]*(\/[a-zA-Z][a-zA-Z0-9]*)*$/;

/** What a node says it can do, by names in order (API field NodeStatus.declaredFeatures). */
function validateFeatures(features: readonly string[], field: string): Findings {
  return features.flatMap((feature, index) => {
    const at = `${field}[${index}]`;
    const previous = index === 0 ? undefined : features[index - 1];
    return [
      ...invalidEach(at, feature, featureProblems(feature)),
      ...(feature === previous ? [fieldError.duplicate(at, feature)] : []),
      ...(previous !== undefined && previous > feature
        ? [fieldError.invalid(at, feature, 'list must be sorted alphabetically')]
        : []),
    ];
  });
}

function featureProblems(feature: string): readonly string[] {
  const name = `invalid feature name ${JSON.stringify(feature)}`;
  if (feature.length > featureLengthMax) return [`${name}: must be no more than ${featureLengthMax} characters`];
  if (featurePattern.test(feature)) return [];
  const rule =
    "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or " +
    'MyFeature/mySubFeature), and contain only alphanumeric characters and slashes';
  return [`${name}: ${rule}`];
}

function validateAddresses({ addresses = [] }: NodeStatus): Findings {
  const seen = new Set<string>();
  return addresses.flatMap((address, index) => {
    const pair = `${address.type} ${address.address}`;
    const again = seen.has(pair);
    seen.add(pair);
    return again ? [fieldError.duplicate(`status.addresses[${index}]`, address)] : [];
  });
}

/** One range of each family at most. */
function validateRanges(ranges: readonly string[], field: string): Findings {
  const families = ranges.map((range) => ipFamily(range.split('/')[0] ?? ''));
  const twoOfAKind = ranges.length > 2 || (ranges.length === 2 && families[0] === families[1]);
  const text = 'may specify no more than one CIDR for each IP family';
  return [
    ...ranges.flatMap((range, index) => invalidEach(`${field}[${index}]`, range, rangeProblems(range))),
    ...(twoOfAKind ? [fieldError.invalid(field, ranges, text)] : []),
  ];
}
