import { isNotFound } from '#kinds/meta/errors.ts';
import { keyOf } from '#kinds/meta/object.ts';
import type { Secret } from '#kinds/secret/schema.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { ignoreRaces } from '#reconcile/ignored-errors.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';
import { accountNameOf, planToken, type TokenMaterial, tokenSecretType } from './plan-token.ts';

export interface TokensControllerDeps extends ControllerDeps, TokenMaterial {}

const byAccount = 'service-account';

/** Fills the Secrets that people make to have a token without an end, and removes them with their account. */
export function createTokensController(deps: TokensControllerDeps): Controller {
  const { client, informers, rootCa, issue, log } = deps;
  const queue = new WorkQueue(deps.clock, { msBase: 5, msMax: 60_000 });
  const secretCache = informers.of(secrets, { fieldSelector: `type=${tokenSecretType}` });
  const accountCache = informers.of(serviceAccounts);
  secretCache.addIndex(byAccount, (secret) => [`${secret.metadata.namespace}/${accountNameOf(secret)}`]);

  async function reconcile(key: string): Promise<ReconcileResult> {
    const secret = secretCache.get(key);
    if (secret === undefined || secret.metadata.deletionTimestamp !== undefined) return 'done';
    await settle(secret).catch(ignoreRaces);
    return 'done';
  }

  async function settle(secret: Secret): Promise<void> {
    const { namespace } = secret.metadata;
    const name = accountNameOf(secret);
    // What the cache has not heard of yet is no reason to delete anything.
    const account = accountCache.get(`${namespace}/${name}`) ?? (await liveAccount(namespace, name));
    const plan = planToken(secret, account, { rootCa, issue });
    const { uid, resourceVersion } = secret.metadata;
    if (plan.do === 'fill') await client.update(secrets, plan.secret);
    if (plan.do === 'delete')
      await client.delete(secrets, secret.metadata, { preconditions: { uid, resourceVersion } });
  }

  async function liveAccount(namespace: string, name: string) {
    try {
      return await client.get(serviceAccounts, { namespace, name });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  const note = (secret: Secret): void => queue.add(keyOf(secret.metadata));
  const noteAccount = ({ metadata }: { readonly metadata: { namespace: string; name: string } }): void => {
    for (const secret of secretCache.byIndex(byAccount, keyOf(metadata))) note(secret);
  };
  const follow = () => [
    secretCache.subscribe({ added: note, updated: note }),
    accountCache.subscribe({ added: noteAccount, deleted: noteAccount }),
  ];
  const caches = [secretCache, accountCache];
  return createQueuedController({ name: 'tokens', queue, reconcile, workers: 1, caches, log, follow });
}
