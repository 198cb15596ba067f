import { keyOf } from '#kinds/meta/object.ts';
import { bootstrapTokenExpiry, bootstrapTokenNamespace, bootstrapTokenType } from '#kinds/secret/bootstrap-token.ts';
import type { Secret } from '#kinds/secret/schema.ts';
import { secrets } from '#kinds/secret/secret.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { ignoreRaces } from '#reconcile/ignored-errors.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

/** Removes bootstrap tokens whose time is over. Nobody signs in with them any more: this clears the Secrets away. */
export function createTokenCleaner({ client, informers, clock, log }: ControllerDeps): Controller {
  const queue = new WorkQueue(clock, { msBase: 5, msMax: 1_000_000 });
  const selection = { namespace: bootstrapTokenNamespace, fieldSelector: `type=${bootstrapTokenType}` };
  const cache = informers.of(secrets, selection);

  async function reconcile(key: string): Promise<ReconcileResult> {
    const secret = cache.get(key);
    const expiry = secret && bootstrapTokenExpiry(secret);
    if (secret === undefined || expiry === undefined || secret.metadata.deletionTimestamp !== undefined) return 'done';
    if (expiry > clock.now()) {
      queue.addAt(key, expiry, { background: true });
      return 'done';
    }
    const { uid } = secret.metadata;
    await client.delete(secrets, secret.metadata, { preconditions: { uid } }).catch(ignoreRaces);
    return 'done';
  }

  const note = ({ metadata }: Secret): void => queue.add(keyOf(metadata));
  const follow = () => [cache.subscribe({ added: note, updated: note })];
  return createQueuedController({ name: 'token-cleaner', queue, reconcile, workers: 1, caches: [cache], log, follow });
}
