import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import { keepFurniture } from './furniture.ts';

const name = 'default';

/** Keeps in every active namespace a ServiceAccount `default`. */
export function createServiceAccountController(deps: ControllerDeps): Controller {
  return keepFurniture(deps, {
    controller: 'service-account',
    resource: serviceAccounts,
    name,
    settle: async (namespace, stored) =>
      stored ?? deps.client.create(serviceAccounts, { metadata: { namespace, name } }),
  });
}
