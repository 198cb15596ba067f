import { jsonEqual } from '#base/json.ts';
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from '#kinds/endpoints/schema.ts';
import { checkRange, checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems, ipWarnings } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import { validateReachable } from '#kinds/meta/special-addresses.ts';
import { isKubernetesService } from '#kinds/service/kubernetes-service.ts';

type Findings = readonly FieldError[];

const managedByLabel = 'endpoints.kubernetes.io/managed-by';
export const portProtocols = ['SCTP', 'TCP', 'UDP'];

/** Findings on endpoints, after defaulting. */
export function validateEndpoints({ metadata, subsets = [] }: Endpoints): Findings {
  // An API server of one machine may well be reached there alone; it says so itself.
  const mayBeLocal = isKubernetesService(metadata);
  return subsets.flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`, mayBeLocal));
}

/** Findings on changed endpoints. What older servers let in stays allowed while it is left alone. */
export function validateEndpointsUpdate(endpoints: Endpoints, old: Endpoints): Findings {
  return jsonEqual(endpoints.subsets ?? [], old.subsets ?? []) ? [] : validateEndpoints(endpoints);
}

/** Addresses that are written in an unusual way; what the controller of endpoints wrote is not looked at. */
export function endpointsWarnings({ metadata, subsets = [] }: Endpoints): readonly string[] {
  if (metadata.labels?.[managedByLabel] === 'endpoint-controller') return [];
  return subsets.flatMap((subset, index) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip }, place) => ipWarnings(ip, `subsets[${index}].${list}[${place}].ip`)),
    ),
  );
}

function validateSubset(subset: EndpointSubset, field: string, mayBeLocal: boolean): Findings {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const isEmpty = addresses.length === 0 && notReadyAddresses.length === 0;
  return [
    ...(isEmpty ? [fieldError.required(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap((one, index) => validateAddress(one, `${field}.addresses[${index}]`, mayBeLocal)),
    ...notReadyAddresses.flatMap((one, index) =>
      validateAddress(one, `${field}.notReadyAddresses[${index}]`, mayBeLocal),
    ),
    ...ports.flatMap((port, index) => validatePort(port, ports.length > 1, `${field}.ports[${index}]`)),
  ];
}

function validateAddress({ ip, hostname, nodeName }: EndpointAddress, field: string, mayBeLocal: boolean): Findings {
  return [
    ...invalidEach(`${field}.ip`, ip, ipProblems(ip)),
    ...(hostname === undefined ? [] : invalidEach(`${field}.hostname`, hostname, labelProblems(hostname))),
    ...(nodeName === undefined ? [] : invalidEach(`${field}.nodeName`, nodeName, subdomainProblems(nodeName))),
    ...(mayBeLocal ? [] : validateReachable(ip, `${field}.ip`)),
  ];
}

function validatePort({ name, port, protocol, appProtocol }: EndpointPort, isNamed: boolean, field: string): Findings {
  return [
    ...(name === undefined ? [] : invalidEach(`${field}.name`, name, labelProblems(name))),
    ...(name === undefined && isNamed ? [fieldError.required(`${field}.name`)] : []),
    ...checkRange(`${field}.port`, port, 1, 65535),
    ...checkRequiredOneOf(`${field}.protocol`, protocol, portProtocols),
    ...(appProtocol === undefined ? [] : validateQualifiedName(appProtocol, `${field}.appProtocol`)),
  ];
}
