import { jsonEqual } from '#base/json.ts';
import type { Endpoint, EndpointHints, EndpointSlice, SlicePort } from '#kinds/endpoint-slice/schema.ts';
import { portProtocols } from '#kinds/endpoints/validate.ts';
import { checkImmutable, checkOneOf, checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { canonicalIpProblems, ipProblems, ipWarnings } from '#kinds/meta/cidr.ts';
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
    ...validatePorts(ports ?? []),
    ...validateEach(endpoints ?? [], 'endpoints', endpointsMax, (endpoint, field) =>
      validateEndpoint(endpoint, field, (address, list, at) =>
        validateAddress(address, addressType, { list, at, mayBeLocal }),
      ),
    ),
  ];
}

/** Findings on a change of a slice: its addresses stay of their type. Endpoints that older servers let in may stay as they are. */
export function validateSliceUpdate(slice: EndpointSlice, old: EndpointSlice): Findings {
  const stays = jsonEqual(slice.endpoints, old.endpoints);
  return [
    ...validateSlice(stays ? { ...slice, endpoints: null } : slice),
    ...checkImmutable('addressType', slice.addressType, old.addressType),
  ];
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
  validate: (address: string, list: string, field: string) => Findings,
): Findings {
  const at = `${field}.addresses`;
  return [
    ...(addresses.length === 0 ? [fieldError.required(at, 'must contain at least 1 address')] : []),
    ...(addresses.length > addressesMax ? [fieldError.tooMany(at, addresses.length, addressesMax)] : []),
    ...addresses.flatMap((address, index) => validate(address, at, `${at}[${index}]`)),
    ...(nodeName === undefined ? [] : invalidEach(`${field}.nodeName`, nodeName, subdomainProblems(nodeName))),
    ...(hostname === undefined ? [] : invalidEach(`${field}.hostname`, hostname, labelProblems(hostname))),
    ...(hints === undefined ? [] : validateHints(hints, `${field}.hints`)),
  ];
}

interface AddressPlace {
  readonly list: string;
  readonly at: string;
  readonly mayBeLocal: boolean;
}

function validateAddress(address: string, type: string, { list, at, mayBeLocal }: AddressPlace): Findings {
  if (type === 'FQDN') return validateDomainName(address, at);
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const problems = type === 'IPv4' ? ipProblems(address) : canonicalIpProblems(address);
  if (problems.length > 0) return invalidEach(at, address, problems);
  return [
    // Upstream does not say which one.
    ...(`IPv${ipFamily(address)}` === type ? [] : [fieldError.invalid(list, address, `must be an ${type} address`)]),
    ...(mayBeLocal ? [] : validateReachable(address, at)),
  ];
}

const managers = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

/** Domain names instead of addresses, and addresses in an unusual form unless a controller of Kubernetes wrote them. */
export function sliceWarnings(slice: EndpointSlice, old: EndpointSlice | undefined): readonly string[] {
  const { metadata, addressType, endpoints } = slice;
  const isManaged = managers.includes(metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '');
  return [
    ...(old === undefined && addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
    ...(isManaged ? [] : (endpoints ?? [])).flatMap(({ addresses }, index) =>
      addresses.flatMap((address, place) => ipWarnings(address, `endpoints[${index}].addresses[${place}]`)),
    ),
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
