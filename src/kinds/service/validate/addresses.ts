import { checkOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { ipFamily } from '#kinds/meta/texts.ts';
import { hasAddress, isHeadless } from '#kinds/service/defaults.ts';
import type { ServiceSpec } from '#kinds/service/schema.ts';

type Findings = readonly FieldError[];

const ipsField = 'spec.clusterIPs';
const familiesField = 'spec.ipFamilies';
const once = 'may not change once set';

/** Findings on the addresses of a service and their families. Addresses that it had before are taken as they are. */
export function validateAddresses(spec: ServiceSpec, old?: ServiceSpec): Findings {
  if (!hasAddress(spec)) return [];
  const { clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const wrong = validateIps(clusterIPs, old?.clusterIPs ?? []);
  const findings = [
    ...validateFirst(spec),
    ...ipFamilies.flatMap((family, index) => validateFamily(family, index, ipFamilies)),
    ...checkOneOf('spec.ipFamilyPolicy', ipFamilyPolicy, ['PreferDualStack', 'RequireDualStack', 'SingleStack']),
    ...wrong,
    ...(clusterIPs.length > 2 ? [fieldError.invalid(ipsField, clusterIPs, 'may only hold up to 2 values')] : []),
  ];
  return wrong.length > 0 ? findings : [...findings, ...validateMatch(spec)];
}

/** `clusterIP` is the first of `clusterIPs`. */
function validateFirst({ clusterIP = '', clusterIPs = [] }: ServiceSpec): Findings {
  const refuse = (text: string): Findings => [fieldError.invalid(ipsField, clusterIPs, text)];
  if (clusterIP === '') return clusterIPs.length === 0 ? [] : refuse('must be empty when `clusterIP` is not specified');
  if (clusterIPs.length === 0) return [fieldError.required(ipsField)];
  return clusterIPs[0] === clusterIP ? [] : refuse('first value must match `clusterIP`');
}

function validateFamily(family: string, index: number, all: readonly string[]): Findings {
  const field = `${familiesField}[${index}]`;
  return [
    ...checkOneOf(field, family, ['IPv4', 'IPv6']),
    ...(all.indexOf(family) < index ? [fieldError.duplicate(field, family)] : []),
  ];
}

function validateIps(ips: readonly string[], known: readonly string[]): Findings {
  return ips.flatMap((ip, index) => {
    if (index > 0 || ip !== 'None') {
      return known.includes(ip) ? [] : invalidEach(`${ipsField}[${index}]`, ip, ipProblems(ip));
    }
    return ips.length === 1 ? [] : [fieldError.invalid(ipsField, ips, "'None' must be the first and only value")];
  });
}

function validateMatch({ clusterIPs = [], ipFamilies = [] }: ServiceSpec): Findings {
  const families = clusterIPs.map((ip) => (ipFamily(ip) === 6 ? 'IPv6' : 'IPv4'));
  const isDual = families.includes('IPv4') && families.includes('IPv6');
  const text = 'may specify no more than one IP for each IP family';
  return [
    ...(clusterIPs.length > 1 && !isDual ? [fieldError.invalid(ipsField, clusterIPs, text)] : []),
    ...(isHeadless({ clusterIPs }) ? [] : clusterIPs).flatMap((ip, index) => {
      const expected = ipFamilies[index];
      const isWrong = (expected === 'IPv4' || expected === 'IPv6') && families[index] !== expected;
      const why = `expected an ${expected} value as indicated by \`ipFamilies[${index}]\``;
      return isWrong ? [fieldError.invalid(`${ipsField}[${index}]`, ip, why)] : [];
    }),
  ];
}

/** Findings on a change of addresses and families: the first of each stays, as long as the service has one. */
export function validateAddressChange(spec: ServiceSpec, old: ServiceSpec): Findings {
  if (!hasAddress(spec) || !hasAddress(old)) return [];
  const [isNow, was] = [isHeadless(spec), isHeadless(old)];
  return [
    ...(isNow && was ? [] : validateIpChange(spec, old)),
    ...(isNow || was ? [] : validateFamilyChange(spec, old)),
  ];
}

function validateIpChange(spec: ServiceSpec, { clusterIPs: before = [] }: ServiceSpec): Findings {
  const { clusterIPs = [] } = spec;
  const changed = (index: number): FieldError => fieldError.invalid(`${ipsField}[${index}]`, clusterIPs, once);
  if (before.length === clusterIPs.length) {
    return before.flatMap((ip, index) => (ip === clusterIPs[index] ? [] : [changed(index)]));
  }
  const unset = before.length > 0 && clusterIPs.length === 0;
  const isOther = before.length > 0 && clusterIPs.length > 0 && before[0] !== clusterIPs[0];
  return [
    ...(unset ? [fieldError.invalid(`${ipsField}[0]`, null, 'primary clusterIP can not be unset')] : []),
    ...(isOther ? [changed(0)] : []),
    ...(before.length > clusterIPs.length ? validateRelease(spec, clusterIPs, 'clusterIP') : []),
  ];
}

function validateFamilyChange(spec: ServiceSpec, { ipFamilies: before = [] }: ServiceSpec): Findings {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  const first = `${familiesField}[0]`;
  if (before.length === ipFamilies.length) {
    const others = before.filter((family, index) => family !== ipFamilies[index]);
    return others.map(() => fieldError.invalid(first, ipFamilies, once));
  }
  const isLess = before.length > ipFamilies.length;
  const unset = isLess && clusterIPs.length === 0;
  const isOther = before.length > 0 && ipFamilies.length > 0 && before[0] !== ipFamilies[0];
  return [
    ...(unset ? [fieldError.invalid(first, ipFamilies, 'primary ipFamily can not be unset')] : []),
    ...(isOther ? [fieldError.invalid(first, clusterIPs, once)] : []),
    ...(isLess ? validateRelease(spec, ipFamilies, 'ipFamily') : []),
  ];
}

/** Who gives one of two back says that one is enough. */
function validateRelease({ ipFamilyPolicy }: ServiceSpec, left: readonly string[], what: string): Findings {
  if (left.length !== 1 || ipFamilyPolicy === 'SingleStack') return [];
  const text = `must be set to 'SingleStack' when releasing the secondary ${what}`;
  return [fieldError.invalid('spec.ipFamilyPolicy', ipFamilyPolicy ?? null, text)];
}
