import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import type { NodeDirectory } from '#client/node-port.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { Store } from '#store/store.ts';
import { authorizerChain } from './access/authorizer.ts';
import { bootstrapUser } from './access/bootstrap-tokens.ts';
import { nodeAuthorizer } from './access/node-authorizer.ts';
import { rbacOf } from './access/rbac.ts';
import { ServiceAccountTokens } from './access/service-account-tokens.ts';
import { TokenFormat } from './access/token-format.ts';
import { AdmissionChain } from './admission/chain.ts';
import { admissionPlugins } from './admission/plugins.ts';
import type { Api } from './api.ts';
import { requireAllowed } from './authorize.ts';
import { bootstrap } from './bootstrap.ts';
import type { ComponentCheck } from './component-statuses.ts';
import type { ApiCore, TokenLookup } from './core.ts';
import { convertibleAlone } from './custom/convertible.ts';
import { CustomResources } from './custom/custom-resources.ts';
import { ObjectStore } from './object-store.ts';
import { Registry } from './registry.ts';
import { verbs } from './verbs.ts';
import type { WebhookParts } from './webhooks/ask.ts';
import { serviceRoute } from './webhooks/service-route.ts';
import { noCaller, type WebhookCaller } from './webhooks/webhook-caller.ts';

export interface ApiParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** The built-in resources, in the order of discovery. */
  readonly resources: readonly ResourceDefinition[];
  /** P-256, private: signs the tokens of service accounts. Without one they last no longer than this process. */
  readonly tokenKey?: KeyObject;
  /** Tokens other than those of service accounts. */
  readonly knownToken?: TokenLookup;
  /** Where nodes are reached, for logs. */
  readonly nodes?: NodeDirectory;
  /** Which other parts of the control plane are at work; none unless given. */
  readonly running?: ComponentCheck;
  /** How admission webhooks are asked; without it, those that are to be asked cannot be reached. */
  readonly callWebhook?: WebhookCaller;
}

/** Starts the API on a store: loads what is there, creates what every cluster has, and serves the verbs. */
export async function createApi(parts: ApiParts): Promise<Api> {
  const { store, clock, random, resources, knownToken = async () => undefined } = parts;
  const objects = await ObjectStore.open(store, resources, clock);
  const rbac = rbacOf(objects);
  const decide = authorizerChain([nodeAuthorizer(objects), (user, attributes) => rbac.decide(user, attributes)]);
  const format = new TokenFormat(parts.tokenKey ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const registry = new Registry(resources);
  const backends = random.stream('service-backends');
  const nodes = parts.nodes ?? (() => undefined);
  const webhooks: WebhookParts = {
    ...{ objects, registry, decide },
    call: parts.callWebhook ?? noCaller,
    route: serviceRoute({ objects, backends }, nodes),
    uids: random.stream('admission-reviews'),
  };
  const core: ApiCore = {
    objects,
    registry,
    clock,
    rbac,
    decide,
    tokens: new ServiceAccountTokens({ objects, clock, ids: random.stream('token-ids'), format }),
    knownToken: async (token) => (await knownToken(token)) ?? bootstrapUser(objects, token, clock.now()),
    admission: new AdmissionChain(admissionPlugins({ objects, registry, rbac, decide, clock, random, webhooks })),
    uids: random.stream('uids'),
    names: random.stream('names'),
    kinds: random.stream('kinds'),
    backends,
    authorize: (context, attributes) => requireAllowed(decide, context, attributes),
  };
  const custom = new CustomResources(core);
  await custom.start();
  await bootstrap(core);
  const api = convertibleAlone(verbs(core, nodes, parts.running ?? (() => false)));
  return {
    ...api,
    close: () => {
      custom.stop();
      api.close();
    },
  };
}
