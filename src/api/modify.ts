import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Entry, Revision } from '#store/store.ts';
import type { Target } from './api.ts';
import type { ApiCore } from './core.ts';
import { objectKey } from './keys.ts';
import { expiryOf } from './lifetime.ts';
import { objectAt, objectOf, storedValue, withRevision } from './object-value.ts';

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
    const key = objectKey(resource, namespace, name);
    const attempt = await (decision.do === 'put'
      ? replace(core, resource, key, current, decision.object)
      : remove(core, key, current, decision.last));
    if ('object' in attempt) return attempt;
    current = attempt.found && objectOf(resource, attempt.found);
  }
}

/** What came of one attempt: done, or somebody else was faster and left `found`. */
type Attempt = Modified | { readonly found: Entry | undefined };

async function replace(
  core: ApiCore,
  resource: ResourceDefinition,
  key: string,
  current: KubeObject,
  object: KubeObject,
): Promise<Attempt> {
  const value = storedValue(resource, object);
  const expiresAt = expiryOf(resource, core.clock.now());
  const lifetime = expiresAt === undefined ? {} : { expiresAt };
  const expect = revisionOf(current);
  const result = await core.objects.store.write({ op: 'put', key, value, expect, ...lifetime });
  if (!result.ok) return { found: result.current };
  return { object: objectAt(resource, value, result.revision), gone: false };
}

async function remove(core: ApiCore, key: string, current: KubeObject, last: KubeObject): Promise<Attempt> {
  const result = await core.objects.store.write({ op: 'delete', key, expect: revisionOf(current) });
  return result.ok ? { object: last, gone: true } : { found: result.current };
}

function revisionOf(object: KubeObject): Revision {
  return Number(object.metadata.resourceVersion);
}

/** What would have been: the new content at the stored revision (spec: api.md section 10.3). */
function dryOutcome(current: KubeObject, decision: Exclude<Decision, { readonly do: 'keep' }>): Modified {
  if (decision.do === 'remove') return { object: decision.last, gone: true };
  return { object: withRevision(decision.object, revisionOf(current)), gone: false };
}
