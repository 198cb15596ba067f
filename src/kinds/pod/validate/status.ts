import { checkImmutable, invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { ipFamily } from '#kinds/meta/texts.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ContainerStatus } from '#kinds/pod/schema/status.ts';
import { validateAnnotationChange, validatePodAnnotations } from '#kinds/pod/validate/annotations.ts';

type Findings = readonly FieldError[];

/** Findings on a change of a pod's status (spec: node-agent.md section 3). */
export function validatePodStatusUpdate(pod: Pod, old: Pod): Findings {
  const { metadata, spec, status } = pod;
  return [
    ...validateAnnotationChange(metadata.annotations, old.metadata.annotations, 'metadata.annotations'),
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validateConditions(pod),
    ...validateNomination(pod, old),
    ...checkImmutable('status.qosClass', status.qosClass, old.status.qosClass),
    ...validateTransitions(pod, old),
    ...validateClaims(pod),
    ...validateAddresses(status.podIPs, 'status.podIPs'),
    ...validateHostAddresses(pod),
  ];
}

const systemConditions = new Set(['PodScheduled', 'Ready', 'Initialized']);

function validateConditions({ status }: Pod): Findings {
  return (status.conditions ?? []).flatMap(({ type }, index) =>
    systemConditions.has(type) ? [] : validateQualifiedName(type, `status.conditions[${index}].Type`),
  );
}

function validateNomination({ spec, status }: Pod, old: Pod): Findings {
  const name = status.nominatedNodeName ?? '';
  const field = 'status.nominatedNodeName';
  if (name === '' || name === old.status.nominatedNodeName) return [];
  if (spec.nodeName) return [fieldError.forbidden(field, 'may not be set on pods that are already bound to a node')];
  return invalidEach(field, name, subdomainProblems(name));
}

/** A container that has ended for good stays ended: Jobs count on it. */
function validateTransitions({ status }: Pod, old: Pod): Findings {
  const { spec } = old;
  const restartsAll = [...spec.containers, ...(spec.initContainers ?? [])].some(({ restartPolicyRules }) =>
    restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers'),
  );
  if (restartsAll) return [];
  return [
    ...validateStates(status.containerStatuses, old.status.containerStatuses, 'status.containerStatuses', (ended) =>
      mayRestart(spec.containers, spec.restartPolicy, ended),
    ),
    ...validateStates(
      status.initContainerStatuses,
      old.status.initContainerStatuses,
      'status.initContainerStatuses',
      (ended) => mayRestart(spec.initContainers, spec.restartPolicy, ended),
    ),
    ...validateStates(
      status.ephemeralContainerStatuses,
      old.status.ephemeralContainerStatuses,
      'status.ephemeralContainerStatuses',
      () => false,
    ),
  ];
}

/** Whether a container that ended is to run again, by its own rules or its pod's. */
function mayRestart(
  containers: readonly Container[] | undefined,
  podPolicy: string | undefined,
  { name, state }: ContainerStatus,
): boolean {
  const container = containers?.find((one) => one.name === name);
  const exitCode = state.terminated?.exitCode ?? 0;
  const ruled = container?.restartPolicyRules?.some(({ exitCodes }) => {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    return exitCodes?.operator === 'NotIn' ? !listed : listed;
  });
  const policy = container?.restartPolicy ?? podPolicy;
  return ruled === true || policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

function validateStates(
  statuses: readonly ContainerStatus[] | undefined,
  old: readonly ContainerStatus[] | undefined,
  field: string,
  restarts: (ended: ContainerStatus) => boolean,
): Findings {
  return (old ?? []).flatMap((before, index) => {
    if (before.state.terminated === undefined || restarts(before)) return [];
    const revived = (statuses ?? []).some(({ name, state }) => name === before.name && state.terminated === undefined);
    if (!revived) return [];
    return [fieldError.forbidden(`${field}[${index}].state`, 'may not be transitioned to non-terminated state')];
  });
}

function validateClaims({ spec, status }: Pod): Findings {
  const seen = new Set<string>();
  return (status.resourceClaimStatuses ?? []).flatMap(({ name }, index) => {
    const field = `status.resourceClaimStatuses[${index}].name`;
    const known = spec.resourceClaims?.some((claim) => claim.name === name) ?? false;
    const again = seen.has(name);
    seen.add(name);
    return [
      ...(known ? [] : [fieldError.invalid(field, name, 'must match the name of an entry in `spec.resourceClaims`')]),
      ...(again ? [fieldError.duplicate(field, name)] : []),
    ];
  });
}

type Addresses = readonly { readonly ip: string }[] | undefined;

/** One address of each family at most. */
function validateAddresses(addresses: Addresses, field: string): Findings {
  const list = addresses ?? [];
  const families = list.map(({ ip }) => ipFamily(ip));
  const twoOfAKind = list.length > 2 || (list.length === 2 && families[0] === families[1]);
  const seen = new Set<string>();
  return [
    ...list.flatMap(({ ip }, index) => invalidEach(`${field}[${index}]`, ip, ipProblems(ip))),
    ...(twoOfAKind ? [fieldError.invalid(field, list, 'may specify no more than one IP for each IP family')] : []),
    ...list.flatMap((address, index) => {
      const again = seen.has(address.ip);
      seen.add(address.ip);
      return again ? [fieldError.duplicate(`${field}[${index}]`, address)] : [];
    }),
  ];
}

function validateHostAddresses({ status }: Pod): Findings {
  const first = status.hostIPs?.[0];
  if (first === undefined) return [];
  const field = 'status.hostIPs';
  return [
    ...(first.ip === status.hostIP
      ? []
      : [fieldError.invalid(`${field}[0].ip`, first.ip, 'must be equal to `hostIP`')]),
    ...validateAddresses(status.hostIPs, field),
  ];
}
