import type { PatchRequest } from '#api/api.ts';
import { ApiError } from '#kinds/meta/errors.ts';
import { parseMediaType } from '#server/media-type.ts';

const types: { readonly [contentType: string]: PatchRequest['type'] } = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** Which patch the Content-Type names (spec: api.md section 8); anything else is an UnsupportedMediaType. */
export function patchType(contentType: string | undefined): PatchRequest['type'] {
  const type = types[parseMediaType(contentType ?? '').type];
  if (type !== undefined) return type;
  const message = '415: Unsupported Media Type';
  throw new ApiError({ code: 415, reason: 'UnsupportedMediaType', message, details: {} });
}
