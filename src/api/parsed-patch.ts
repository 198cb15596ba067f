import type { Json } from '#base/json.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { entriesOf, jsonWord } from '#schema/decode-context.ts';
import { JsonSyntaxError, plain } from '#schema/json-source.ts';
import { parseJson, readJson } from '#schema/json-text.ts';
import type { FieldValidation, PatchRequest } from './api.ts';

/** A change given as a JSON value. */
export interface ParsedPatch {
  readonly type: 'json' | 'merge' | 'strategic';
  readonly body: Json;
  /** What is odd about the text of the patch itself, in upstream's words: warned about or refused like unknown fields. */
  readonly problems: readonly string[];
}

/** Reads a patch. Text that is no JSON is a 400 in the words of the decoder that upstream uses for that type of patch. What is odd is
 *  only looked for when somebody wants to know (spec: api.md section 10.1). */
export function parsePatch(
  type: ParsedPatch['type'],
  patch: PatchRequest['patch'],
  validation: FieldValidation,
): ParsedPatch {
  if ('value' in patch) return { type, body: patch.value as Json, problems: [] };
  try {
    if (validation === 'Ignore') return { type, body: parseJson(patch.text), problems: [] };
    const source = readJson(patch.text);
    if (type === 'json') checkOperations(source);
    return { type, body: plain(source) as Json, problems: problemsOf(type, source) };
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw apiErrors.badRequest(brokenText(type, validation, error.message));
    throw error;
  }
}

/** Upstream reads a JSON patch twice, first with a type of its own: whoever asks for nothing to be checked gets past that. */
function checkOperations(source: unknown): void {
  const refused = (value: unknown, into: string): Error =>
    apiErrors.badRequest(`error decoding patch: json: cannot unmarshal ${jsonWord(value)} into Go ${into}`);
  if (source === null) return;
  if (!Array.isArray(source)) throw refused(source, 'value of type []handlers.jsonPatchOp');
  for (const operation of source) {
    const entries = operation === null ? [] : entriesOf(operation);
    if (entries === undefined) throw refused(operation, 'value of type handlers.jsonPatchOp');
    for (const [key, value] of entries) {
      const isText = key === 'op' || key === 'path' || key === 'from';
      if (!isText || value === null || typeof value === 'string') continue;
      throw refused(value, `struct field jsonPatchOp.${key} of type string`);
    }
  }
}

function brokenText(type: ParsedPatch['type'], validation: FieldValidation, message: string): string {
  if (type === 'strategic') return message;
  if (validation !== 'Ignore') return `error decoding patch: ${message}`;
  return type === 'merge' ? 'Invalid JSON Patch' : message;
}

const operationFields: readonly string[] = ['op', 'path', 'from', 'value'];
const problemsMax = 100;

/** Keys that stand twice, and fields that no operation of a JSON patch has. */
function problemsOf(type: ParsedPatch['type'], source: unknown): readonly string[] {
  if (type !== 'json') return repeatedKeys(source, '').slice(0, problemsMax);
  if (!Array.isArray(source)) return [];
  const problems = source.flatMap((operation, index) => operationProblems(operation, `[${index}]`));
  return problems.slice(0, problemsMax).map((problem) => `json patch ${problem}`);
}

function operationProblems(operation: unknown, path: string): readonly string[] {
  const seen = new Set<string>();
  return (entriesOf(operation) ?? []).flatMap(([key, value]) => {
    const at = `${path}.${key}`;
    if (!operationFields.includes(key)) return [`unknown field "${at}"`];
    return [...once(seen, key, at), ...repeatedKeys(value, at)];
  });
}

function repeatedKeys(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => repeatedKeys(item, `${path}[${index}]`));
  const seen = new Set<string>();
  return (entriesOf(value) ?? []).flatMap(([key, inner]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [...once(seen, key, at), ...repeatedKeys(inner, at)];
  });
}

function once(seen: Set<string>, key: string, path: string): readonly string[] {
  if (seen.has(key)) return [`duplicate field "${path}"`];
  seen.add(key);
  return [];
}
