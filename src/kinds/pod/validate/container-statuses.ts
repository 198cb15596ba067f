import { checkOneOf, checkRange, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { ContainerStatus, PodExtendedResourceClaimStatus } from '#kinds/pod/schema/status.ts';

type Findings = readonly FieldError[];
type Statuses = readonly ContainerStatus[] | undefined;

/** A container that has ended for good stays ended: Jobs count on it. */
export function validateTransitions({ status }: Pod, old: Pod): Findings {
  const { containers, initContainers, restartPolicy } = old.spec;
  const restartsAll = [...containers, ...(initContainers ?? [])].some(({ restartPolicyRules }) =>
    restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers'),
  );
  const guests = 'ephemeralContainerStatuses';
  return [
    ...(restartsAll
      ? []
      : [
          ...validateStates(status.containerStatuses, old.status.containerStatuses, 'containerStatuses', (ended) =>
            mayRestart(containers, restartPolicy, ended),
          ),
          ...validateStates(
            status.initContainerStatuses,
            old.status.initContainerStatuses,
            'initContainerStatuses',
            (ended) => mayRestart(initContainers, restartPolicy, ended),
          ),
        ]),
    ...validateStates(status[guests], old.status[guests], guests, () => false),
  ];
}

/** Whether a container that ended is to run again, by its own rules or its pod's. */
function mayRestart(
  containers: readonly Container[] | undefined,
  podPolicy: string | undefined,
  { name, state }: ContainerStatus,
): boolean {
  const container = containers?.find((one) => one.name === name);
  if (container === undefined) return false;
  const exitCode = state.terminated?.exitCode ?? 0;
  const ruled = container.restartPolicyRules?.some(({ exitCodes }) => {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    return exitCodes?.operator === 'NotIn' ? !listed : listed;
  });
  const policy = container.restartPolicy ?? podPolicy;
  const byRule = container.restartPolicy !== undefined && ruled === true;
  return byRule || policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

function validateStates(
  statuses: Statuses,
  old: Statuses,
  list: string,
  restarts: (ended: ContainerStatus) => boolean,
): Findings {
  return (old ?? []).flatMap((before, index) => {
    if (before.state.terminated === undefined || restarts(before)) return [];
    const revived = (statuses ?? []).some(({ name, state }) => name === before.name && state.terminated === undefined);
    if (!revived) return [];
    return [fieldError.forbidden(`status.${list}[${index}].state`, 'may not be transitioned to non-terminated state')];
  });
}

/** Findings on what a node says of containers besides their state: who they run as, and how their devices fare. */
export function validateContainerStatuses({ spec, status }: Pod): Findings {
  const { containerStatuses, initContainerStatuses, ephemeralContainerStatuses = [] } = status;
  const lists = { containerStatuses, initContainerStatuses, ephemeralContainerStatuses };
  const text = 'must not be specified in container status';
  return [
    ...Object.entries(lists).flatMap(([list, statuses = []]) =>
      statuses.flatMap((one, index) => validateUser(one, spec, `status.${list}[${index}].user.linux`)),
    ),
    ...validateDevices(containerStatuses, spec.containers, 'status.containerStatuses'),
    ...validateDevices(initContainerStatuses, spec.initContainers ?? [], 'status.initContainerStatuses'),
    ...ephemeralContainerStatuses.flatMap(({ allocatedResourcesStatus = [] }, index) =>
      allocatedResourcesStatus.length === 0
        ? []
        : [fieldError.forbidden(`status.ephemeralContainerStatuses[${index}].allocatedResourcesStatus`, text)],
    ),
  ];
}

const idMax = 2 ** 31 - 1;

function validateUser({ user }: ContainerStatus, { os }: PodSpec, field: string): Findings {
  const linux = user?.linux;
  if (linux === undefined) return [];
  if (os?.name === 'windows') return [fieldError.forbidden(field, 'cannot be set for a windows pod')];
  return [
    ...checkRange(`${field}.uid`, linux.uid, 0, idMax),
    ...checkRange(`${field}.gid`, linux.gid, 0, idMax),
    ...(linux.supplementalGroups ?? []).flatMap((id, index) =>
      checkRange(`${field}.supplementalGroups[${index}]`, id, 0, idMax),
    ),
  ];
}

function validateDevices(statuses: Statuses, containers: readonly Container[], field: string): Findings {
  return (statuses ?? []).flatMap(({ name, allocatedResourcesStatus = [] }, index) => {
    const container = containers.find((one) => one.name === name);
    return allocatedResourcesStatus.flatMap((resource, at) => {
      const place = `${field}[${index}].allocatedResourcesStatus[${at}]`;
      return [
        ...(container === undefined ? [] : validateDeviceName(resource.name, container, `${place}.name`)),
        ...validateHealth(resource.resources ?? [], `${place}.resources`),
      ];
    });
  });
}

const claimText =
  "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";

function validateDeviceName(name: string, { resources }: Container, field: string): Findings {
  const claims = (resources.claims ?? []).map(
    (claim) => `claim:${claim.name}${claim.request ? `/${claim.request}` : ''}`,
  );
  if (name.startsWith('claim:')) return claims.includes(name) ? [] : [fieldError.invalid(field, name, claimText)];
  if (resources.requests?.[name] !== undefined) return [];
  return [fieldError.invalid(field, name, "must match one of the container's resource requests")];
}

const healthMessageMax = 1024;

function validateHealth(
  devices: readonly { readonly resourceID: string; readonly health?: string; readonly message?: string }[],
  field: string,
): Findings {
  const seen = new Set<string>();
  return devices.flatMap(({ resourceID, health = '', message }, index) => {
    const again = seen.has(resourceID);
    seen.add(resourceID);
    return [
      ...checkOneOf(`${field}[${index}].health`, health, ['Healthy', 'Unhealthy', 'Unknown']),
      ...validateHealthMessage(message, `${field}[${index}].message`),
      ...(again ? [fieldError.duplicate(`${field}[${index}].resourceID`, resourceID)] : []),
    ];
  });
}

function validateHealthMessage(message: string | undefined, field: string): Findings {
  if (message === '') return [fieldError.required(field, 'must be non-empty if specified')];
  const isLong = message !== undefined && Buffer.byteLength(message) > healthMessageMax;
  return isLong ? [fieldError.tooLong(field, healthMessageMax)] : [];
}

/** Findings on the claim that stands behind a pod's extended resources. */
export function validateExtendedClaim(
  claim: PodExtendedResourceClaimStatus | undefined,
  spec: PodSpec,
  field: string,
): Findings {
  if (claim === undefined) return [];
  const { requestMappings = [], resourceClaimName = '' } = claim;
  const containers = new Map([...(spec.initContainers ?? []), ...spec.containers].map((one) => [one.name, one]));
  const seen = new Set<string>();
  return [
    ...(requestMappings.length === 0
      ? [fieldError.required(`${field}.requestMappings`, 'at least one request mapping is required')]
      : []),
    ...requestMappings.flatMap((mapping, index) => {
      const key = JSON.stringify([mapping.containerName, mapping.resourceName, mapping.requestName]);
      const again = seen.has(key);
      seen.add(key);
      return validateMapping(mapping, containers.get(mapping.containerName), again, field, index);
    }),
    ...(resourceClaimName === ''
      ? [fieldError.required(`${field}.resourceClaimName`)]
      : invalidEach(`${field}.resourceClaimName`, resourceClaimName, subdomainProblems(resourceClaimName))),
  ];
}

interface Mapping {
  readonly containerName: string;
  readonly resourceName: string;
  readonly requestName: string;
}

const containerText = 'must match the name of an entry in spec.initContainers.name or spec.containers.name';
const resourceText =
  'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests';

function validateMapping(
  mapping: Mapping,
  container: Container | undefined,
  again: boolean,
  field: string,
  index: number,
): Findings {
  const at = `${field}.requestMappings[${index}]`;
  const { containerName, resourceName, requestName } = mapping;
  const isAsked = container?.resources.requests?.[resourceName] !== undefined;
  return [
    ...(container === undefined ? [fieldError.invalid(`${at}.containerName`, containerName, containerText)] : []),
    ...(container === undefined || isAsked
      ? []
      : [fieldError.invalid(`${at}.resourceName`, resourceName, resourceText)]),
    // Without the index, as upstream reports it.
    ...invalidEach(`${field}.requestName`, requestName, labelProblems(requestName)),
    ...(again
      ? (['containerName', 'resourceName', 'requestName'] as const).map((name) =>
          fieldError.duplicate(`${at}.${name}`, mapping[name]),
        )
      : []),
  ];
}
