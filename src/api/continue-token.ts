import { posix } from 'node:path';
import { isObject, type Json } from '#base/json.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { jsonWord } from '#schema/decode-context.ts';
import { JsonSyntaxError } from '#schema/json-source.ts';
import { parseJson } from '#schema/json-text.ts';
import type { Revision } from '#store/store.ts';

/** Where the next page of a list begins. */
export interface ContinueToken {
  /** The revision all pages show; undefined when the rest is to be read as it is now. */
  readonly revision: Revision | undefined;
  /** The last key of the page before, without the list's prefix. */
  readonly after: string;
}

const version = 'meta.k8s.io/v1';

/** The token's text, opaque to clients (spec: api.md section 12.2). */
export function encodeContinue(token: ContinueToken): string {
  const body = { v: version, rv: token.revision ?? -1, start: `${token.after}\u0000` };
  return Buffer.from(JSON.stringify(body)).toString('base64url');
}

/** Throws a 400 ApiError for a text that is no token of ours. */
export function decodeContinue(text: string): ContinueToken {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    const at = Math.max(0, text.search(/[^A-Za-z0-9_-]/));
    throw bad(`continue key is not valid: illegal base64 data at input byte ${at}`);
  }
  const body = parsed(Buffer.from(text, 'base64url').toString());
  if (body.v !== version) {
    throw bad(`continue key is not valid: server does not recognize this encoded version ${body.v ?? ''}`);
  }
  const { rv, start } = body;
  if (typeof rv !== 'number' || !Number.isSafeInteger(rv) || rv === 0) {
    throw bad('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  }
  if (typeof start !== 'string' || start === '')
    throw bad('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  const rooted = start.startsWith('/') ? start : `/${start}`;
  if (posix.normalize(rooted) !== rooted || rooted.endsWith('/')) throw bad(`continue key is not valid: ${start}`);
  return { revision: rv < 0 ? undefined : rv, after: start.endsWith('\u0000') ? start.slice(0, -1) : start };
}

function parsed(json: string): { readonly [key: string]: unknown } {
  const body = parsedJson(json) ?? {};
  if (isObject(body)) return body;
  const why = `json: cannot unmarshal ${jsonWord(body)} into Go value of type storage.continueToken`;
  throw bad(`continue key is not valid: ${why}`);
}

function parsedJson(json: string): Json {
  try {
    return parseJson(json);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw bad(`continue key is not valid: ${error.message}`);
    throw error;
  }
}

function bad(why: string): Error {
  return apiErrors.badRequest(`invalid continue token: ${why}`);
}
