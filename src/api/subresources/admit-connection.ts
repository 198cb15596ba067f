import type { KubeObject } from '#kinds/meta/object.ts';
import type { Draft } from '#schema/type.ts';
import type { RequestContext, Target } from '../api.ts';
import type { ApiCore } from '../core.ts';

/** Asks admission whether a connection may be made, and with which options: what it makes of them is the answer. */
export async function admitConnection<Options extends object>(
  core: ApiCore,
  context: RequestContext,
  { resource, subresource, namespace, name = '' }: Target,
  options: Options,
): Promise<Options> {
  const draft = { ...options } as unknown as Draft<KubeObject>;
  const operation = 'CONNECT';
  const about = { context, operation, resource, subresource, namespace, name, dryRun: false, old: undefined } as const;
  await core.admission.admit(draft, about);
  await core.admission.validate(draft as KubeObject, about);
  return draft as unknown as Options;
}
