import { type Json, jsonCopy } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { decode } from '#schema/decode.ts';
import type { Draft } from '#schema/type.ts';
import { draftOf } from '../decoding.ts';
import { scaleOf, withReplicas } from '../subresources/scale.ts';

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** In which form objects of a request are shown to somebody, and read back. */
export interface Shape {
  readonly kind: GroupVersionKind;
  show(object: KubeObject): Json;
  /** What `draft` is to hold when what was shown of it has become `value`. Throws `DecodeError`. */
  read(value: Json, draft: Draft<KubeObject>): Draft<KubeObject>;
}

/** The form that objects of `asked`, or what is posted to one of its subresources, have in the version `as` of the same resource. */
export function shapeOf(asked: ResourceDefinition, as: ResourceDefinition, subresource: string | undefined): Shape {
  const { group, version, kind } = as;
  const below = as.subresources.find(({ name }) => name === subresource);
  if (below === undefined || below.kind === kind) return objectShape(asked, as);
  const named = { group: below.group ?? group, version: below.version ?? version, kind: below.kind };
  if (subresource === 'scale') {
    return {
      kind: named,
      show: (object) => scaleOf(asked, object) as unknown as Json,
      read: (value, draft) => withReplicas(asked, draft, value),
    };
  }
  const apiVersion = named.group === '' ? named.version : `${named.group}/${named.version}`;
  const { schema } = below;
  return {
    kind: named,
    show: (body) => ({ ...(body as unknown as { [key: string]: Json }), kind: named.kind, apiVersion }),
    // What connections are made with comes from their address: it has no body, and so no schema.
    read: (value) => (schema === undefined ? value : decode(schema, value).value) as unknown as Draft<KubeObject>,
  };
}

function objectShape(asked: ResourceDefinition, as: ResourceDefinition): Shape {
  const { group, version, kind } = as;
  return {
    kind: { group, version, kind },
    show: (object) => converted(object, asked, as) as unknown as Json,
    read: (value) => jsonCopy(converted(draftOf(as, value).draft as KubeObject, as, asked)) as Draft<KubeObject>,
  };
}

/** An object of one version of a resource in another. */
function converted(object: KubeObject, from: ResourceDefinition, to: ResourceDefinition): KubeObject {
  if (from === to) return object;
  const stored = from.view === undefined ? object : from.view.store(object);
  return to.view === undefined ? stored : to.view.show(stored);
}
