import { jsonCopy, jsonEqual } from '#base/json.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { mutatingWebhookConfigurations } from '#kinds/webhook-configuration/webhook-configurations.ts';
import type { Draft } from '#schema/type.ts';
import type { AdmissionPlugin, AdmissionRequest, AdmissionRounds } from '../admission/chain.ts';
import { askWebhook, WebhookFailure, type WebhookParts } from './ask.ts';
import type { Invocation } from './asked.ts';
import { isJudged } from './exempt.ts';
import { type Hook, hooksOf } from './hooks.ts';
import { invocationOf } from './invocation.ts';
import { type Patched, patchDraft } from './patch-draft.ts';

const notes = 'mutation.webhook.admission.k8s.io/';

/** What is remembered from one time through the plug-ins for the next. */
interface Memory {
  /** Those that want to hear of changes by others. */
  readonly asked: Set<string>;
  /** Those of them that are to be asked again, as something changed. */
  readonly due: Set<string>;
  /** What the webhooks made of the object. */
  outcome: unknown;
}

/** Asks those outside who complete objects, one after the other, by the names of their configurations
 *  (admissionregistration.k8s.io/v1 MutatingWebhookConfiguration). Those who want to are asked again when others have changed the object
 *  after them. */
export function mutatingWebhooks(parts: WebhookParts): AdmissionPlugin {
  const hooks = hooksOf(parts.objects, mutatingWebhookConfigurations as never);
  const memories = new WeakMap<AdmissionRounds, Memory>();
  return {
    name: 'MutatingAdmissionWebhook',
    handles: isJudged,
    admit: (draft, request, rounds) => {
      const all = hooks();
      if (all.length === 0) return;
      const memory = memories.get(rounds) ?? { asked: new Set(), due: new Set(), outcome: undefined };
      memories.set(rounds, memory);
      return new Round(parts, request, rounds, memory).ask(all, draft);
    },
    // Deletes complete nothing: they come by here only.
    validate: (_object, request) => {
      const all = request.operation === 'DELETE' ? hooks() : [];
      if (all.length === 0) return;
      const memory: Memory = { asked: new Set(), due: new Set(), outcome: undefined };
      return new Round(parts, request, { again: false, wanted: false }, memory).ask(all, undefined);
    },
  };
}

/** One time through all webhooks. */
class Round {
  private readonly parts: WebhookParts;
  private readonly request: AdmissionRequest;
  private readonly rounds: AdmissionRounds;
  private readonly memory: Memory;

  constructor(parts: WebhookParts, request: AdmissionRequest, rounds: AdmissionRounds, memory: Memory) {
    this.parts = parts;
    this.request = request;
    this.rounds = rounds;
    this.memory = memory;
  }

  async ask(hooks: readonly Hook[], draft: Draft<KubeObject> | undefined): Promise<void> {
    const { parts, request, rounds, memory } = this;
    if (rounds.again && !jsonEqual(memory.outcome, draft)) this.changed();
    for (const hook of hooks) {
      const invocation = await invocationOf(parts, hook, { request, object: draft as KubeObject | undefined });
      if (invocation === undefined || (rounds.again && !memory.due.has(hook.id))) continue;
      const changed = await this.askOne(invocation, draft);
      if (changed) {
        this.changed();
        rounds.wanted = true;
      }
      if (hook.webhook.reinvocationPolicy === 'IfNeeded') memory.asked.add(hook.id);
    }
    if (rounds.wanted) memory.outcome = jsonCopy(draft);
  }

  /** Whoever wants to hear of it is due. */
  private changed(): void {
    const { asked, due } = this.memory;
    for (const id of asked) due.add(id);
    asked.clear();
  }

  /** Whether the object has become another. */
  private async askOne(invocation: Invocation, draft: Draft<KubeObject> | undefined): Promise<boolean> {
    const { hook } = invocation;
    const { audit } = this.request.context;
    const key = `round_${this.rounds.again ? 1 : 0}_index_${hook.index}`;
    const subject = { configuration: hook.configuration, webhook: hook.webhook.name };
    let mutated = false;
    try {
      const { patch, mutated: changed } = await this.answered(invocation, draft);
      mutated = changed;
      if (patch !== undefined) {
        const text = JSON.stringify({ ...subject, patch, patchType: 'JSONPatch' });
        audit?.annotate(`patch.webhook.admission.k8s.io/${key}`, text, 'Request');
      }
    } catch (error) {
      if (!(error instanceof WebhookFailure)) throw error;
      if (hook.webhook.failurePolicy !== 'Ignore') throw apiErrors.internal(error.message);
      audit?.annotate(`failed-open.${notes}${key}`, hook.webhook.name);
    } finally {
      audit?.annotate(`${notes}${key}`, JSON.stringify({ ...subject, mutated }));
    }
    return mutated;
  }

  private async answered(invocation: Invocation, draft: Draft<KubeObject> | undefined): Promise<Patched> {
    const { request } = this;
    const { name } = invocation.hook.webhook;
    const asked = { request, object: draft as KubeObject | undefined };
    const { patch, patchType } = await askWebhook(this.parts, invocation, asked, true);
    if (patch === '') return { mutated: false, patch: undefined };
    const { shape } = invocation;
    return patchDraft(draft, { patch, patchType, webhook: name, shape, warn: (text) => request.context.warn(text) });
  }
}
