import { jsonEqual } from '#base/json.ts';
import type { CronJob } from '#kinds/cron-job/schema.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod, PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import { containersOf } from '#kinds/pod/security/finding.ts';
import {
  isNoStricter,
  policyOf,
  policyText,
  type SecurityPolicy,
  securityFindings,
  shownPolicy,
  validatePolicyLabels,
  warnPolicyOf,
} from '#kinds/pod/security/level.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin, AdmissionRequest } from './chain.ts';

/** How many pods of a namespace are looked at when its level is raised. */
const existingMax = 3_000;

/** Holds pods to the security level of their namespace, and warns of workloads whose pods would not keep it
 *  (spec: api.md section 18.1). */
export function podSecurity(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'PodSecurity',
    handles: ({ group, kind }, subresource, operation) => {
      if (operation === 'DELETE') return false;
      if (group === '' && kind === 'Pod') return subresource === undefined || subresource === 'ephemeralcontainers';
      if (subresource !== undefined) return false;
      return (group === '' && kind === 'Namespace') || templateFinder(group, kind) !== undefined;
    },
    validate: (object, request) => {
      const { group, kind } = request.resource;
      if (kind === 'Namespace') return judgeNamespace(objects, object as Namespace, request);
      const labels = objects.peek(namespaces, undefined, request.namespace ?? '')?.metadata.labels;
      if (labels === undefined) return;
      const find = templateFinder(group, kind);
      if (find === undefined) judgePod(object as Pod, labels, request);
      else judgeTemplate(find(object), labels, request);
    },
  };
}

const annotationPrefix = 'pod-security.kubernetes.io/';

type Template = Pick<PodTemplateSpec, 'metadata' | 'spec'>;
type Labels = { readonly [key: string]: string };

/** Where an object of this kind holds the template of its pods. */
function templateFinder(group: string, kind: string): ((object: KubeObject) => Template | undefined) | undefined {
  if (group === 'batch' && kind === 'CronJob') return (object) => (object as CronJob).spec.jobTemplate.spec.template;
  if (group === '' && kind === 'PodTemplate') {
    return (object) => (object as unknown as { readonly template: Template }).template;
  }
  if (!controllers[group]?.includes(kind)) return undefined;
  return (object) => (object as unknown as { readonly spec: { readonly template?: Template } }).spec.template;
}

/** Kinds with the template of their pods in their spec, by group. */
const controllers: { readonly [group: string]: readonly string[] } = {
  '': ['ReplicationController'],
  apps: ['DaemonSet', 'Deployment', 'ReplicaSet', 'StatefulSet'],
  batch: ['Job'],
};

function judgePod(pod: Pod, labels: Labels, request: AdmissionRequest): void {
  if (request.old !== undefined && !isSignificant(pod, request.old as Pod)) return;
  const { audit } = request.context;
  const policy = policyOf(labels, 'enforce');
  const isFree = isPrivileged(labels);
  audit?.annotate(`${annotationPrefix}enforce-policy`, isFree ? 'privileged:latest' : shownPolicy(policy));
  if (isFree) return;
  const findings = securityFindings(policy, pod);
  noteViolations(labels, pod, request);
  if (findings.length > 0) throw apiErrors.forbidden(pods, request.name, `violates ${policyText(policy, findings)}`);
  warn(warnPolicyOf(labels), pod, request);
}

/** Whether nothing is asked in any mode. */
function isPrivileged(labels: Labels): boolean {
  const policies = [policyOf(labels, 'enforce'), policyOf(labels, 'audit'), warnPolicyOf(labels)];
  return policies.every(({ level }) => level === 'privileged');
}

/** Nothing is refused before there are pods. */
function judgeTemplate(template: Template | undefined, labels: Labels, request: AdmissionRequest): void {
  if (template === undefined) return;
  noteViolations(labels, template, request);
  warn(warnPolicyOf(labels), template, request);
}

/** Whether an update changed what runs: only then is a pod judged again. */
function isSignificant(pod: Pod, old: Pod): boolean {
  const running = ({ spec }: Pod) => containersOf(spec).map(({ name, image }) => ({ name, image }));
  return !jsonEqual(running(pod), running(old));
}

/** What the namespace's audit level would refuse is only written down. */
function noteViolations(labels: Labels, template: Template, { context }: AdmissionRequest): void {
  if (context.audit === undefined) return;
  const policy = policyOf(labels, 'audit');
  const findings = securityFindings(policy, template);
  if (findings.length === 0) return;
  context.audit.annotate(`${annotationPrefix}audit-violations`, `would violate ${policyText(policy, findings)}`);
}

function warn(policy: SecurityPolicy, template: Template, { context }: AdmissionRequest): void {
  const findings = securityFindings(policy, template);
  if (findings.length > 0) context.warn(`would violate ${policyText(policy, findings)}`);
}

function judgeNamespace(objects: ObjectStore, namespace: Namespace, { context, old, name }: AdmissionRequest): void {
  const { labels } = namespace.metadata;
  const errors = validatePolicyLabels(labels);
  const before = old?.metadata.labels;
  // Labels that are no good already do not stand in the way of other changes.
  if (errors.length > 0 && !jsonEqual(errors, old && validatePolicyLabels(before))) {
    throw apiErrors.invalid(namespaces, name, errors);
  }
  if (old === undefined) return;
  const policy = policyOf(labels, 'enforce');
  const former = policyOf(before, 'enforce');
  if (policy.level === 'privileged' || (policy.version === former.version && isNoStricter(policy, former))) return;
  for (const text of existingViolations(objects.all(pods, name), name, policy)) context.warn(text);
}

/** What to say of the pods that a namespace has already when its level is raised. */
function existingViolations(existing: readonly Pod[], namespace: string, policy: SecurityPolicy): readonly string[] {
  const judged = mostTelling(existing).slice(0, existingMax);
  const texts = violatingPods(judged, policy);
  const shortened = `new PodSecurity enforce level only checked against the first ${judged.length} of ${existing.length} existing pods`;
  const raised = `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${shownPolicy(policy)}"`;
  return [...(judged.length < existing.length ? [shortened] : []), ...(texts.length > 0 ? [raised] : []), ...texts];
}

/** One pod of each controller before the others, which will be like it. */
function mostTelling(existing: readonly Pod[]): readonly Pod[] {
  const known = new Set<string>();
  const alike: Pod[] = [];
  const telling = existing.filter((pod) => {
    const owner = controllerOf(pod)?.uid;
    if (owner === undefined || !known.has(owner)) {
      if (owner !== undefined) known.add(owner);
      return true;
    }
    alike.push(pod);
    return false;
  });
  return [...telling, ...alike];
}

/** Pods that break the same rules share a line, under the name that is first by its letters. */
function violatingPods(existing: readonly Pod[], policy: SecurityPolicy): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const pod of existing) {
    const reasons = securityFindings(policy, pod).map(({ reason }) => reason);
    if (reasons.length === 0) continue;
    const text = reasons.join(', ');
    groups.set(text, [...(groups.get(text) ?? []), pod.metadata.name]);
  }
  const texts = [...groups].map(([text, names]) => {
    const [first, ...others] = names.toSorted();
    const more = others.length === 0 ? '' : ` (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
    return `${first}${more}: ${text}`;
  });
  return texts.toSorted();
}
