import { configMaps } from '#kinds/config-map/config-map.ts';
import { isAlreadyExists, isNamespaceTerminating, isNotFound } from '#kinds/meta/errors.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { type Controller, type ControllerDeps, type ReconcileResult, runController } from '#reconcile/controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

export interface ServiceAccountControllerDeps extends ControllerDeps {
  /** PEM certificates that clients inside pods check the API server against. */
  readonly rootCa: string;
}

const accountName = 'default';
const certificateName = 'kube-root-ca.crt';
/** Word for word as upstream has it: it is an annotation users can see, and diff against. */
const certificateDescription =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal ' +
  'service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Keeps in every active namespace a ServiceAccount `default` and a ConfigMap `kube-root-ca.crt`
 *  (spec: nodes-and-scheduling.md section 11). */
export function createServiceAccountController(deps: ServiceAccountControllerDeps): Controller {
  const { client, informers, rootCa } = deps;
  const queue = new WorkQueue(deps.clock, { msBase: 5, msMax: 60_000 });
  const namespaceCache = informers.of(namespaces);
  const accountCache = informers.of(serviceAccounts);
  const mapCache = informers.of(configMaps);
  const noteFurniture = (object: { metadata: { namespace: string; name: string } }): void => {
    const { namespace, name } = object.metadata;
    if (name === accountName || name === certificateName) queue.add(namespace);
  };

  async function reconcile(namespace: string): Promise<ReconcileResult> {
    const parent = namespaceCache.get(namespace);
    if (parent === undefined || parent.metadata.deletionTimestamp !== undefined) return 'done';
    try {
      if (accountCache.get(`${namespace}/${accountName}`) === undefined) {
        await client.create(serviceAccounts, { metadata: { namespace, name: accountName } });
      }
    } catch (error) {
      if (!isAlreadyExists(error)) return tolerate(error);
    }
    return publishCertificate(namespace).catch(tolerate);
  }

  async function publishCertificate(namespace: string): Promise<ReconcileResult> {
    const stored = mapCache.get(`${namespace}/${certificateName}`);
    const data = { 'ca.crt': rootCa };
    if (stored === undefined) {
      const annotations = { 'kubernetes.io/description': certificateDescription };
      await client.create(configMaps, { metadata: { namespace, name: certificateName, annotations }, data });
    } else if (stored.data?.['ca.crt'] !== rootCa || Object.keys(stored.data).length !== 1) {
      await client.update(configMaps, { ...stored, data });
    }
    return 'done';
  }

  namespaceCache.subscribe({ added: (n) => queue.add(n.metadata.name), updated: (n) => queue.add(n.metadata.name) });
  accountCache.subscribe({ deleted: noteFurniture });
  mapCache.subscribe({ deleted: noteFurniture, updated: noteFurniture });
  let running: { stop(): Promise<void> } | undefined;
  return {
    start: () => {
      const caches = [namespaceCache, accountCache, mapCache];
      running = runController({ name: 'service-account', queue, reconcile, workers: 1, caches, log: deps.log });
    },
    stop: async () => running?.stop(),
  };
}

/** A namespace that is gone or going needs no furniture; something that is there already needs no second one. */
function tolerate(error: unknown): ReconcileResult {
  if (isNotFound(error) || isAlreadyExists(error) || isNamespaceTerminating(error)) return 'done';
  throw error;
}
