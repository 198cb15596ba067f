import { jsonEqual } from '#base/json.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { ipFamily } from '#kinds/meta/texts.ts';
import { hasAddress } from '#kinds/service/defaults.ts';
import type { Service, ServiceSpec } from '#kinds/service/schema.ts';
import { validateAddresses } from '#kinds/service/validate/addresses.ts';
import type { Draft } from '#schema/type.ts';

type Findings = readonly FieldError[];

/** The one family of addresses that there is here. */
const ours = 'IPv4';
const policyField = 'spec.ipFamilyPolicy';

/** Decides of which families the addresses of a service are, where it leaves that open. Findings, if any, are for its user, and
 *  nothing else is looked at then. */
export function decideFamilies({ spec }: Draft<Service>, old: ServiceSpec | undefined): Findings {
  if (!hasAddress(spec) || (old !== undefined && isAsBefore(spec, old))) return [];
  const isOpen = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (isOpen ? 'RequireDualStack' : 'SingleStack');
  const wrong = validateAddresses(spec, old);
  if (wrong.length > 0) return wrong;
  const unclear = [...(old === undefined ? [] : reduce(spec, old)), ...tooMany(spec), ...inferFamilies(spec)];
  if (unclear.length > 0) return unclear;
  if (isOpen) {
    completeFamilies(spec);
    return [];
  }
  const missing = validateFamilies(spec);
  if (missing.length === 0 && (spec.ipFamilies ?? []).length === 0) spec.ipFamilies = [ours];
  return missing;
}

/** Whether nothing is asked of a service that takes both families if there are two. */
function isAsBefore(spec: ServiceSpec, old: ServiceSpec): boolean {
  const prefers = spec.ipFamilyPolicy === 'PreferDualStack';
  const same = prefers && spec.type === old.type && (old.ipFamilyPolicy ?? spec.ipFamilyPolicy) === spec.ipFamilyPolicy;
  return same && jsonEqual(spec.clusterIPs, old.clusterIPs) && jsonEqual(spec.ipFamilies, old.ipFamilies);
}

/** Who wants one family alone need not say which. */
function reduce(spec: Draft<ServiceSpec>, old: ServiceSpec): Findings {
  const { ipFamilyPolicy, ipFamilies = [], clusterIPs = [] } = spec;
  if (ipFamilyPolicy === 'SingleStack') {
    if (jsonEqual(clusterIPs, old.clusterIPs) && clusterIPs.length > 1) spec.clusterIPs = clusterIPs.slice(0, 1);
    if (jsonEqual(ipFamilies, old.ipFamilies) && ipFamilies.length > 1) spec.ipFamilies = ipFamilies.slice(0, 1);
    return [];
  }
  const isLess = (list: readonly string[], before: readonly string[] = []): boolean =>
    list.length > 0 && list.length < before.length;
  const refuse = (what: string): FieldError =>
    fieldError.invalid(policyField, ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(isLess(clusterIPs, old.clusterIPs) ? [refuse('cluster IP')] : []),
    ...(isLess(ipFamilies, old.ipFamilies) ? [refuse('IP family')] : []),
  ];
}

function tooMany({ ipFamilyPolicy, clusterIPs = [], ipFamilies = [] }: ServiceSpec): Findings {
  if (ipFamilyPolicy !== 'SingleStack') return [];
  const refuse = (what: string): FieldError => {
    const text = `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
    return fieldError.invalid(policyField, ipFamilyPolicy, text);
  };
  return [
    ...(clusterIPs.length === 2 ? [refuse('cluster IPs')] : []),
    ...(ipFamilies.length === 2 ? [refuse('IP families')] : []),
  ];
}

function inferFamilies(spec: Draft<ServiceSpec>): Findings {
  const families = [...(spec.ipFamilies ?? [])];
  const findings: FieldError[] = [];
  for (const [index, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === 'None') break;
    if (index < families.length) continue;
    const family = ipFamily(ip) === 6 ? 'IPv6' : 'IPv4';
    const text = `${family} is not configured on this cluster`;
    if (family === ours) families.push(family);
    else findings.push(fieldError.invalid(`spec.clusterIPs[${index}]`, spec.clusterIPs, text));
  }
  if (families.length > 0) spec.ipFamilies = families;
  return findings;
}

/** Nobody knows which addresses are put behind a service that has none itself and chooses no pods. */
function completeFamilies(spec: Draft<ServiceSpec>): void {
  const families = spec.ipFamilies?.length ? spec.ipFamilies : [ours];
  const other = families[0] === 'IPv4' ? 'IPv6' : 'IPv4';
  spec.ipFamilies = families.length < 2 && spec.ipFamilyPolicy !== 'SingleStack' ? [...families, other] : families;
}

function validateFamilies({ ipFamilyPolicy, ipFamilies = [] }: ServiceSpec): Findings {
  const text = 'this cluster is not configured for dual-stack services';
  return [
    ...(ipFamilyPolicy === 'RequireDualStack' ? [fieldError.invalid(policyField, ipFamilyPolicy, text)] : []),
    ...ipFamilies.flatMap((family, index) =>
      family === ours
        ? []
        : [fieldError.invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster')],
    ),
  ];
}
