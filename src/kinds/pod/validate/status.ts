import { checkImmutable, invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { validateQualifiedName } from '#kinds/meta/labels.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import { ipFamily } from '#kinds/meta/texts.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { validateAnnotationChange, validatePodAnnotations } from '#kinds/pod/validate/annotations.ts';
import {
  validateContainerStatuses,
  validateExtendedClaim,
  validateTransitions,
} from '#kinds/pod/validate/container-statuses.ts';

type Findings = readonly FieldError[];

/** Findings on a change of a pod's status (spec: node-agent.md section 3). */
export function validatePodStatusUpdate(pod: Pod, old: Pod): Findings {
  const { metadata, spec, status } = pod;
  return [
    ...validateAnnotationChange(metadata.annotations, old.metadata.annotations, 'metadata.annotations'),
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validateConditions(pod),
    ...validateNomination(pod, old),
    ...checkGeneration('status.observedGeneration', status.observedGeneration),
    ...checkImmutable('status.qosClass', status.qosClass, old.status.qosClass),
    ...validateTransitions(pod, old),
    ...validateClaims(pod),
    ...validateExtendedClaim(status.extendedResourceClaimStatus, spec, 'status.extendedResourceClaimStatus'),
    ...validateAddresses(status.podIPs, old.status.podIPs, 'status.podIPs'),
    ...validateHostAddresses(pod, old),
    ...validateContainerStatuses(pod),
  ];
}

const systemConditions = new Set(['PodScheduled', 'Ready', 'Initialized']);

function validateConditions({ status }: Pod): Findings {
  return (status.conditions ?? []).flatMap(({ type, observedGeneration }, index) => [
    ...checkGeneration(`status.conditions[${index}].observedGeneration`, observedGeneration),
    ...(systemConditions.has(type) ? [] : validateQualifiedName(type, `status.conditions[${index}].Type`)),
  ]);
}

function checkGeneration(field: string, generation: number | undefined): Findings {
  if (generation === undefined || generation >= 0) return [];
  return [fieldError.invalid(field, generation, 'must be a non-negative integer')];
}

function validateNomination({ status }: Pod, old: Pod): Findings {
  const name = status.nominatedNodeName ?? '';
  const field = 'status.nominatedNodeName';
  if (name === '' || name === old.status.nominatedNodeName) return [];
  const text = 'may not be set on pods that are already bound to a node';
  return [
    ...invalidEach(field, name, subdomainProblems(name)),
    ...(old.spec.nodeName ? [fieldError.forbidden(field, text)] : []),
  ];
}

function validateClaims({ spec, status }: Pod): Findings {
  const seen = new Set<string>();
  return (status.resourceClaimStatuses ?? []).flatMap(({ name, resourceClaimName }, index) => {
    const place = `status.resourceClaimStatuses[${index}]`;
    const field = `${place}.name`;
    const known = spec.resourceClaims?.some((claim) => claim.name === name) ?? false;
    const again = seen.has(name);
    seen.add(name);
    return [
      ...(known ? [] : [fieldError.invalid(field, name, 'must match the name of an entry in `spec.resourceClaims`')]),
      ...(again ? [fieldError.duplicate(field, name)] : []),
      ...(resourceClaimName === undefined
        ? []
        : invalidEach(`${place}.resourceClaimName`, resourceClaimName, subdomainProblems(resourceClaimName))),
    ];
  });
}

type Addresses = readonly { readonly ip: string }[] | undefined;

/** One address of each family at most. Those that were there before stay, however they are written. */
function validateAddresses(addresses: Addresses, old: Addresses, field: string): Findings {
  const list = addresses ?? [];
  const known = new Set((old ?? []).map(({ ip }) => ip));
  return [
    ...list.flatMap(({ ip }, index) => (known.has(ip) ? [] : invalidEach(`${field}[${index}]`, ip, ipProblems(ip)))),
    ...(list.length > 1 ? validateFamilies(list, field) : []),
  ];
}

function validateFamilies(list: readonly { readonly ip: string }[], field: string): Findings {
  const families = list.map(({ ip }) => ipFamily(ip));
  const bad = families.indexOf(undefined);
  const isPair = bad < 0 && list.length === 2 && families[0] !== families[1];
  const text = 'may specify no more than one IP for each IP family';
  return [
    ...(bad < 0
      ? []
      : [
          fieldError.internal(
            field,
            `failed to check for dual stack with error:invalid IP[${bad}]: ${list[bad]?.ip ?? ''}`,
          ),
        ]),
    ...(isPair
      ? []
      : [
          fieldError.invalid(
            field,
            list.map(({ ip }) => ({ IP: ip })),
            text,
          ),
        ]),
  ];
}

function validateHostAddresses({ status }: Pod, old: Pod): Findings {
  const first = status.hostIPs?.[0];
  if (first === undefined) return [];
  const field = 'status.hostIPs';
  const text = 'must be equal to `hostIP`';
  return [
    ...(first.ip === (status.hostIP ?? '') ? [] : [fieldError.invalid(`${field}[0].ip`, first.ip, text)]),
    ...validateAddresses(status.hostIPs, old.status.hostIPs, field),
  ];
}
