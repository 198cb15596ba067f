import { jsonEqual } from '#base/json.ts';
import { templateGenerationAnnotation } from '#kinds/daemon-set/labels.ts';
import type { DaemonSet } from '#kinds/daemon-set/schema.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Draft } from '#schema/type.ts';

const int64Max = 2n ** 63n - 1n;

/** A new DaemonSet starts to count at 1, or where its client says. Throws a 400 if that is no number. */
export function startTemplateGeneration(draft: Draft<DaemonSet>): void {
  const given = readGeneration(draft.metadata.annotations?.[templateGenerationAnnotation]);
  setGeneration(draft, given !== undefined && given >= 1n ? given : 1n);
}

/** A change of the template counts; what the client says does not, but must be a number all the same. */
export function countTemplateGeneration(draft: Draft<DaemonSet>, old: DaemonSet): void {
  keepTemplateGeneration(draft, old);
  if (jsonEqual(draft.spec.template, old.spec.template)) return;
  const before = readGeneration(old.metadata.annotations?.[templateGenerationAnnotation]) ?? 0n;
  setGeneration(draft, before + 1n);
}

/** Nothing but a change of the template moves the counter (spec: daemonset.md section 2.2). */
export function keepTemplateGeneration(draft: Draft<DaemonSet>, old: DaemonSet): void {
  readGeneration(draft.metadata.annotations?.[templateGenerationAnnotation]);
  const stored = readGeneration(old.metadata.annotations?.[templateGenerationAnnotation]);
  if (stored !== undefined) setGeneration(draft, stored);
}

/** The count, as text; undefined where nothing has been counted yet. */
export function templateGeneration({ metadata }: DaemonSet): string | undefined {
  return metadata.annotations?.[templateGenerationAnnotation];
}

function setGeneration(draft: Draft<DaemonSet>, value: bigint): void {
  draft.metadata.annotations = { ...draft.metadata.annotations, [templateGenerationAnnotation]: String(value) };
}

/** In upstream's words when it cannot be read (spec: daemonset.md section 2.2). */
function readGeneration(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  if (!/^[-+]?[0-9]+$/.test(text)) throw unreadable(text, 'invalid syntax');
  const value = BigInt(text.replace(/^\+/, ''));
  if (value > int64Max || value < -int64Max - 1n) throw unreadable(text, 'value out of range');
  return value;
}

function unreadable(text: string, why: string): Error {
  const shown = JSON.stringify(text);
  return apiErrors.badRequest(
    `DaemonSet in version "v1" cannot be handled as a DaemonSet: strconv.ParseInt: parsing ${shown}: ${why}`,
  );
}
