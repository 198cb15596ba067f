import { goJson, isObject, type Json } from '#base/json.ts';
import { Annotated } from '#kinds/horizontal-pod-autoscaler/annotated-schema.ts';
import type { StringMap } from '#kinds/meta/labels.ts';

import { DecodeError, decode } from '#schema/decode.ts';
import type { Type } from '#schema/type.ts';

const prefix = 'autoscaling.alpha.kubernetes.io/';

/** Those that hold what autoscaling/v1 has no fields for: of what is wanted, and of how it is doing. */
export const wantedNotes = ['metrics', 'behavior'] as const;
export const statusNotes = ['current-metrics', 'conditions'] as const;

type Note = (typeof wantedNotes | typeof statusNotes)[number];

const allKeys = [...wantedNotes, ...statusNotes, 'scale-down-tolerance', 'scale-up-tolerance'].map(keyOf);

function keyOf(note: string): string {
  return `${prefix}${note}`;
}

/** `annotations` without those that carry parts of the object; undefined if nothing else is there. */
export function plainAnnotations(annotations: StringMap | undefined): StringMap | undefined {
  if (annotations === undefined || !allKeys.some((key) => annotations[key] !== undefined)) return annotations;
  const others = Object.entries(annotations).filter(([key]) => !allKeys.includes(key));
  return others.length === 0 ? undefined : Object.fromEntries(others);
}

/** `annotations` with `notes` in them, as texts, instead of those they hold already. */
export function withNotes(
  annotations: StringMap | undefined,
  notes: readonly (readonly [note: Note, text: string])[],
): StringMap | undefined {
  const others = plainAnnotations(annotations);
  if (notes.length === 0) return others;
  return { ...others, ...Object.fromEntries(notes.map(([note, text]) => [keyOf(note), text])) };
}

/** The texts of some of the notes, where they are there. */
export function notesOf(
  annotations: StringMap | undefined,
  names: readonly Note[],
): readonly (readonly [note: Note, text: string])[] {
  return names.flatMap((name) => {
    const text = annotations?.[keyOf(name)];
    return text === undefined ? [] : [[name, text] as const];
  });
}

/** What a note says; undefined without one, or if it cannot be read: then it says nothing, as upstream has it. */
export function readNote<N extends Note>(annotations: StringMap | undefined, note: N): Annotated[N] | undefined {
  const text = annotations?.[keyOf(note)];
  if (text === undefined) return undefined;
  try {
    const source = spelled({ [note]: JSON.parse(text) as Json }, Annotated);
    return (decode(Annotated, source).value as Annotated)[note];
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** `value` with the names of its fields as `type` spells them: Go reads them whatever their case. */
function spelled(value: Json, type: Type): Json {
  if (type.is === 'list' && Array.isArray(value)) return value.map((item) => spelled(item, type.item));
  if (type.is !== 'object' || value === null || !isObject(value)) return value;
  const names = new Map(Object.keys(type.fields).map((name) => [name.toLowerCase(), name]));
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => {
    const name = names.get(key.toLowerCase()) ?? key;
    const field = type.fields[name];
    return [name, field === undefined || inner === undefined ? (inner ?? null) : spelled(inner, field.type)];
  });
  return Object.fromEntries(entries);
}

/** `value` as Go writes it down. */
export function noteText(value: object): string {
  return goJson(value);
}

const rulesOrder = ['stabilizationWindowSeconds', 'selectPolicy', 'policies', 'tolerance'];

/** A behavior as its annotation has it: Go writes down a structure of its own there, with capital letters and with what is not set. */
export function behaviorText(behavior: Annotated['behavior']): string {
  const { scaleUp, scaleDown } = behavior;
  const rules = (one: typeof scaleUp): Json =>
    one === undefined ? null : capital(rulesOrder.map((name) => [name, (one as { [name: string]: Json })[name]]));
  return goJson({ ScaleUp: rules(scaleUp), ScaleDown: rules(scaleDown) });
}

function capital(entries: readonly (readonly [string, Json | undefined])[]): Json {
  return Object.fromEntries(
    entries.map(([name, value]) => [`${name.charAt(0).toUpperCase()}${name.slice(1)}`, inside(value ?? null)]),
  );
}

function inside(value: Json): Json {
  if (Array.isArray(value)) return value.map(inside);
  return value !== null && isObject(value) ? capital(Object.entries(value)) : value;
}
