import { DecodeContext, type DecodeProblem } from '#schema/decode-context.ts';
import { decoderOf } from '#schema/decode-object.ts';
import { byPath } from '#schema/problem-order.ts';
import type { Draft, Fields, Infer, ObjectType } from '#schema/type.ts';

export { DecodeError, type DecodeProblem } from '#schema/decode-context.ts';

export interface DecodeOptions {
  /** Whether the schema's own defaults are filled in; they are unless this says false. */
  readonly defaults?: boolean;
  /** Whether `source` was stored, maybe when a custom resource had another schema: embedded metadata that does not fit is then
   *  left out, rather than refused. */
  readonly stored?: boolean;
}

export interface Decoded<T> {
  /** A new object, sharing nothing with the source. */
  readonly value: T;
  /** Unknown and repeated fields, in the order of the source, or of their paths in a custom resource; at most 100. */
  readonly problems: readonly DecodeProblem[];
}

/** Makes a canonical object of the `type` from what a client sent: the result of `readJson` or `readYaml`, or a JavaScript literal.
 *  Unknown fields are left out and reported, nulls count as absent, quantities, times and base64 are brought to their one spelling,
 *  and fields that must always be written are there (spec: api.md sections 2.3, 10.1 and 10.2).
 *  Throws `DecodeError` with Go's wording when a value cannot be what the schema says. */
export function decode<F extends Fields>(
  type: ObjectType<F>,
  source: unknown,
  options: DecodeOptions = {},
): Decoded<Draft<Infer<ObjectType<F>>>> {
  const context = new DecodeContext(options.defaults ?? true, options.stored);
  const value = decoderOf(type).decodeValue(source, context, undefined, '');
  if (context.mismatch !== undefined) throw context.mismatch;
  return {
    value: (value ?? decoderOf(type).empty(context)) as Draft<Infer<ObjectType<F>>>,
    problems: type.custom === undefined ? context.problems : byPath(context.problems),
  };
}

/** What a strict reader is told about `problems` (spec: api.md section 10.1); callers put "… cannot be handled as a …: " before it. */
export function strictDecodingText(problems: readonly DecodeProblem[]): string {
  const yaml = problems.filter(({ is }) => is === 'yaml').map(({ text }) => `\n  ${text}`);
  const others = problems.filter(({ is }) => is !== 'yaml').map(({ text }) => text);
  const all = yaml.length === 0 ? others : [`yaml: unmarshal errors:${yaml.join('')}`, ...others];
  return `strict decoding error: ${all.join(', ')}`;
}
