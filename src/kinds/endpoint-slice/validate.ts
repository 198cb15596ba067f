import type { Endpoint, EndpointHints, EndpointSlice, SlicePort } from '#kinds/endpoint-slice/schema.ts';
import { portProtocols } from '#kinds/endpoints/validate.ts';
import { checkImmutable, checkOneOf, checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelValueProblems, validateQualifiedName } from '#kinds/meta/labels.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import { validateReachable } from '#kinds/meta/special-addresses.ts';
import { ipFamily } from '#kinds/meta/texts.ts';
import { isKubernetesService } from '#kinds/service/kubernetes-service.ts';

type Findings = readonly FieldError[];

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const endpointsMax = 1000;
const addressesMax = 100;
const portsMax = 20_000;
const hintsMax = 8;

/** Findings on a slice, after defaulting. */
export function validateSlice({ metadata, addressType, endpoints, ports }: EndpointSlice): Findings {
  // See `validateEndpoints`.
  const mayBeLocal = isKubernetesService(metadata);
  return [
    ...checkRequiredOneOf('addressType', addressType, addressTypes),
    ...validateEach(endpoints ?? [], 'endpoints', endpointsMax, (endpoint, field) =>
      validateEndpoint(endpoint, field, (address, at) => validateAddress(address, addressType, at, mayBeLocal)),
    ),
    ...validatePorts(ports ?? []),
  ];
}

/** Findings on a change of a slice: its addresses stay of their type. */
export function validateSliceUpdate(slice: EndpointSlice, old: EndpointSlice): Findings {
  return [...validateSlice(slice), ...checkImmutable('addressType', slice.addressType, old.addressType)];
}

/** Of a list that is too long, nothing else is said. */
function validateEach<Item>(
  items: readonly Item[],
  field: string,
  max: number,
  validate: (item: Item, field: string) => Findings,
): Findings {
  if (items.length > max) return [fieldError.tooMany(field, items.length, max)];
  return items.flatMap((item, index) => validate(item, `${field}[${index}]`));
}

function validateEndpoint(
  { addresses, nodeName, hostname, hints }: Endpoint,
  field: string,
  validate: (address: string, field: string) => Findings,
): Findings {
  const at = `${field}.addresses`;
  return [
    ...(addresses.length === 0 ? [fieldError.required(at, 'must contain at least 1 address')] : []),
    ...(addresses.length > addressesMax ? [fieldError.tooMany(at, addresses.length, addressesMax)] : []),
    ...addresses.flatMap((address, index) => validate(address, `${at}[${index}]`)),
    ...(nodeName === undefined ? [] : invalidEach(`${field}.nodeName`, nodeName, subdomainProblems(nodeName))),
    ...(hostname === undefined ? [] : invalidEach(`${field}.hostname`, hostname, labelProblems(hostname))),
    ...(hints === undefined ? [] : validateHints(hints, `${field}.hints`)),
  ];
}

function validateAddress(address: string, type: string, field: string, mayBeLocal: boolean): Findings {
  if (type === 'FQDN') return validateDomainName(address, field);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const family = ipFamily(address);
  if (family === undefined) return invalidEach(field, address, ipProblems(address));
  return [
    ...(`IPv${family}` === type ? [] : [fieldError.invalid(field, address, `must be an ${type} address`)]),
    ...(mayBeLocal ? [] : validateReachable(address, field)),
  ];
}

function validateDomainName(given: string, field: string): Findings {
  if (given === '') return [fieldError.required(field)];
  const name = given.endsWith('.') ? given.slice(0, -1) : given;
  const problems = subdomainProblems(name);
  if (problems.length > 0) return [fieldError.invalid(field, name, problems.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) {
    return [fieldError.invalid(field, name, 'should be a domain with at least two segments separated by dots')];
  }
  return labels.flatMap((label) => {
    const wrong = labelProblems(label);
    return wrong.length === 0 ? [] : [fieldError.invalid(field, label, wrong.join(','))];
  });
}

function validatePorts(ports: readonly SlicePort[]): Findings {
  const names = new Set<string>();
  return validateEach(ports, 'ports', portsMax, ({ name = '', protocol, appProtocol }, field) => {
    const again = names.has(name);
    names.add(name);
    return [
      ...(name === '' ? [] : invalidEach(`${field}.name`, name, labelProblems(name))),
      ...(again ? [fieldError.duplicate(`${field}.name`, name)] : []),
      ...checkOneOf(`${field}.protocol`, protocol, portProtocols),
      ...(appProtocol === undefined ? [] : validateQualifiedName(appProtocol, `${field}.appProtocol`)),
    ];
  });
}

function validateHints({ forZones = [], forNodes = [] }: EndpointHints, field: string): Findings {
  return [
    ...validateHinted(forZones, `${field}.forZones`, labelValueProblems),
    ...validateHinted(forNodes, `${field}.forNodes`, subdomainProblems),
  ];
}

function validateHinted(
  hinted: readonly { readonly name: string }[],
  field: string,
  problems: (name: string) => readonly string[],
): Findings {
  const names = new Set<string>();
  return validateEach(hinted, field, hintsMax, ({ name }, at) => {
    const again = names.has(name);
    names.add(name);
    return [
      ...(again ? [fieldError.duplicate(`${at}.name`, name)] : []),
      ...invalidEach(`${at}.name`, name, problems(name)),
    ];
  });
}
