import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { type Selector, selectorOf } from '#kinds/meta/selector.ts';
import type { MutatingWebhook, ValidatingWebhook } from '#kinds/webhook-configuration/schema.ts';
import type { ObjectStore } from '../object-store.ts';

/** What both kinds of webhooks say; only those that change objects say when they are asked again. */
export type Webhook = ValidatingWebhook & Pick<MutatingWebhook, 'reinvocationPolicy'>;

/** One webhook of a configuration. */
export interface Hook {
  /** Tells it from all others, also of the same name. */
  readonly id: string;
  readonly configuration: string;
  /** Where it stands among all of its kind. */
  readonly index: number;
  readonly webhook: Webhook;
  readonly namespaceSelector: Selector;
  readonly objectSelector: Selector;
}

interface Configuration extends KubeObject {
  readonly webhooks?: readonly Webhook[];
}

const none: readonly Hook[] = [];

/** The webhooks of all configurations of one kind as they are stored now, by the names of the configurations and in their order. Made
 *  anew after a change; while there is no configuration, asking costs next to nothing. */
export function hooksOf(objects: ObjectStore, definition: ResourceDefinition<never>): () => readonly Hook[] {
  const general = definition as unknown as ResourceDefinition<Configuration>;
  const { cache } = objects.of(general);
  let made: { readonly at: number; readonly hooks: readonly Hook[] } | undefined;
  return () => {
    if (cache.size === 0) return none;
    if (made?.at !== cache.changedAt) made = { at: cache.changedAt, hooks: listed(objects.all(general)) };
    return made.hooks;
  };
}

function listed(configurations: readonly Configuration[]): readonly Hook[] {
  const hooks: Hook[] = [];
  for (const { metadata, webhooks = [] } of configurations) {
    const seen = new Map<string, number>();
    for (const webhook of webhooks) {
      const times = seen.get(webhook.name) ?? 0;
      seen.set(webhook.name, times + 1);
      hooks.push({
        id: `${metadata.name}/${webhook.name}/${times}`,
        configuration: metadata.name,
        index: hooks.length,
        webhook,
        namespaceSelector: selectorOf(webhook.namespaceSelector),
        objectSelector: selectorOf(webhook.objectSelector),
      });
    }
  }
  return hooks;
}
