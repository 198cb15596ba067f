import type { Millis } from '#base/units.ts';
import type { CustomResourceDefinition } from '#kinds/custom-resource-definition/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { foregroundFinalizer, orphanFinalizer } from '#kinds/meta/finalizers.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { DeleteOptions } from '#kinds/meta/schema.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { cleanupFinalizer, withCondition } from './custom/status.ts';
import { specFinalizers } from './update.ts';

/** What a delete makes of an object. */
export type Deletion =
  /** Nothing new: it is being deleted already. */
  | { readonly outcome: 'pending' }
  /** It stays for now, marked as `object`. */
  | { readonly outcome: 'marked'; readonly object: KubeObject }
  /** It is marked as `object` first, then removed. */
  | { readonly outcome: 'marked-and-removed'; readonly object: KubeObject }
  | { readonly outcome: 'removed' };

/** Decides what a delete makes of `current`: grace, finalizers and propagation policy together
 *  (spec: api.md sections 11.2 and 11.4; nodes-and-scheduling.md section 6). */
export function planDeletion(
  definition: ResourceDefinition,
  current: KubeObject,
  options: DeleteOptions,
  now: Millis,
): Deletion {
  if (definition.kind === 'Namespace' && definition.group === '')
    return planNamespaceDeletion(definition, current, options, now);
  const isFirst = current.metadata.deletionTimestamp === undefined;
  if (definition.kind === 'CustomResourceDefinition' && definition.group === 'apiextensions.k8s.io' && isFirst)
    return { outcome: 'marked', object: markedDefinition(current as CustomResourceDefinition, now) };
  const grace = gracefully(definition, current, options, now);
  if (grace.is === 'pending') return { outcome: 'pending' };
  const finalizers = finalizersAfter(definition, current, options);
  const held = finalizers.length > 0;
  if (grace.is === 'none') {
    return held
      ? { outcome: 'marked', object: markedNow(withFinalizers(current, finalizers), now) }
      : { outcome: 'removed' };
  }
  const object = withFinalizers(grace.object, finalizers);
  return held || grace.seconds > 0 ? { outcome: 'marked', object } : { outcome: 'marked-and-removed', object };
}

/** A namespace is marked first and goes when its content has gone (spec: nodes-and-scheduling.md section 10). */
function planNamespaceDeletion(
  definition: ResourceDefinition,
  current: KubeObject,
  options: DeleteOptions,
  now: Millis,
): Deletion {
  if (current.metadata.deletionTimestamp === undefined) {
    const finalizers = finalizersAfter(definition, current, options);
    const { metadata, ...rest } = withFinalizers(current, finalizers) as KubeObject & { readonly status?: object };
    const marked = { ...metadata, deletionTimestamp: timestamp(now) };
    return {
      outcome: 'marked',
      object: { ...rest, metadata: marked, status: { ...rest.status, phase: 'Terminating' } } as KubeObject,
    };
  }
  if (specFinalizers(current).length > 0 || (current.metadata.finalizers ?? []).length > 0)
    return { outcome: 'pending' };
  return { outcome: 'removed' };
}

/** A definition stays until its objects are gone, whatever the policy (spec: api.md section 21). */
function markedDefinition(current: CustomResourceDefinition, now: Millis): KubeObject {
  const { metadata, status } = current;
  const { finalizers = [] } = metadata;
  const pending = {
    status: 'True',
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  const held = finalizers.includes(cleanupFinalizer) ? finalizers : [...finalizers, cleanupFinalizer];
  return {
    ...current,
    metadata: { ...metadata, deletionTimestamp: timestamp(now), finalizers: held },
    status: { ...status, conditions: withCondition(status.conditions, 'Terminating', pending, now) },
  } as KubeObject;
}

type Grace =
  | { readonly is: 'none' }
  | { readonly is: 'pending' }
  | { readonly is: 'given'; readonly seconds: number; readonly object: KubeObject };

/** The time that a kind with graceful deletion gives an object; a later delete may only shorten it. */
function gracefully({ rules }: ResourceDefinition, current: KubeObject, options: DeleteOptions, now: Millis): Grace {
  if (rules.deletionGrace === undefined) return { is: 'none' };
  const asked = options.gracePeriodSeconds;
  const wish = asked === undefined ? undefined : asked < 0 ? 1 : asked;
  const { deletionTimestamp, deletionGracePeriodSeconds: left = 0, generation = 0 } = current.metadata;
  if (deletionTimestamp === undefined) {
    const seconds = rules.deletionGrace(current, wish);
    const counted = generation > 0 ? { generation: generation + 1 } : {};
    return { is: 'given', seconds, object: marked(current, now + seconds * 1000, seconds, counted) };
  }
  if (left === 0) return { is: 'none' };
  if (wish === undefined || wish >= left) return { is: 'pending' };
  const deadline = Date.parse(deletionTimestamp) + (wish - left) * 1000;
  return { is: 'given', seconds: wish, object: marked(current, deadline, wish, {}) };
}

function marked(
  object: KubeObject,
  deadline: Millis,
  seconds: number,
  more: { readonly generation?: number },
): KubeObject {
  const deletion = { deletionTimestamp: timestamp(deadline), deletionGracePeriodSeconds: seconds };
  return { ...object, metadata: { ...object.metadata, ...more, ...deletion } };
}

/** Marks an object without grace that finalizers hold back. */
function markedNow(object: KubeObject, now: Millis): KubeObject {
  const { deletionTimestamp, generation = 0 } = object.metadata;
  if (deletionTimestamp === undefined)
    return marked(object, now, 0, generation > 0 ? { generation: generation + 1 } : {});
  return marked(object, Math.min(now, Date.parse(deletionTimestamp)), 0, {});
}

/** The finalizers that the propagation policy leaves or adds. */
function finalizersAfter(
  definition: ResourceDefinition,
  current: KubeObject,
  options: DeleteOptions,
): readonly string[] {
  const present = current.metadata.finalizers ?? [];
  if (definition.rules.hasNoDependents) return present;
  const policy = propagationOf(definition, present, options);
  const wanted = policy === 'Orphan' ? [orphanFinalizer] : policy === 'Foreground' ? [foregroundFinalizer] : [];
  const others = present.filter((finalizer) => finalizer !== orphanFinalizer && finalizer !== foregroundFinalizer);
  const unchanged = present.length === others.length + wanted.length && wanted.every((one) => present.includes(one));
  return unchanged ? present : [...others, ...wanted];
}

/** What the request says, else what an earlier delete has said, else the kind's way. */
function propagationOf(definition: ResourceDefinition, present: readonly string[], options: DeleteOptions): string {
  if (options.orphanDependents !== undefined) return options.orphanDependents ? 'Orphan' : 'Background';
  if (options.propagationPolicy !== undefined) return options.propagationPolicy;
  if (present.includes(orphanFinalizer)) return 'Orphan';
  if (present.includes(foregroundFinalizer)) return 'Foreground';
  return definition.rules.defaultPropagation;
}

function withFinalizers(object: KubeObject, finalizers: readonly string[]): KubeObject {
  if (finalizers === object.metadata.finalizers) return object;
  const { finalizers: _old, ...metadata } = object.metadata;
  return { ...object, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } };
}
