import type { FieldValidation } from '#api/api.ts';
import { kindMismatch, type NamedKind, versionOf } from '#api/kind-mismatch.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { type ApiError, apiErrors } from '#kinds/meta/errors.ts';
import { DecodeError, type DecodeProblem, strictDecodingText } from '#schema/decode.ts';
import type { ObjectType } from '#schema/type.ts';
import type { Body } from '#server/body-source.ts';

/** What a body is expected to hold. */
export interface Expected {
  readonly group: string;
  readonly version: string;
  /** Versions that are taken as well. */
  readonly olderVersions?: readonly string[];
  readonly kind: string;
  readonly schema: ObjectType;
}

export interface DecodedBody {
  readonly object: object;
  /** Unknown and repeated fields that the client wants to hear about. */
  readonly problems: readonly DecodeProblem[];
}

/** Makes the object that `expected` describes of a request's body (spec: api.md sections 5 and 10.1). Throws the BadRequest
 *  that upstream gives for what does not fit; with `Strict` also for unknown and repeated fields. `resources` are those served:
 *  a kind that none of them has is refused in other words than a wrong one. */
export function decodeBody(
  body: Body,
  expected: Expected,
  validation: FieldValidation,
  resources: readonly ResourceDefinition[],
): DecodedBody {
  const named = namedKind(body, expected);
  if (named.kind !== expected.kind || !isExpectedVersion(named, expected)) {
    throw cannotHandle(named, expected, kindMismatch(resources, named, expected));
  }
  const { value, problems } = decoded(body, expected, named);
  if (validation === 'Strict' && problems.length > 0) {
    throw new StrictError(cannotHandle(named, expected, strictDecodingText(problems)), problems);
  }
  return { object: value, problems: validation === 'Ignore' ? [] : problems };
}

/** A refusal for unknown fields, with the fields: the caller may have advice. */
export class StrictError extends Error {
  override readonly name = 'StrictError';
  readonly answer: ApiError;
  readonly problems: readonly DecodeProblem[];

  constructor(answer: ApiError, problems: readonly DecodeProblem[]) {
    super(answer.message);
    this.answer = answer;
    this.problems = problems;
  }
}

function isExpectedVersion({ apiVersion }: NamedKind, expected: Expected): boolean {
  const { group, version, olderVersions = [] } = expected;
  return [version, ...olderVersions].some((each) => apiVersion === apiVersionOf({ group, version: each }));
}

/** What the body says it is; what it leaves out is as expected. */
function namedKind(body: Body, expected: Expected): NamedKind {
  const named = body.typeMeta;
  const apiVersion = named.apiVersion ?? '';
  const kind = named.kind ?? '';
  return {
    apiVersion: apiVersion === '' ? apiVersionOf(expected) : apiVersion,
    kind: kind === '' ? expected.kind : kind,
  };
}

function decoded(
  body: Body,
  expected: Expected,
  named: NamedKind,
): { readonly value: object; readonly problems: readonly DecodeProblem[] } {
  try {
    const { value, problems } = body.decode(expected.schema);
    return { value: value as object, problems: [...body.problems, ...problems] };
  } catch (error) {
    if (error instanceof DecodeError) throw cannotHandle(named, expected, error.message);
    throw error;
  }
}

function cannotHandle(named: NamedKind, expected: Expected, why: string): ApiError {
  const version = JSON.stringify(versionOf(named.apiVersion));
  return apiErrors.badRequest(`${named.kind} in version ${version} cannot be handled as a ${expected.kind}: ${why}`);
}
