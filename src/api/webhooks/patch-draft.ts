import { type Json, type JsonObject, jsonCopy, jsonEqual } from '#base/json.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { parseFieldsV1 } from '#patch/fields/path-element.ts';
import { applyJsonPatch } from '#patch/json-patch.ts';
import { PatchError } from '#patch/patch-error.ts';
import { DecodeError } from '#schema/decode.ts';
import type { Draft } from '#schema/type.ts';
import { WebhookFailure } from './ask.ts';
import type { Shape } from './shape.ts';

export interface WebhookPatch {
  readonly webhook: string;
  readonly patch: string;
  readonly patchType: string;
  readonly shape: Shape;
  warn(text: string): void;
}

/** What became of an object. */
export interface Patched {
  /** Whether it is another now. */
  readonly mutated: boolean;
  /** The operations, if there are any. */
  readonly patch: readonly Json[] | undefined;
}

/** Changes `draft` as a webhook says, its defaults added again. Throws `WebhookFailure` for what is no
 *  patch, and an internal error for one that does not fit. */
export function patchDraft(
  draft: Draft<KubeObject> | undefined,
  { webhook, patch, patchType, shape, warn }: WebhookPatch,
): Patched {
  const operations = operationsOf(webhook, patch);
  if (operations.length === 0) return { mutated: false, patch: undefined };
  if (draft === undefined) {
    const who = `admission webhook ${JSON.stringify(webhook)}`;
    throw apiErrors.internal(`${who} attempted to modify the object, which is not supported for this operation`);
  }
  if (patchType !== 'JSONPatch')
    throw new WebhookFailure(webhook, `unsupported patch type ${JSON.stringify(patchType)}`);
  const shown = jsonCopy(shape.show(draft as KubeObject));
  const next = readPatched(shape, patched(shown, operations), draft);
  if (next.metadata !== undefined) keepManagers(next, draft, warn);
  if (jsonEqual(next, draft)) return { mutated: false, patch: operations };
  replaceContent(draft, next);
  return { mutated: true, patch: operations };
}

function operationsOf(webhook: string, patch: string): readonly Json[] {
  const undecodable = (why: string): never => {
    throw new WebhookFailure(webhook, `received undecodable patch in webhook response: ${why}`);
  };
  let operations: Json;
  try {
    operations = JSON.parse(patch) as Json;
  } catch (error) {
    return undecodable((error as Error).message);
  }
  if (operations === null) return [];
  if (!Array.isArray(operations)) {
    return undecodable(`json: cannot unmarshal ${typeof operations} into Go value of type jsonpatch.Patch`);
  }
  return operations;
}

/** One operation at a time: who wrote the webhook wants to know which one does not fit. */
function patched(shown: Json, operations: readonly Json[]): Json {
  let value = shown;
  for (const operation of operations) {
    try {
      value = applyJsonPatch(value as object, [operation]);
    } catch (error) {
      if (error instanceof PatchError) throw apiErrors.internal(misfit(operation));
      throw error;
    }
  }
  return value;
}

function misfit(operation: Json): string {
  const { op, path } = (operation ?? {}) as { readonly op?: Json; readonly path?: Json };
  const where = String(path ?? '');
  switch (op) {
    case 'add':
    case 'copy':
    case 'move':
      return `${op} operation does not apply: doc is missing path: ${JSON.stringify(where)}: missing value`;
    case 'replace':
      return `replace operation does not apply: doc is missing path: ${where}: missing value`;
    case 'remove':
      return `remove operation does not apply: doc is missing path: ${JSON.stringify(where)}: missing value`;
    case 'test':
      return `testing value ${where} failed: test failed`;
    default:
      return `Unexpected kind: ${String(op ?? 'unknown')}`;
  }
}

function readPatched(shape: Shape, value: Json, draft: Draft<KubeObject>): Draft<KubeObject> {
  try {
    return shape.read(value, draft);
  } catch (error) {
    if (error instanceof DecodeError) throw apiErrors.internal(error.message);
    throw error;
  }
}

/** Who set what, as it was before, if it can no longer be read. */
function keepManagers(next: Draft<KubeObject>, draft: Draft<KubeObject>, warn: (text: string) => void): void {
  const { managedFields = [] } = next.metadata as { readonly managedFields?: readonly JsonObject[] };
  const problems = managedFields.map(entryProblem).filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  next.metadata.managedFields = draft.metadata.managedFields as never;
  warn(
    '.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating ' +
      `admission controller; please fix your requests: ${problems[0]}`,
  );
}

function entryProblem({ operation, apiVersion, fieldsType, fieldsV1 }: JsonObject, index: number): string | undefined {
  if (operation !== 'Apply' && operation !== 'Update') return 'operation must be `Apply` or `Update`';
  if (!apiVersion) return 'apiVersion must not be empty';
  if (!fieldsType) return `missing fieldsType in managed fields entry ${index}`;
  if (fieldsType !== 'FieldsV1') {
    return `invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${index}`;
  }
  const isReadable = parseFieldsV1(fieldsV1 ?? {}) !== undefined;
  return isReadable ? undefined : `error decoding versioned set of managed fields entry ${index}`;
}

function replaceContent(draft: Draft<KubeObject>, next: Draft<KubeObject>): void {
  const open = draft as unknown as { [field: string]: unknown };
  for (const field of Object.keys(open)) delete open[field];
  Object.assign(open, next);
}
