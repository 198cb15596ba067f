import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ConfigMap } from '#kinds/config-map/schema.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import { keepFurniture } from './furniture.ts';

export interface RootCaPublisherDeps extends ControllerDeps {
  /** PEM certificates that clients inside pods check the API server against. */
  readonly rootCa: string;
}

const name = 'kube-root-ca.crt';
/** Word for word as upstream has it: it is an annotation users can see, and diff against. */
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal ' +
  'service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Keeps in every active namespace a ConfigMap `kube-root-ca.crt`. */
export function createRootCaPublisher(deps: RootCaPublisherDeps): Controller {
  const { client, rootCa } = deps;
  const data = { 'ca.crt': rootCa };
  const settle = async (namespace: string, stored: ConfigMap | undefined): Promise<unknown> => {
    if (stored === undefined) {
      const annotations = { 'kubernetes.io/description': description };
      return client.create(configMaps, { metadata: { namespace, name, annotations }, data });
    }
    const same = stored.data?.['ca.crt'] === rootCa && Object.keys(stored.data).length === 1;
    return same ? stored : client.update(configMaps, { ...stored, data });
  };
  return keepFurniture(deps, { controller: 'root-ca-cert-publisher', resource: configMaps, name, settle });
}
