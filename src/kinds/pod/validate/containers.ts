import { checkLabelName, checkOneOf, checkRange, checkRequiredOneOf, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { portNameProblems } from '#kinds/meta/texts.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Container, ContainerPort, EphemeralContainer } from '#kinds/pod/schema/container.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { Volume } from '#kinds/pod/schema/volumes.ts';
import { validateEnv, validateEnvFrom } from '#kinds/pod/validate/env.ts';
import { validateDevices, validateMounts } from '#kinds/pod/validate/mounts.ts';
import { forbidProbes, validateProbes } from '#kinds/pod/validate/probes.ts';
import { validateContainerResources } from '#kinds/pod/validate/resources.ts';
import { validateRestartRules } from '#kinds/pod/validate/restart-rules.ts';
import { validateSecurityContext } from '#kinds/pod/validate/security.ts';

type Findings = readonly FieldError[];

/** What containers are checked against. */
export interface ContainerSurroundings {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claimNames: readonly string[];
}

/** Findings on all containers of a pod, in the order regular, init, ephemeral. */
export function validateAllContainers(surroundings: ContainerSurroundings, field: string): Findings {
  const { spec } = surroundings;
  return [
    ...validateContainers(surroundings, `${field}.containers`),
    ...validateInitContainers(surroundings, `${field}.initContainers`),
    ...validateEphemeralContainers(surroundings, spec.ephemeralContainers ?? [], `${field}.ephemeralContainers`),
  ];
}

function validateContainers(surroundings: ContainerSurroundings, field: string): Findings {
  const { spec } = surroundings;
  if (spec.containers.length === 0) return [fieldError.required(field)];
  const names = new Set<string>();
  return [
    ...spec.containers.flatMap((container, index) => {
      const at = `${field}[${index}]`;
      return [
        ...validateCommon(container, surroundings, at),
        ...checkUnique(names, container.name, `${at}.name`, 'unnamed too'),
        ...validateProbes(container, spec.terminationGracePeriodSeconds ?? 0, at),
        ...validateRestartRules(container, 'regular', at),
      ];
    }),
    ...validateHostPorts(spec.containers, field),
  ];
}

function validateInitContainers(surroundings: ContainerSurroundings, field: string): Findings {
  const { spec } = surroundings;
  const names = new Set(spec.containers.map((container) => container.name));
  return (spec.initContainers ?? []).flatMap((container, index) => {
    const at = `${field}[${index}]`;
    return [
      ...validateCommon(container, surroundings, at),
      ...validateRestartRules(container, 'init', at),
      ...checkUnique(names, container.name, `${at}.name`),
      // They run one after the other, and so may use the same ports.
      ...validateHostPorts([container], field),
      ...validateResizeOfInit(container, `${at}.resizePolicy`),
      ...(isSidecar(container)
        ? validateProbes(container, spec.terminationGracePeriodSeconds ?? 0, at)
        : forbidProbes(container, at)),
    ];
  });
}

/** Fields of a container that a debugging guest may not have, in upstream's order. */
const notForGuests = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;
const guestText = 'cannot be set for an Ephemeral Container';

function validateEphemeralContainers(
  surroundings: ContainerSurroundings,
  containers: readonly EphemeralContainer[],
  field: string,
): Findings {
  const { spec } = surroundings;
  const others = new Set([...spec.containers, ...(spec.initContainers ?? [])].map((container) => container.name));
  const names = new Set(others);
  return containers.flatMap((container, index) => {
    const at = `${field}[${index}]`;
    const { targetContainerName: target } = container;
    return [
      ...validateCommon(container, surroundings, at),
      ...validateImageSpaces(container, at),
      ...checkUnique(names, container.name, `${at}.name`, 'unnamed too'),
      ...(target && !others.has(target) ? [fieldError.notFound(`${at}.targetContainerName`, target)] : []),
      ...validateGuest(container, at),
    ];
  });
}

function validateGuest(container: EphemeralContainer, field: string): Findings {
  const { resources, volumeMounts = [] } = container;
  return [
    ...notForGuests
      .filter((name) => (name === 'resources' ? Object.keys(resources).length > 0 : container[name] !== undefined))
      .map((name) => fieldError.forbidden(`${field}.${name}`, guestText)),
    ...volumeMounts.flatMap((mount, index) =>
      (['subPath', 'subPathExpr'] as const)
        .filter((name) => mount[name])
        .map((name) => fieldError.forbidden(`${field}.volumeMounts[${index}].${name}`, guestText)),
    ),
  ];
}

/** What holds for containers of all sorts. */
function validateCommon(container: Container, surroundings: ContainerSurroundings, field: string): Findings {
  const { spec, volumes, claimNames } = surroundings;
  const policies = ['File', 'FallbackToLogsOnError'];
  return [
    ...checkLabelName(`${field}.name`, container.name),
    ...(container.image ? [] : [fieldError.required(`${field}.image`)]),
    ...checkRequiredOneOf(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy, policies),
    ...validatePorts(container.ports, `${field}.ports`),
    ...validateEnv(container.env, `${field}.env`),
    ...validateEnvFrom(container.envFrom, `${field}.envFrom`),
    ...validateMounts(container, volumes, `${field}.volumeMounts`),
    ...validateDevices(container, volumes, `${field}.volumeDevices`),
    ...checkRequiredOneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...validateContainerResources(container.resources, claimNames, `${field}.resources`),
    ...validateResizePolicy(container, spec.restartPolicy, `${field}.resizePolicy`),
    ...validateSecurityContext(container.securityContext, spec.hostUsers !== false, `${field}.securityContext`),
  ];
}

/** Findings on images in pods, not in templates, where spaces around them have always been let through. */
export function validateImageSpaces({ image = '' }: { readonly image?: string }, field: string): Findings {
  if (image.trim() === image) return [];
  return [fieldError.invalid(`${field}.image`, image, 'must not have leading or trailing whitespace')];
}

/** What has no name counts as one of a name only where upstream counts it so. */
function checkUnique(names: Set<string>, name: string, field: string, of: 'named' | 'unnamed too' = 'named'): Findings {
  if (names.has(name)) return [fieldError.duplicate(field, name)];
  if (name !== '' || of === 'unnamed too') names.add(name);
  return [];
}

function validatePorts(ports: readonly ContainerPort[] | undefined, field: string): Findings {
  const names = new Set<string>();
  return (ports ?? []).flatMap((port, index) => {
    const at = `${field}[${index}]`;
    return [
      ...(port.name ? validatePortName(names, port.name, `${at}.name`) : []),
      ...(port.containerPort === 0
        ? [fieldError.required(`${at}.containerPort`)]
        : checkRange(`${at}.containerPort`, port.containerPort, 1, 65535)),
      ...checkRange(`${at}.hostPort`, port.hostPort || undefined, 1, 65535),
      ...checkRequiredOneOf(`${at}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']),
    ];
  });
}

function validatePortName(names: Set<string>, name: string, field: string): Findings {
  const problems = portNameProblems(name);
  return problems.length > 0 ? invalidEach(field, name, problems) : checkUnique(names, name, field);
}

function validateHostPorts(containers: readonly Container[], field: string): Findings {
  const taken = new Set<string>();
  return containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ protocol, hostIP = '', hostPort }, portIndex) => {
      if (!hostPort) return [];
      const key = `${protocol}/${hostIP}/${hostPort}`;
      return checkUnique(taken, key, `${field}[${index}].ports[${portIndex}].hostPort`);
    }),
  );
}

function validateResizePolicy({ resizePolicy }: Container, restartPolicy: string | undefined, field: string): Findings {
  const seen = new Set<string>();
  return (resizePolicy ?? []).flatMap((policy, index) => {
    const again = seen.has(policy.resourceName);
    seen.add(policy.resourceName);
    const restarts = restartPolicy === 'Never' && policy.restartPolicy !== 'NotRequired';
    const text = "must be 'NotRequired' when `restartPolicy` is 'Never'";
    return [
      ...(again ? [fieldError.duplicate(`${field}[${index}]`, policy.resourceName)] : []),
      ...checkRequiredOneOf(field, policy.resourceName, ['cpu', 'memory']),
      ...checkRequiredOneOf(field, policy.restartPolicy, ['NotRequired', 'RestartContainer']),
      ...(restarts ? [fieldError.invalid(field, policy.restartPolicy, text)] : []),
    ];
  });
}

/** An init container that runs to its end is not to begin anew because of its size. */
function validateResizeOfInit(container: Container, field: string): Findings {
  if (isSidecar(container)) return [];
  const text = "must not be set to 'RestartContainer' for non-sidecar initContainers";
  return (container.resizePolicy ?? []).flatMap(({ restartPolicy }, index) =>
    restartPolicy === 'RestartContainer'
      ? [fieldError.invalid(`${field}[${index}].restartPolicy`, restartPolicy, text)]
      : [],
  );
}

/** Findings on ports of containers that use their node's network. `needed`: the host port must be there, as in a pod. */
export function validateHostNetworkPorts(spec: PodSpec, needed: boolean, field: string): Findings {
  if (spec.hostNetwork !== true) return [];
  const text = 'must match `containerPort` when `hostNetwork` is true';
  return spec.containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ containerPort, hostPort = 0 }, portIndex) => {
      if ((!needed && hostPort === 0) || hostPort === containerPort) return [];
      return [fieldError.invalid(`${field}[${index}].ports[${portIndex}].hostPort`, hostPort, text)];
    }),
  );
}

/** The restart policy of a pod. */
export function checkRestartPolicy(field: string, policy: string | undefined): Findings {
  const supported = ['Always', 'OnFailure', 'Never'];
  return policy ? checkOneOf(field, policy, supported) : [fieldError.required(field)];
}
