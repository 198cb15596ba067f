import { jsonCopy } from '#base/json.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { type DecodeOptions, type DecodeProblem, decode } from '#schema/decode.ts';
import type { Draft } from '#schema/type.ts';

/** The object a stored text holds, defaults added, without resourceVersion. Defaults apply here too: an object stored before a
 *  default existed shows it (spec: api.md section 10.2). */
export function readStored(definition: ResourceDefinition, text: string): KubeObject {
  const { draft } = draftOf(definition, JSON.parse(text), { stored: true });
  return draft as KubeObject;
}

/** A complete draft of the kind made from any JSON value, which is not touched: pruned, brought to its canonical spelling,
 *  defaulted, kind and apiVersion set. Throws `DecodeError` for a value of the wrong type. */
export function draftOf(
  definition: ResourceDefinition,
  source: unknown,
  options: DecodeOptions = {},
): { readonly draft: Draft<KubeObject>; readonly problems: readonly DecodeProblem[] } {
  const { value, problems } = decode(definition.schema, source, options);
  const draft = value as unknown as Draft<KubeObject>;
  complete(definition, draft);
  return { draft, problems };
}

/** Gives a decoded object the kind's own defaults. */
export function complete(definition: ResourceDefinition, draft: Draft<KubeObject>): void {
  draft.kind = definition.kind;
  draft.apiVersion = apiVersionOf(definition);
  definition.rules.defaults?.(draft);
}

const blanks = new WeakMap<ResourceDefinition, object>();

/** What `status` is before anybody has written it; undefined for kinds without one. */
export function blankStatus(definition: ResourceDefinition): unknown {
  let blank = blanks.get(definition);
  if (blank === undefined) {
    blank = decode(definition.schema, {}).value as object;
    blanks.set(definition, blank);
  }
  return jsonCopy((blank as { readonly status?: unknown }).status);
}
