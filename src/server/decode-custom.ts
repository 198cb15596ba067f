import type { FieldValidation } from '#api/api.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { fieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Body } from '#server/body-source.ts';
import { type DecodedBody, decodeBody } from '#server/decode-body.ts';

/** Makes an object of a custom resource of a request's body. Unlike built-in kinds it must say what it is
 *  (spec: api.md sections 7.1 and 21). */
export function decodeCustomBody(
  body: Body,
  bytes: Buffer,
  resource: ResourceDefinition,
  validation: FieldValidation,
): DecodedBody {
  const { group, version, kind, schema } = resource;
  const { kind: named = '', apiVersion = '' } = body.typeMeta;
  if (named === '') {
    const why = `Object 'Kind' is missing in '${bytes.toString('utf8')}'`;
    throw apiErrors.badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
  }
  const expected = apiVersionOf(resource);
  if (apiVersion !== expected) {
    const why = `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`;
    throw apiErrors.badRequest(why);
  }
  const decoded = decodeBody(body, { group, version, kind: named, schema }, validation, []);
  if (named === kind) return decoded;
  const { name = '' } = (decoded.object as KubeObject).metadata;
  throw apiErrors.invalid({ group, kind: named }, name, [fieldError.invalid('kind', named, `must be ${kind}`)]);
}
