import { jsonEqual } from '#base/json.ts';
import { ipWarnings } from '#kinds/meta/cidr.ts';
import { labelValueProblems, type StringMap } from '#kinds/meta/labels.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import { quantityMilliValue } from '#kinds/meta/quantity.ts';
import { goQuote } from '#kinds/meta/quote.ts';
import { appArmorContainer, appArmorProfileOf, seccompContainer, seccompPod } from '#kinds/pod/old-annotations.ts';
import { overlappingPathWarnings } from '#kinds/pod/path-warnings.ts';
import { portWarnings } from '#kinds/pod/port-warnings.ts';
import type { Container, EnvVar } from '#kinds/pod/schema/container.ts';
import type { Pod, PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import type { NodeSelectorTerm } from '#kinds/pod/schema/scheduling.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { Volume } from '#kinds/pod/schema/volumes.ts';

type Warnings = readonly string[];

/** What is allowed in a pod or template but probably not meant, or will not work for long (spec: job.md section 4.4), in the order in
 *  which upstream tells it. `root` is the path of the pod or template, "" for a pod. */
export function podWarnings({ metadata, spec }: Pick<PodTemplateSpec, 'metadata' | 'spec'>, root: string): Warnings {
  const prefix = root === '' ? '' : `${root}.`;
  const at = `${prefix}spec`;
  const annotations = metadata.annotations ?? {};
  const annotated = `${prefix}metadata.annotations`;
  const containers = placedContainers(spec, at);
  const ports = containers.flatMap(({ container, field }) =>
    (container.ports ?? []).map((port, index) => ({ port, field: `${field}.ports[${index}]` })),
  );
  const volumes = spec.volumes ?? [];
  return [
    ...nodeLabelWarnings(spec, at),
    ...oldAnnotationWarnings(annotations, annotated),
    ...volumes.flatMap((volume, index) => volumeWarnings(volume, `${at}.volumes[${index}]`)),
    ...volumes.flatMap(overlappingPathWarnings),
    ...listWarnings(spec, at),
    ...resourceList.flatMap((name) => fractionWarnings(spec.overhead?.[name], `${at}.overhead[${name}]`)),
    ...seccompWarnings(spec.securityContext, annotations, `${annotated}[${seccompPod}]`, seccompPod),
    ...containers.flatMap((placed) =>
      containerWarnings(placed, spec, annotations, annotated, root === '' ? 'pod' : 'template'),
    ),
    ...portWarnings(ports),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...podAffinityWarnings(spec, at),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((ip, index) =>
      ipWarnings(ip, `${at}.dnsConfig.nameservers[${index}]`),
    ),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, index) => ipWarnings(ip, `${at}.hostAliases[${index}].ip`)),
  ];
}

interface PlacedContainer {
  readonly container: Container;
  readonly field: string;
}

function placedContainers(spec: PodSpec, at: string): readonly PlacedContainer[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((container, index) => ({ container, field: `${at}.${list}[${index}]` })),
  );
}

/** A name that becomes part of the names of pods, and of their hosts, is best a DNS label. */
export function nameWarnings(name: string): readonly string[] {
  const problems = labelProblems(name);
  if (problems.length === 0) return [];
  return [
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; ' +
      `a DNS label is recommended: [${problems.join(' ')}]`,
  ];
}

/** What is odd about the addresses that a pod's status tells of. */
export function podStatusWarnings({ status: { podIPs = [], hostIPs = [] } }: Pod): Warnings {
  return [
    ...podIPs.flatMap(({ ip }, index) => ipWarnings(ip, `status.podIPs[${index}].ip`)),
    ...hostIPs.flatMap(({ ip }, index) => ipWarnings(ip, `status.hostIPs[${index}].ip`)),
  ];
}

/** The name of a pod is its host's too. */
export function hostnameWarnings(name: string): readonly string[] {
  const problems = labelProblems(name);
  if (problems.length === 0) return [];
  return [
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; " +
      `a DNS label is recommended: [${problems.join(' ')}]`,
  ];
}

const oldNodeLabels: { readonly [label: string]: string } = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

/** What there is to say of a label that nodes no longer carry, if it is one. */
export function oldNodeLabelTexts(key: string): readonly string[] {
  const text = oldNodeLabels[key];
  return text === undefined ? [] : [text];
}

/** Labels of nodes by which pods are no longer to be placed. */
function nodeSelectorWarnings(selector: StringMap | undefined, field: string): Warnings {
  return Object.keys(selector ?? {}).flatMap((key) => {
    const text = oldNodeLabels[key];
    return text === undefined ? [] : [`${field}[${key}]: ${text}`];
  });
}

function nodeLabelWarnings(spec: PodSpec, field: string): Warnings {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const affinity = spec.affinity?.nodeAffinity;
  const at = `${field}.affinity.nodeAffinity`;
  return [
    ...nodeSelectorWarnings(spec.nodeSelector, `${field}.nodeSelector`),
    ...(affinity?.[required]?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      termWarnings(term, `${at}.${required}.nodeSelectorTerms[${index}]`),
    ),
    ...(affinity?.[preferred] ?? []).flatMap(({ preference }, index) => [
      ...termWarnings(preference, `${at}.${preferred}[${index}].preference`),
      ...valueWarnings(preference, `${at}.${preferred}[${index}].preference`),
    ]),
    ...(spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, index) => [
      ...keyWarnings(topologyKey, `${field}.topologySpreadConstraints[${index}].topologyKey`),
      ...selectorWarnings(labelSelector, `${field}.topologySpreadConstraints[${index}].labelSelector`),
    ]),
  ];
}

function selectorWarnings(selector: object | undefined, field: string): Warnings {
  return selector === undefined ? [`${field}: a null labelSelector results in matching no pod`] : [];
}

/** Wishes about nodes may name values that no label can have; demands may not. */
function valueWarnings(term: NodeSelectorTerm, field: string): Warnings {
  return (term.matchExpressions ?? []).flatMap(({ values = [] }, index) =>
    values.flatMap((value, at) =>
      labelValueProblems(value).map(
        (problem) => `${field}.matchExpressions[${index}].values[${at}]: ${value} is invalid, ${problem}`,
      ),
    ),
  );
}

/** Old node labels in what nodes must fit. */
export function termWarnings(term: NodeSelectorTerm, field: string): Warnings {
  return (term.matchExpressions ?? []).flatMap(({ key }, index) =>
    keyWarnings(key, `${field}.matchExpressions[${index}].key`),
  );
}

function keyWarnings(key: string, field: string): Warnings {
  const text = oldNodeLabels[key];
  return text === undefined ? [] : [`${field}: ${key} is ${text}`];
}

const oldAnnotations: { readonly [annotation: string]: string } = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

function oldAnnotationWarnings(annotations: StringMap, field: string): Warnings {
  return Object.entries(oldAnnotations).flatMap(([key, text]) =>
    Object.hasOwn(annotations, key) ? [`${field}[${key}]: ${text}`] : [],
  );
}

function seccompWarnings(
  context: { readonly seccompProfile?: object } | undefined,
  annotations: StringMap,
  field: string,
  key: string,
): Warnings {
  if (context?.seccompProfile !== undefined || !Object.hasOwn(annotations, key)) return [];
  return [`${field}: non-functional in v1.27+; use the "seccompProfile" field instead`];
}

const oldVolumes: readonly (readonly [keyof Volume, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

/** Where upstream's warnings name a source otherwise than the API does. */
const spelled: { readonly [name: string]: string } = { storageos: 'storageOS' };

function volumeWarnings(volume: Volume, field: string): Warnings {
  const claim = volume.ephemeral?.volumeClaimTemplate?.spec;
  return [...oldSourceWarnings(volume, field), ...claimWarnings(claim, `${field}.ephemeral.volumeClaimTemplate.spec`)];
}

/** Storage that is no longer to be used, or no longer works. */
export function oldSourceWarnings(source: object, field: string): Warnings {
  return oldVolumes.flatMap(([name, text]) =>
    Object.hasOwn(source, name) ? [`${field}.${spelled[name] ?? name}: ${text}`] : [],
  );
}

/** Claims ask for whole bytes. */
export function claimWarnings(spec: ClaimSpec | undefined, field: string): Warnings {
  return (['requests', 'limits'] as const).flatMap((list) =>
    fractionWarnings(spec?.resources?.[list]?.storage, `${field}.resources.${list}[storage]`),
  );
}

interface ClaimSpec {
  readonly resources?: { readonly requests?: StringMap; readonly limits?: StringMap };
}

function listWarnings({ hostAliases = [], imagePullSecrets = [] }: PodSpec, field: string): Warnings {
  const ips = hostAliases.map(({ ip }) => ip);
  const names = imagePullSecrets.map(({ name }) => name ?? '');
  return [
    ...repeats(ips).map((index) => `${field}.hostAliases[${index}].ip: duplicate ip ${goQuote(ips[index] ?? '')}`),
    ...repeats(names).map(
      (index) => `${field}.imagePullSecrets[${index}].name: duplicate name ${goQuote(names[index] ?? '')}`,
    ),
    ...names.flatMap((name, index) =>
      name === '' ? [`${field}.imagePullSecrets[${index}].name: invalid empty name ""`] : [],
    ),
  ];
}

/** Where a text stands that stood before. */
function repeats(texts: readonly string[]): readonly number[] {
  const seen = new Set<string>();
  return texts.flatMap((text, index) => {
    if (seen.has(text)) return [index];
    seen.add(text);
    return [];
  });
}

const resourceList = ['memory', 'ephemeral-storage'] as const;

function containerWarnings(
  { container, field }: PlacedContainer,
  spec: PodSpec,
  annotations: StringMap,
  annotated: string,
  of: 'pod' | 'template',
): Warnings {
  const { name, securityContext, resources, env = [] } = container;
  const seccomp = `${seccompContainer}${name}`;
  const appArmor = `${appArmorContainer}${name}`;
  return [
    ...seccompWarnings(securityContext, annotations, `${annotated}[${seccomp}]`, seccomp),
    ...(of === 'template' && securityContext?.appArmorProfile === undefined
      ? appArmorWarnings(annotations[appArmor], spec, `${annotated}[${appArmor}]`)
      : []),
    ...resourceList.flatMap((resource) =>
      (['limits', 'requests'] as const).flatMap((list) =>
        fractionWarnings(resources[list]?.[resource], `${field}.resources.${list}[${resource}]`),
      ),
    ),
    ...envWarnings(env, `${field}.env`),
  ];
}

/** Of a pod's own annotations `oldProfileWarnings` tells. */
function appArmorWarnings(annotation: string | undefined, { securityContext }: PodSpec, field: string): Warnings {
  if (annotation === undefined) return [];
  const profile = securityContext?.appArmorProfile;
  if (profile !== undefined && jsonEqual(profile, appArmorProfileOf(annotation))) return [];
  return [`${field}: deprecated since v1.30; use the "appArmorProfile" field instead`];
}

function fractionWarnings(bytes: string | undefined, field: string): Warnings {
  if (bytes === undefined || quantityMilliValue(bytes) % 1000 === 0) return [];
  return [`${field}: fractional byte value ${goQuote(bytes)} is invalid, must be an integer`];
}

/** A variable may be set again from its own former value; anything else loses that value. */
function envWarnings(env: readonly EnvVar[], field: string): Warnings {
  return repeats(env.map(({ name }) => name)).flatMap((index) => {
    const { name = '', value = '', valueFrom } = env[index] ?? {};
    const former = `$(${name})`;
    if (valueFrom === undefined && value !== former && value.includes(former)) return [];
    return [`${field}[${index}]: hides previous definition of ${goQuote(name)}, which may be dropped when using apply`];
  });
}

function podAffinityWarnings({ affinity }: PodSpec, field: string): Warnings {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((kind) => {
    const at = `${field}.affinity.${kind}`;
    return [
      ...(affinity?.[kind]?.[required] ?? []).flatMap(({ labelSelector }, index) =>
        selectorWarnings(labelSelector, `${at}.${required}[${index}].labelSelector`),
      ),
      ...(affinity?.[kind]?.[preferred] ?? []).flatMap(({ podAffinityTerm }, index) =>
        selectorWarnings(podAffinityTerm.labelSelector, `${at}.${preferred}[${index}].podAffinityTerm.labelSelector`),
      ),
    ];
  });
}
