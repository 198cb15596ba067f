import type { Status } from '#kinds/meta/schema.ts';

/** What a subresource answers that made nothing one could read back. */
export function created(): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}
