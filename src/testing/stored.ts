import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { decode } from '#schema/decode.ts';
import type { Draft } from '#schema/type.ts';

/** What a test has to say of an object: any part of it, at any depth. */
export type Partially<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Partially<T[K]> }
    : T;

/** An object as the API server would hand it out: pruned and defaulted by its kind, with the metadata that the server
 *  fills in unless given (uid `<name>-uid`, namespace `default`). It is not validated. */
export function stored<T extends KubeObject>(resource: ResourceDefinition<T>, given: Partially<T>): T {
  const meta = given.metadata ?? {};
  const name = meta.name ?? 'test';
  const metadata = {
    name,
    ...(resource.namespaced ? { namespace: 'default' } : {}),
    uid: `${name}-uid`,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...meta,
  };
  const source = { kind: resource.kind, apiVersion: apiVersionOf(resource), ...given, metadata };
  const draft = decode(resource.schema, source).value as Draft<T>;
  resource.rules.defaults?.(draft);
  return draft as T;
}
