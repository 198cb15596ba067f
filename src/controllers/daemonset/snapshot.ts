import type { Json, JsonObject } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import type { PodTemplateSpec } from '#kinds/pod/schema/pod.ts';

/** A template as revisions keep it. */
export interface Snapshot {
  /** A strategic merge patch that brings the template back. Its keys are in order at every level: `kubectl rollout undo`
   *  compares the text with its own. */
  readonly data: JsonObject;
  /** `data` as text. */
  readonly text: string;
}

/** What a revision keeps of a template: a patch that puts it back whole (API field: ControllerRevision.data). */
export function snapshotOf(template: PodTemplateSpec): Snapshot {
  const data = inOrder({ spec: { template: { $patch: 'replace', ...(template as object) } } }) as JsonObject;
  return { data, text: JSON.stringify(data) };
}

/** The short name of a snapshot. Collisions so far lead to another one (spec: daemonset.md section 10.2). */
export function revisionHash({ text }: Snapshot, collisionCount: number | undefined): string {
  const seed = collisionCount === undefined ? text : `${text}#${collisionCount}`;
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(seed)) hash = Math.imul(hash ^ byte, 0x01000193);
  return encoded(hash >>> 0);
}

/** Digits of upstream's hashes, which make no words. */
const digits = '456789bcdf';

function encoded(value: number): string {
  return String(value).replaceAll(/\d/g, (digit) => digits.charAt(Number(digit)));
}

function inOrder(value: unknown): Json {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value as Json;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, inOrder(one)]));
}
