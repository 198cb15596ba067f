import { checkRange, checkRequiredOneOf, checkSubdomain, invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateLabels, validateQualifiedName } from '#kinds/meta/labels.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';
import type { HostAlias, PodSpec } from '#kinds/pod/schema/spec.ts';
import { validateAffinity, validateSpread } from '#kinds/pod/validate/affinity.ts';
import { checkRestartPolicy, validateAllContainers, validateHostNetworkPorts } from '#kinds/pod/validate/containers.ts';
import { validateDns } from '#kinds/pod/validate/dns.ts';
import { validateFileVolumes } from '#kinds/pod/validate/env.ts';
import { validateHostProcess } from '#kinds/pod/validate/host-process.ts';
import { validateOs } from '#kinds/pod/validate/os.ts';
import {
  validateContainerResources,
  validatePodResources,
  validateResourceClaims,
} from '#kinds/pod/validate/resources.ts';
import { validateHostUsers, validatePodSecurityContext } from '#kinds/pod/validate/security.ts';
import { validateGates, validateTolerations } from '#kinds/pod/validate/tolerations.ts';
import { validateVolumes } from '#kinds/pod/validate/volumes.ts';

type Findings = readonly FieldError[];

/** Whose spec it is: a pod's own, with its name and whether it mirrors a pod that its node was given by file, or one in a template.
 *  Some rules hold for pods only. */
export type SpecOwner =
  | { readonly is: 'pod'; readonly name: string; readonly mirrors: boolean }
  | { readonly is: 'template' };

/** Findings on a pod spec, after defaulting, in upstream's order. */
export function validatePodSpec(spec: PodSpec, owner: SpecOwner, field: string): Findings {
  const podName = owner.is === 'pod' ? owner.name : undefined;
  const { usable, errors } = validateVolumes(spec.volumes, podName, `${field}.volumes`);
  const claimNames = (spec.resourceClaims ?? []).map(({ name }) => name).filter((name) => name !== '');
  return [
    ...errors,
    ...validateResourceClaims(spec, owner.is === 'pod' && owner.mirrors, `${field}.resourceClaims`),
    ...validateAllContainers({ spec, volumes: usable, claimNames }, field),
    ...validatePodResources(spec, claimNames, `${field}.resources`),
    ...validateHostNetworkPorts(spec, owner.is === 'pod', `${field}.containers`),
    ...checkRestartPolicy(`${field}.restartPolicy`, spec.restartPolicy),
    ...checkRequiredOneOf(`${field}.dnsPolicy`, spec.dnsPolicy, dnsPolicies),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${field}.securityContext`),
    ...validateAffinity(spec.affinity, `${field}.affinity`),
    ...validateDns(spec, `${field}.dnsConfig`),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType }, index) =>
      validateQualifiedName(conditionType, `${field}.readinessGates[${index}].conditionType`),
    ),
    ...validateGates(spec.schedulingGates, `${field}.schedulingGates`),
    ...validateSpread(spec.topologySpreadConstraints, `${field}.topologySpreadConstraints`),
    ...validateHostProcess(spec, field),
    ...validateHostUsers(spec, field),
    ...validateHostnameOverride(spec, `${field}.hostnameOverride`),
    ...validateNames(spec, field),
    ...validateTolerations(spec.tolerations, `${field}.tolerations`),
    ...validateHostAliases(spec.hostAliases, `${field}.hostAliases`),
    ...validateClasses(spec, field),
    ...validateFileVolumes(spec, field),
  ];
}

const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'] as const;

function validateNames(spec: PodSpec, field: string): Findings {
  const { hostname, subdomain } = spec;
  return [
    ...checkSubdomain(`${field}.serviceAccountName`, spec.serviceAccountName),
    ...checkSubdomain(`${field}.nodeName`, spec.nodeName),
    ...checkRange(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, 2 ** 31 - 1),
    ...(hostname ? invalidEach(`${field}.hostname`, hostname, labelProblems(hostname)) : []),
    ...(subdomain ? invalidEach(`${field}.subdomain`, subdomain, labelProblems(subdomain)) : []),
  ];
}

/** What the system calls a host is this long at most. */
const hostnameLengthMax = 64;

function validateHostnameOverride(
  { hostnameOverride, hostNetwork, setHostnameAsFQDN }: PodSpec,
  field: string,
): Findings {
  if (hostnameOverride === undefined) return [];
  const forbids = (isSet: boolean | undefined, name: string): Findings =>
    isSet === true ? [fieldError.forbidden(field, `may not be specified when ${name} is true`)] : [];
  return [
    ...forbids(setHostnameAsFQDN, 'setHostnameAsFQDN'),
    ...forbids(hostNetwork, 'hostNetwork'),
    ...(hostnameOverride.length > hostnameLengthMax ? [fieldError.tooLong(field, hostnameLengthMax)] : []),
    ...invalidEach(field, hostnameOverride, subdomainProblems(hostnameOverride)),
  ];
}

function validateHostAliases(aliases: readonly HostAlias[] | undefined, field: string): Findings {
  return (aliases ?? []).flatMap(({ ip, hostnames = [] }, index) => [
    ...invalidEach(`${field}[${index}].ip`, ip, ipProblems(ip)),
    ...hostnames.flatMap((name, at) =>
      invalidEach(`${field}[${index}].hostnames[${at}]`, name, subdomainProblems(name)),
    ),
  ]);
}

function validateClasses(spec: PodSpec, field: string): Findings {
  const { runtimeClassName, preemptionPolicy, overhead } = spec;
  return [
    ...checkSubdomain(`${field}.priorityClassName`, spec.priorityClassName),
    ...(runtimeClassName === undefined
      ? []
      : invalidEach(`${field}.runtimeClassName`, runtimeClassName, subdomainProblems(runtimeClassName))),
    ...(preemptionPolicy === undefined
      ? []
      : checkRequiredOneOf(`${field}.preemptionPolicy`, preemptionPolicy, ['PreemptLowerPriority', 'Never'])),
    ...(overhead === undefined ? [] : validateContainerResources({ limits: overhead }, [], `${field}.overhead`)),
    ...validateOs(spec, field),
  ];
}
