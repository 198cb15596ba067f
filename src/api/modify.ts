import { assertNever } from '#base/assert.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Entry, WriteResult } from '#store/store.ts';
import type { Target } from './api.ts';
import type { ApiCore } from './core.ts';
import { objectKey } from './keys.ts';
import { expiryOf } from './lifetime.ts';
import { ObjectValue, objectOf, withRevision } from './object-value.ts';

/** What is to become of a stored object. */
export type Decision =
  /** Nothing is written. */
  | { readonly do: 'keep' }
  /** `object` takes its place; it carries no resourceVersion yet. */
  | { readonly do: 'put'; readonly object: KubeObject }
  /** It goes; `last` is what the caller is told of it. */
  | { readonly do: 'remove'; readonly last: KubeObject };

export interface Modified {
  readonly object: KubeObject;
  readonly gone: boolean;
}

/** Reads an object, lets `decide` say what becomes of it, and writes that if nobody was faster; otherwise begins again with
 *  what the other one wrote. So `decide` always sees what its decision is applied to (spec: api.md section 23). */
export async function modify(
  core: ApiCore,
  target: Target & { readonly name: string },
  dryRun: boolean,
  decide: (current: KubeObject) => Decision | Promise<Decision>,
): Promise<Modified> {
  const { resource, namespace, name } = target;
  const { objects } = core;
  if (objects.revision < objects.store.revision) await objects.upToDate();
  let current = objects.peek(resource, namespace, name);
  for (;;) {
    if (current === undefined) throw apiErrors.notFound(resource, name);
    const decision = await decide(current);
    if (decision.do === 'keep') return { object: current, gone: false };
    if (dryRun) return dryOutcome(current, decision);
    const result = await write(core, target, current, decision);
    if (result.ok) return outcome(target, decision, result.revision);
    current = result.current && objectOf(resource, result.current);
  }
}

type Writing = Exclude<Decision, { readonly do: 'keep' }>;

/** The value written by each decision, to find the object that the caches share. */
const written = new WeakMap<Writing, ObjectValue>();

function write(
  core: ApiCore,
  { resource, namespace, name }: Target & { readonly name: string },
  current: KubeObject,
  decision: Writing,
): Promise<WriteResult> {
  const key = objectKey(resource, namespace, name);
  const expect = Number(current.metadata.resourceVersion);
  switch (decision.do) {
    case 'put': {
      const value = new ObjectValue(decision.object);
      written.set(decision, value);
      const expiresAt = expiryOf(resource, core.clock.now());
      return core.objects.store.write({
        op: 'put',
        key,
        value,
        expect,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
    }
    case 'remove':
      return core.objects.store.write({ op: 'delete', key, expect });
    default:
      return assertNever(decision);
  }
}

function outcome(target: Target, decision: Writing, revision: number): Modified {
  if (decision.do === 'remove') return { object: decision.last, gone: true };
  const value = written.get(decision);
  const { resource, namespace, name = '' } = target;
  const key = objectKey(resource, namespace, name);
  const entry = { key, value, createRevision: 0, modRevision: revision } as Entry;
  return { object: objectOf(resource, entry), gone: false };
}

/** What would have been: the new content at the stored revision (spec: api.md section 10.3). */
function dryOutcome(current: KubeObject, decision: Writing): Modified {
  if (decision.do === 'remove') return { object: decision.last, gone: true };
  return { object: withRevision(decision.object, Number(current.metadata.resourceVersion)), gone: false };
}
