import { apiVersionOf } from '#kinds/definition.ts';
import type { Api, RequestContext, Target } from '../api.ts';
import { plainError } from '../metadata.ts';

type Verb<Rest extends readonly unknown[], Answer> = (
  context: RequestContext,
  target: Target,
  ...rest: Rest
) => Promise<Answer>;

/** The API, but for requests that only a webhook could answer, which turns objects of one version into another: nobody is called, and
 *  to guess would lose what the other version calls by another name. They fail as they do on a cluster whose webhook cannot be
 *  reached. */
export function convertibleAlone(api: Api): Api {
  const { get, list, watch, create, update, patch, delete: remove, deleteCollection } = api;
  return {
    ...api,
    get: checked(get),
    list: checked(list),
    watch: checked(watch),
    create: checked(create),
    update: checked(update),
    patch: checked(patch),
    delete: checked(remove),
    deleteCollection: checked(deleteCollection),
  };
}

function checked<Rest extends readonly unknown[], Answer>(verb: Verb<Rest, Answer>): Verb<Rest, Answer> {
  return async (context, target, ...rest) => {
    const { custom, view, kind } = target.resource;
    if (custom?.needsWebhook !== true || view === undefined) return verb(context, target, ...rest);
    const asked = apiVersionOf(target.resource);
    throw plainError(
      `conversion webhook for ${asked}, Kind=${kind} failed: webhooks are never called here; ask for ${apiVersionOf(view.of)}, ` +
        'in which these objects are stored',
    );
  };
}
