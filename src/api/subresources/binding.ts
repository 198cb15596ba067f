import type { Millis } from '#base/units.ts';
import { setCondition } from '#kinds/meta/conditions.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { Status } from '#kinds/meta/schema.ts';
import { noTime, timestamp } from '#kinds/meta/time.ts';
import type { Binding, Pod } from '#kinds/pod/schema/pod.ts';
import type { RequestContext, Target, WriteRequest } from '../api.ts';
import type { ApiCore } from '../core.ts';
import { plainError } from '../metadata.ts';
import { modify } from '../modify.ts';
import { sealed } from '../object-value.ts';
import { created } from './success.ts';
import { topologyLabels } from './topology-labels.ts';

/** Texts about bindings name them as if they were a resource. */
const bindings = { group: '', plural: 'pods/binding' };

/** Assigns a pod to a node, once and for all (spec: api.md section 19.2). */
export async function bindPod(
  core: ApiCore,
  _context: RequestContext,
  target: Target & { readonly name: string },
  binding: Binding,
  request: WriteRequest,
): Promise<Status> {
  const { resource, name } = target;
  if (binding.metadata.name !== name) {
    throw apiErrors.badRequest('name in URL does not match name in Binding object');
  }
  const findings = validateTarget(binding);
  if (findings.length > 0) throw plainError(listed(findings));
  const located = withTopology(core, binding);
  await modify(core, target, request.dryRun, (current) => {
    const pod = current as Pod;
    checkIdentity(binding, pod);
    return { do: 'put', object: sealed(resource, bound(pod, located, core.clock.now())) };
  });
  return created();
}

/** Where the node is counts more than what the binding says of it. */
function withTopology(core: ApiCore, binding: Binding): Binding {
  const { kind, name = '' } = binding.target;
  const labels = kind === 'Node' ? topologyLabels(core.objects, name) : undefined;
  if (labels === undefined) return binding;
  return { ...binding, metadata: { ...binding.metadata, labels: { ...binding.metadata.labels, ...labels } } };
}

function validateTarget({ target }: Binding): readonly FieldError[] {
  const { kind = '', name = '' } = target;
  return [
    ...(kind === '' || kind === 'Node' ? [] : [fieldError.notSupported('target.kind', kind, ['Node', '<empty>'])]),
    ...(name === '' ? [fieldError.required('target.name')] : []),
  ];
}

function listed(findings: readonly FieldError[]): string {
  const texts = findings.map(({ field, message }) => `${field}: ${message}`);
  return texts.length === 1 ? String(texts[0]) : `[${texts.join(', ')}]`;
}

/** A uid or resourceVersion in the binding is a condition on the pod. */
function checkIdentity(binding: Binding, pod: Pod): void {
  const { uid, resourceVersion } = binding.metadata;
  const { name } = pod.metadata;
  const refuse = (what: string, asked: string, found: string): void => {
    const why = `Precondition failed: ${what} in precondition: ${asked}, ${what} in object meta: ${found}`;
    if (asked !== '' && asked !== found) throw apiErrors.conflict({ group: '', plural: 'pods' }, name, why);
  };
  refuse('UID', uid ?? '', pod.metadata.uid);
  refuse('ResourceVersion', resourceVersion ?? '', pod.metadata.resourceVersion);
}

function bound(pod: Pod, binding: Binding, now: Millis): Pod {
  const { name, deletionTimestamp, labels, annotations } = pod.metadata;
  const { nodeName = '', schedulingGates = [] } = pod.spec;
  if (deletionTimestamp !== undefined) refuse(name, `pod ${name} is being deleted, cannot be assigned to a host`);
  if (nodeName !== '') refuse(name, `pod ${name} is already assigned to node ${JSON.stringify(nodeName)}`);
  if (schedulingGates.length > 0) refuse(name, `pod ${name} has non-empty .spec.schedulingGates`);

  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: noTime, lastTransitionTime: timestamp(now) };
  const { nominatedNodeName: _nominated, ...status } = pod.status;
  const metadata = {
    ...pod.metadata,
    ...merged('labels', labels, binding.metadata.labels),
    ...merged('annotations', annotations, binding.metadata.annotations),
  };
  const spec = { ...pod.spec, nodeName: binding.target.name ?? '' };
  const conditions = setCondition(status.conditions, scheduled);
  return { ...pod, metadata, spec, status: { ...status, conditions } };
}

function merged<K extends string>(
  key: K,
  present: { readonly [key: string]: string } | undefined,
  added: { readonly [key: string]: string } | undefined,
): { readonly [key in K]?: { readonly [key: string]: string } } {
  if (added === undefined) return {};
  return { [key]: { ...present, ...added } } as { readonly [key in K]: { readonly [key: string]: string } };
}

function refuse(name: string, why: string): never {
  throw apiErrors.conflict(bindings, name, why);
}
