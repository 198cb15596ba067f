import type { Api, User } from '#api/api.ts';
import { createAuditedClient } from '#api/audit/audited-client.ts';
import type { Auditor } from '#api/audit/auditor.ts';
import { type ApiParts, createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { administrator } from '#app/identities.ts';
import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { Random } from '#base/random.ts';
import type { Client } from '#client/client.ts';
import type { NodeDirectory } from '#client/node-port.ts';
import { catalog } from '#kinds/catalog.ts';
import { startAutoCompaction } from '#store/auto-compaction.ts';
import type { Store } from '#store/store.ts';
import { createWebhookClient } from '#wire/webhook-client.ts';

export interface ControlPlaneOptions extends Pick<ApiParts, 'tokenKey' | 'knownToken' | 'running' | 'callWebhook'> {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly nodes: NodeDirectory;
  /** Writes down who did what, in this process too. */
  readonly auditor?: Auditor | undefined;
}

/** The API on its store, without a port. Whoever owns it may add actors and a server. */
export interface ControlPlane {
  readonly api: Api;
  /** Where nodes are reached. */
  readonly nodes: NodeDirectory;
  /** A client of this user, the administrator unless said, that introduces itself as `agent`. */
  client(agent: string, user?: User): Client;
  /** Ends the API, then the store. */
  stop(): Promise<void>;
}

/** Loads what the store holds and serves it. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { store, clock, log, auditor } = options;
  const auditIds = options.random.stream('local-audit-ids');
  const { callWebhook = createWebhookClient(clock) } = options;
  const api = await createApi({ ...options, resources: catalog, callWebhook });
  const endCompaction = startAutoCompaction({ store, clock, log });
  return {
    api,
    nodes: options.nodes,
    client: (agent, user = administrator) =>
      auditor === undefined
        ? createLocalClient(api, user, agent)
        : createAuditedClient({ api, user, agent, auditor, ids: auditIds }),
    stop: async () => {
      endCompaction();
      await api.close();
      await store.close();
    },
  };
}
