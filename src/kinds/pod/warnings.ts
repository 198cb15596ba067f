import type { StringMap } from '#kinds/meta/labels.ts';
import { labelProblems } from '#kinds/meta/names.ts';
import { quantityMilliValue } from '#kinds/meta/quantity.ts';
import type { Container, ContainerPort, EnvVar } from '#kinds/pod/schema/container.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import type { NodeSelectorTerm } from '#kinds/pod/schema/scheduling.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { Volume } from '#kinds/pod/schema/volumes.ts';

type Warnings = readonly string[];

/** What is allowed in a pod or template but probably not meant, or will not work for long (spec: job.md section 4.4).
 *  `root` is the path of the pod or template, "" for a pod. */
export function podWarnings({ metadata, spec }: Pick<PodTemplateSpec, 'metadata' | 'spec'>, root: string): Warnings {
  const prefix = root === '' ? '' : `${root}.`;
  const at = `${prefix}spec`;
  return [
    ...nodeLabelWarnings(spec, at),
    ...annotationWarnings(metadata.annotations, `${prefix}metadata.annotations`),
    ...(spec.volumes ?? []).flatMap((volume, index) => volumeWarnings(volume, `${at}.volumes[${index}]`)),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, index) =>
      name ? [] : [`${at}.imagePullSecrets[${index}].name: invalid empty name ""`],
    ),
    ...(spec.initContainers ?? []).flatMap((one, index) => containerWarnings(one, `${at}.initContainers[${index}]`)),
    ...spec.containers.flatMap((one, index) => containerWarnings(one, `${at}.containers[${index}]`)),
  ];
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

const oldNodeLabels: { readonly [label: string]: string } = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** Labels of nodes by which pods are no longer to be placed. */
export function nodeSelectorWarnings(selector: StringMap | undefined, field: string): Warnings {
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
    ...(affinity?.[preferred] ?? []).flatMap(({ preference }, index) =>
      termWarnings(preference, `${at}.${preferred}[${index}].preference`),
    ),
    ...(spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey }, index) =>
      keyWarnings(topologyKey, `${field}.topologySpreadConstraints[${index}].topologyKey`),
    ),
  ];
}

function termWarnings(term: NodeSelectorTerm, field: string): Warnings {
  return (term.matchExpressions ?? []).flatMap(({ key }, index) =>
    keyWarnings(key, `${field}.matchExpressions[${index}].key`),
  );
}

function keyWarnings(key: string, field: string): Warnings {
  const text = oldNodeLabels[key];
  return text === undefined ? [] : [`${field}: ${key} is ${text}`];
}

function annotationWarnings(annotations: StringMap | undefined, field: string): Warnings {
  return Object.keys(annotations ?? {}).flatMap((key) => {
    if (key.includes('seccomp.security.alpha.kubernetes.io/')) {
      return [`${field}[${key}]: non-functional in v1.27+; use the "seccompProfile" field instead`];
    }
    if (!key.startsWith('container.apparmor.security.beta.kubernetes.io/')) return [];
    return [`${field}[${key}]: deprecated since v1.30; use the "appArmorProfile" field instead`];
  });
}

const oldVolumes: readonly (readonly [keyof Volume, string])[] = [
  ['gitRepo', 'deprecated in v1.11'],
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

function volumeWarnings(volume: Volume, field: string): Warnings {
  const old = oldVolumes.filter(([name]) => volume[name] !== undefined);
  return [
    ...old.map(([name, text]) => `${field}.${name}: ${text}`),
    ...fractionWarnings(volume.emptyDir?.sizeLimit, `${field}.emptyDir.sizeLimit`),
  ];
}

function containerWarnings({ resources, ports = [], env = [] }: Container, field: string): Warnings {
  return [
    ...(['limits', 'requests'] as const).flatMap((list) =>
      ['memory', 'ephemeral-storage'].flatMap((resource) =>
        fractionWarnings(resources[list]?.[resource], `${field}.resources.${list}[${resource}]`),
      ),
    ),
    ...portWarnings(ports, `${field}.ports`),
    ...envWarnings(env, `${field}.env`),
  ];
}

function fractionWarnings(bytes: string | undefined, field: string): Warnings {
  if (bytes === undefined || quantityMilliValue(bytes) % 1000 === 0) return [];
  return [`${field}: fractional byte value ${JSON.stringify(bytes)} is invalid, must be an integer`];
}

function portWarnings(ports: readonly ContainerPort[], field: string): Warnings {
  const keys = ports.map(({ protocol, containerPort, hostIP, hostPort }) =>
    [protocol, containerPort, hostIP, hostPort].join(),
  );
  return keys.flatMap((key, index) => {
    const first = keys.indexOf(key);
    return first < index ? [`${field}[${index}]: duplicate port definition with ${field}[${first}]`] : [];
  });
}

function envWarnings(env: readonly EnvVar[], field: string): Warnings {
  const names = env.map(({ name }) => name);
  return names.flatMap((name, index) => {
    if (names.indexOf(name) === index) return [];
    return [
      `${field}[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
    ];
  });
}
