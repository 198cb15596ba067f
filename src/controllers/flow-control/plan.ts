import { jsonEqual } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import { asksAutoUpdate, autoUpdateKey } from '#kinds/flow-schema/auto-update.ts';
import type { FlowSchema, FlowSchemaStatus } from '#kinds/flow-schema/schema.ts';
import { setCondition } from '#kinds/meta/conditions.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { goQuote } from '#kinds/meta/quote.ts';
import { timestamp } from '#kinds/meta/time.ts';

/** An object that every cluster has, and whether its users may change it. */
export interface Initial<S> {
  readonly name: string;
  readonly spec: S;
  readonly isMandatory: boolean;
  /** The part of the spec that is for its users to change nevertheless. */
  readonly users?: keyof S;
}

interface Configured<S> extends KubeObject {
  readonly spec: S;
}

/** What to write; undefined if all is well. Suggested objects keep what their users made of them: the annotation says whether they
 *  did, and without one their generation. */
export function planInitial<S extends object, T extends Configured<S>>(stored: T, initial: Initial<S>): T | undefined {
  const { isMandatory, users } = initial;
  const { metadata } = stored;
  const theirs = users === undefined ? undefined : stored.spec[users];
  const spec = users === undefined || theirs === undefined ? initial.spec : { ...initial.spec, [users]: theirs };
  const isOurs = isMandatory || (asksAutoUpdate(stored) ?? metadata.generation === 1);
  const isMarked = metadata.annotations?.[autoUpdateKey] !== undefined && asksAutoUpdate(stored) === isOurs;
  const isChanged = isOurs && !jsonEqual(stored.spec, spec);
  if (isMarked && !isChanged) return undefined;
  const annotations = { ...metadata.annotations, [autoUpdateKey]: String(isOurs) };
  return { ...stored, metadata: { ...metadata, annotations }, spec: isChanged ? spec : stored.spec };
}

/** The status of a schema that says whether its level is there; the same if it does already. */
export function planStatus({ spec, status }: FlowSchema, isThere: boolean, now: Millis): FlowSchemaStatus {
  const level = `This FlowSchema references the PriorityLevelConfiguration object named ${goQuote(spec.priorityLevelConfiguration.name)}`;
  const { conditions = [] } = status;
  const typed = conditions.map((condition) => ({ type: '', status: '', ...condition }));
  const next = setCondition(typed, {
    type: 'Dangling',
    status: isThere ? 'False' : 'True',
    lastTransitionTime: timestamp(now),
    reason: isThere ? 'Found' : 'NotFound',
    message: isThere ? `${level} and it exists` : `${level} but there is no such object`,
  });
  return next === typed ? status : { ...status, conditions: next };
}
