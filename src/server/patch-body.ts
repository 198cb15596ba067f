import type { PatchRequest } from '#api/api.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { ApiError } from '#kinds/meta/errors.ts';
import { unsupportedBody } from '#server/body-source.ts';
import { parseMediaType } from '#server/media-type.ts';

const types: { readonly [contentType: string]: PatchRequest['type'] } = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

const customTypes = ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml'];

/** Which patch the Content-Type names (spec: api.md section 8); anything else is an UnsupportedMediaType. Nothing is known of custom
 *  resources that a strategic merge patch could go by. */
export function patchType(contentType: string | undefined, resource: ResourceDefinition): PatchRequest['type'] {
  const type = types[parseMediaType(contentType ?? '').type];
  if (resource.custom !== undefined) {
    if (type === undefined || type === 'strategic') throw unsupportedBody(customTypes);
    return type;
  }
  if (type !== undefined) return type;
  const message = '415: Unsupported Media Type';
  throw new ApiError({ code: 415, reason: 'UnsupportedMediaType', message, details: {} });
}
