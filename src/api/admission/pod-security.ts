import { jsonEqual } from '#base/json.ts';
import type { CronJob } from '#kinds/cron-job/schema.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import type { Namespace } from '#kinds/namespace/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod, PodTemplateSpec } from '#kinds/pod/schema/pod.ts';
import { containersOf } from '#kinds/pod/security/finding.ts';
import {
  policyOf,
  policyText,
  type SecurityPolicy,
  securityFindings,
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
  const policy = policyOf(labels, 'enforce');
  const findings = securityFindings(policy, pod);
  request.context.audit?.annotate(`${annotationPrefix}enforce-policy`, `${policy.level}:${policy.version}`);
  if (findings.length > 0) throw apiErrors.forbidden(pods, request.name, `violates ${policyText(policy, findings)}`);
  noteViolations(labels, pod, request);
  warn(warnPolicyOf(labels), pod, request);
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
  const policy = policyOf(labels, 'enforce');
  if (old === undefined || policy.level === 'privileged' || jsonEqual(policy, policyOf(before, 'enforce'))) return;
  const texts = violatingPods(objects.all(pods, name).slice(0, existingMax), policy);
  if (texts.length === 0) return;
  const level = `"${policy.level}:${policy.version}"`;
  context.warn(`existing pods in namespace "${name}" violate the new PodSecurity enforce level ${level}`);
  for (const text of texts) context.warn(text);
}

/** Pods that break the same rules share a line, under the name of the first. */
function violatingPods(existing: readonly Pod[], policy: SecurityPolicy): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const pod of existing) {
    const reasons = securityFindings(policy, pod).map(({ reason }) => reason);
    if (reasons.length === 0) continue;
    const text = reasons.join(', ');
    groups.set(text, [...(groups.get(text) ?? []), pod.metadata.name]);
  }
  return [...groups].map(([text, [first, ...others]]) => {
    const more = others.length === 0 ? '' : ` (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
    return `${first}${more}: ${text}`;
  });
}
