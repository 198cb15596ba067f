import type { PodOrder } from '#controllers/job/plan.ts';
import { failureCount, ignoredFailureCount } from '#controllers/job/pod-facts.ts';
import { verdictOn } from '#controllers/job/pod-failure-policy.ts';
import { jobs } from '#kinds/job/job.ts';
import {
  completionIndexKey,
  indexFailureCountKey,
  indexIgnoredFailureCountKey,
  jobTrackingFinalizer,
} from '#kinds/job/labels.ts';
import type { Job } from '#kinds/job/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import { ownerReference } from '#kinds/meta/owners.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { podFromTemplate } from '#reconcile/pod-control.ts';

/** With the random suffix a name stays a DNS label. */
const prefixLengthMax = 58;
const indexVariable = 'JOB_COMPLETION_INDEX';

/** The pod that `order` asks for (spec: job.md sections 1, 6.11 and 6.12). */
export function newPod(job: Job, order: PodOrder): New<Pod> {
  const pod = podFromTemplate(job.spec.template, job.metadata.namespace, ownerReference(job, jobs));
  const finalizers = [...new Set([...(pod.metadata.finalizers ?? []), jobTrackingFinalizer])];
  if (order.index === undefined) return { ...pod, metadata: { ...pod.metadata, finalizers } };
  const text = String(order.index);
  const annotations = { ...pod.metadata.annotations, [completionIndexKey]: text, ...failureAnnotations(job, order) };
  return {
    metadata: {
      ...pod.metadata,
      generateName: indexedPrefix(job.metadata.name, order.index),
      labels: { ...pod.metadata.labels, [completionIndexKey]: text },
      annotations,
      finalizers,
    },
    spec: {
      ...pod.spec,
      hostname: `${job.metadata.name}-${text}`,
      containers: pod.spec.containers.map(withIndexVariable),
      ...(pod.spec.initContainers && { initContainers: pod.spec.initContainers.map(withIndexVariable) }),
    },
  };
}

function indexedPrefix(name: string, index: number): string {
  const end = `-${index}-`;
  return `${name.slice(0, prefixLengthMax - end.length)}${end}`;
}

function withIndexVariable(container: Container): Container {
  if (container.env?.some(({ name }) => name === indexVariable)) return container;
  const fieldRef = { fieldPath: `metadata.labels['${completionIndexKey}']` };
  return { ...container, env: [...(container.env ?? []), { name: indexVariable, valueFrom: { fieldRef } }] };
}

/** How often the index failed before, carried from pod to pod. */
function failureAnnotations(job: Job, { replaces }: PodOrder): { readonly [key: string]: string } {
  if (job.spec.backoffLimitPerIndex === undefined) return {};
  if (replaces === undefined) return { [indexFailureCountKey]: '0' };
  const wasIgnored = verdictOn(replaces, job.spec.podFailurePolicy).action === 'ignore';
  const counted = failureCount(replaces) + (wasIgnored ? 0 : 1);
  const ignored = ignoredFailureCount(replaces) + (wasIgnored ? 1 : 0);
  return {
    [indexFailureCountKey]: String(counted),
    ...(ignored > 0 ? { [indexIgnoredFailureCountKey]: String(ignored) } : {}),
  };
}
