import { internally, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelValueProblems, validateQualifiedName } from '#kinds/meta/labels.ts';
import { cidrProblems, ipFamily } from '#kinds/meta/texts.ts';
import type { Node, NodeStatus, Taint } from '#kinds/node/schema.ts';
import { roundQuantities } from '#kinds/pod/container-defaults.ts';
import { validateAmounts } from '#kinds/pod/validate/resources.ts';
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

/** Findings on a new node (spec: nodes-and-scheduling.md section 13). */
export function validateNode({ spec, status }: Node): Findings {
  return [
    ...validateTaints(spec.taints, 'metadata.taints'),
    ...validateResources(status),
    ...validateRanges(spec.podCIDRs ?? [], 'spec.podCIDRs'),
  ];
}

/** Findings on a change of a node: those on a new one, and again those on its status, as upstream reports them. */
export function validateNodeUpdate(node: Node, old: Node): Findings {
  return [...validateNode(node), ...validateNodeStatusUpdate(node, old)];
}

/** Findings on a change of a node's status. */
export function validateNodeStatusUpdate({ spec, status }: Node, old: Node): Findings {
  const { podCIDRs = [], providerID = '', externalID = '' } = old.spec;
  const moved = podCIDRs.length > 0 && podCIDRs.join() !== (spec.podCIDRs ?? []).join();
  const renamed = providerID !== '' && providerID !== (spec.providerID ?? '');
  return [
    ...validateResources(status),
    ...validateAddresses(status),
    ...(moved ? [fieldError.forbidden('spec.podCIDRs', onceText('podCIDR'))] : []),
    ...(renamed ? [fieldError.forbidden('spec.providerID', onceText('providerID'))] : []),
    ...validateTaints(spec.taints, 'metadata.taints'),
    ...(externalID === (spec.externalID ?? '') ? [] : [fieldError.forbidden('spec.externalID', 'may not be updated')]),
  ];
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

function validateResources({ capacity, allocatable }: NodeStatus): Findings {
  return [...validateAmounts(capacity, 'status.capacity'), ...validateAmounts(allocatable, 'status.allocatable')];
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
    ...ranges.flatMap((range, index) => invalidEach(`${field}[${index}]`, range, cidrProblems(range))),
    ...(twoOfAKind ? [fieldError.invalid(field, ranges, text)] : []),
    ...ranges.flatMap((range, index) =>
      ranges.indexOf(range) < index ? [fieldError.duplicate(`${field}[${index}]`, range)] : [],
    ),
  ];
}
