import { deepFreeze, isObject } from '#base/json.ts';
import { seededRandom } from '#base/random.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { decode } from '#schema/decode.ts';
import type { Draft } from '#schema/type.ts';

export const uid = '0aaa0000-0000-4000-8000-000000000001';

type Body = { readonly [field: string]: unknown };

/** What the API server would make of `body`: decoded and with defaults, its metadata filled in. */
export function decoded<T extends KubeObject>(definition: ResourceDefinition<T>, body: Body): T {
  return deepFreeze(draft(definition, body)) as T;
}

/** As `decoded`, and prepared for its creation. */
export function created<T extends KubeObject>(definition: ResourceDefinition<T>, body: Body): T {
  const object = draft(definition, body);
  definition.rules.prepareCreate?.(object, { now: 0, random: seededRandom('kinds').stream('test') });
  const frozen = deepFreeze(object) as T;
  return (definition.rules.finishCreate?.(frozen) ?? frozen) as T;
}

function draft<T extends KubeObject>(definition: ResourceDefinition<T>, body: Body): Draft<T> {
  const metadata = isObject(body.metadata) ? body.metadata : {};
  const filledIn = {
    name: 'x',
    uid,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...(definition.namespaced ? { namespace: 'ns' } : {}),
  };
  const { value } = decode(definition.schema, { ...body, metadata: { ...filledIn, ...metadata } });
  const object = value as unknown as Draft<T>;
  definition.rules.defaults?.(object);
  return object;
}

export const container = { name: 'main', image: 'registry.example/tools/runner:2.4' };

/** A new pod of one container, with more in its spec. */
export function newPod(spec: Body = {}, metadata: Body = {}): Pod {
  return created(pods, { metadata, spec: { containers: [container], ...spec } });
}

/** A new pod with one container that has more in it. */
export function podWith(more: Body, spec: Body = {}): Pod {
  return newPod({ containers: [{ ...container, ...more }], ...spec });
}

/** A new Job whose pods never restart, with more in its spec. */
export function newJob(spec: Body = {}, metadata: Body = {}): Job {
  const template = { spec: { restartPolicy: 'Never', containers: [container] } };
  return created(jobs, { metadata: { name: 'j', ...metadata }, spec: { template, ...spec } });
}

/** Findings as clients read them. */
export function lines(errors: readonly FieldError[]): readonly string[] {
  return errors.map(({ field, message }) => `${field}: ${message}`);
}
