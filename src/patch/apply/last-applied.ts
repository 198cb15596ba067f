import { goJson, isObject, type Json, type JsonObject } from '#base/json.ts';
import { typeProblems } from '#patch/apply/validate.ts';
import { compareObjects } from '#patch/fields/compare.ts';
import { difference, type FieldSet, noFields } from '#patch/fields/field-set.ts';
import { nodeOfType, type StructNode, trackedNodeOf } from '#patch/fields/node.ts';
import { fieldsOf } from '#patch/fields/of-value.ts';
import { get } from '#patch/tree.ts';
import type { ObjectType } from '#schema/type.ts';

/** Where `kubectl apply` without server-side apply keeps the configuration it last applied. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';
/** The manager whose applies take such configurations over (spec: api.md section 9.6). */
export const kubectlManager = 'kubectl';

const annotationsSizeMax = 256 * 1024;

/** The fields that `kubectl apply` set on the client's side and nobody changed since: its server-side apply may take them
 *  from anyone without a conflict. */
export function fieldsLastApplied(type: ObjectType, live: object, apiVersion: string): FieldSet {
  const config = parsed(get(annotationsOf(live), lastAppliedAnnotation));
  if (config === undefined || get(config, 'apiVersion') !== apiVersion) return noFields;
  if (typeProblems(nodeOfType(type) as StructNode, config).length > 0) return noFields;
  const node = trackedNodeOf(type);
  const { changed, removed } = compareObjects(node, config, live);
  return difference(difference(fieldsOf(node, config), changed), removed);
}

/** `object` with the annotation renewed from `config`, if it has one; without it if annotations would grow too large. */
export function withLastApplied(object: JsonObject, config: JsonObject): JsonObject {
  const annotations = annotationsOf(object);
  if (!get(annotations, lastAppliedAnnotation)) return object;
  const { [lastAppliedAnnotation]: _, ...others } = annotations;
  const text = goLine(withoutAnnotation(config));
  const renewed = { ...others, [lastAppliedAnnotation]: text };
  const metadata = object.metadata as JsonObject;
  return { ...object, metadata: { ...metadata, annotations: sizeOf(renewed) > annotationsSizeMax ? others : renewed } };
}

function annotationsOf(object: object): JsonObject {
  const metadata = (object as JsonObject).metadata;
  const annotations = metadata && isObject(metadata) ? metadata.annotations : undefined;
  return annotations && isObject(annotations) ? annotations : {};
}

function withoutAnnotation(config: JsonObject): JsonObject {
  const { [lastAppliedAnnotation]: last, ...annotations } = annotationsOf(config);
  if (last === undefined) return config;
  return { ...config, metadata: { ...(config.metadata as JsonObject), annotations } };
}

function sizeOf(annotations: JsonObject): number {
  const bytes = (text: string) => Buffer.byteLength(text);
  return Object.entries(annotations).reduce((sum, [key, value]) => sum + bytes(key) + bytes(String(value)), 0);
}

/** As kubectl writes it: with sorted keys, and a newline at the end. It compares such texts. */
function goLine(value: JsonObject): string {
  return `${goJson(sorted(value))}\n`;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || !isObject(value)) return value;
  const entries = Object.keys(value).sort();
  return Object.fromEntries(entries.map((key) => [key, sorted(value[key] as Json)]));
}

function parsed(text: Json | undefined): JsonObject | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return value !== null && isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
