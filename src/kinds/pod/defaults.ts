import { defaultContainer, roundQuantities } from '#kinds/pod/container-defaults.ts';
import { dropDisabledFields } from '#kinds/pod/disabled-fields.ts';
import { containerLimits, containerRequests, isHugePages, podLevelResources } from '#kinds/pod/resources.ts';
import type { Container, ResourceRequirements } from '#kinds/pod/schema/container.ts';
import type { Pod, PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { defaultVolume } from '#kinds/pod/volume-defaults.ts';
import type { Draft } from '#schema/type.ts';

/** Fills in what a pod leaves out. */
export function defaultPod(pod: Draft<Pod>): void {
  const { spec } = pod;
  dropOldAnnotations(pod.metadata);
  defaultPodSpec(spec);
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1;
  spec.enableServiceLinks ??= true;
  for (const container of eachContainer(spec)) defaultRequests(container.resources);
  defaultHugePages(spec);
  defaultPodRequests(spec);
  if (spec.hostNetwork === true) for (const container of eachContainer(spec)) defaultHostPorts(container);
  defaultAddresses(pod);
}

/** Fills in what a template leaves out. Requests, host ports, service links and a time to stop that is less than nothing stay as they
 *  are: only the pod decides them. */
export function defaultPodTemplate(template: Draft<PodTemplateSpec>): void {
  dropOldAnnotations(template.metadata);
  defaultPodSpec(template.spec);
}

function defaultPodSpec(spec: Draft<PodSpec>): void {
  dropDisabledFields(spec);
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  defaultServiceAccount(spec);
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of eachContainer(spec)) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
  for (const variables of [spec.overhead, spec.resources?.limits, spec.resources?.requests]) roundQuantities(variables);
}

/** Init containers stood in annotations once. Nobody reads those any more, and they would only contradict the spec. */
function dropOldAnnotations({ annotations }: { annotations?: { [key: string]: string } }): void {
  if (annotations === undefined) return;
  for (const stage of ['alpha', 'beta']) {
    delete annotations[`pod.${stage}.kubernetes.io/init-containers`];
    delete annotations[`pod.${stage}.kubernetes.io/init-container-statuses`];
  }
}

/** `serviceAccount` is the old name of `serviceAccountName`; both are shown, the new one wins. */
function defaultServiceAccount(spec: Draft<PodSpec>): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}

function eachContainer(spec: Draft<PodSpec>): readonly Draft<Container>[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

/** A limit without a request asks for as much as it allows. */
function defaultRequests(resources: Draft<ResourceRequirements>): void {
  if (resources.limits !== undefined) resources.requests = { ...resources.limits, ...resources.requests };
}

/** A pod that says some of its amounts as a whole is limited to as many huge pages as its containers are together. */
function defaultHugePages(spec: Draft<PodSpec>): void {
  const { resources } = spec;
  if (Object.keys({ ...resources?.limits, ...resources?.requests }).length === 0 || resources === undefined) return;
  const pages = Object.entries(containerLimits(spec)).filter(
    ([resource]) => isHugePages(resource) && resources.requests?.[resource] === undefined,
  );
  const limits = { ...Object.fromEntries(pages), ...resources.limits };
  if (Object.keys(limits).length > 0) resources.limits = limits;
}

/** Limits of the pod as a whole without requests of the pod: what its containers ask for together, else the limit. */
function defaultPodRequests(spec: Draft<PodSpec>): void {
  const { resources } = spec;
  if (Object.keys(resources?.limits ?? {}).length === 0 || resources === undefined) return;
  const limits = Object.entries(resources.limits ?? {}).filter(([resource]) => podLevelResources(resource));
  const asked = Object.entries(containerRequests(spec)).filter(
    ([resource]) => podLevelResources(resource) && !isHugePages(resource),
  );
  const requests = { ...Object.fromEntries(limits), ...Object.fromEntries(asked), ...resources.requests };
  if (Object.keys(requests).length > 0) resources.requests = requests;
}

/** On the node's own network a container's port is the node's. */
function defaultHostPorts(container: Draft<Container>): void {
  for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
}

/** `podIP` is the first of `podIPs`. A writer that knows only the old field gets both. */
function defaultAddresses({ status }: Draft<Pod>): void {
  const first = status.podIPs?.[0]?.ip;
  if (status.podIP === undefined) {
    if (first !== undefined) status.podIP = first;
  } else if (first !== status.podIP) {
    status.podIPs = [{ ip: status.podIP }];
  }
}
