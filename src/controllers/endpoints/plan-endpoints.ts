import { jsonEqual } from '#base/json.ts';
import { type Member, publishedLabels, targetOf } from '#controllers/endpoints/members.ts';
import type { EndpointAddress, EndpointSubset, Endpoints } from '#kinds/endpoints/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import type { Service } from '#kinds/service/schema.ts';

export const managedByLabel = 'endpoints.kubernetes.io/managed-by';
export const managerName = 'endpoint-controller';
const overCapacity = 'endpoints.kubernetes.io/over-capacity';
const addressesMax = 1000;

/** What is to be written of a service's Endpoints; undefined when they are right. Pods that are on their way out do not count, unless
 *  the service takes those that are not ready. */
export function planEndpoints(
  service: Service,
  members: readonly Member[],
  stored: Endpoints | undefined,
): New<Endpoints> | undefined {
  const wanted = members.filter(({ terminating }) => !terminating || service.spec.publishNotReadyAddresses === true);
  const subsets = subsetsOf(withinMax(wanted), service.spec.clusterIP === 'None');
  const labels = { ...publishedLabels(service), [managedByLabel]: managerName };
  const annotations = annotated(stored, wanted.length > addressesMax);
  const { namespace, name } = service.metadata;
  const metadata = { ...stored?.metadata, namespace, name, labels, annotations };
  const isRight =
    stored !== undefined &&
    jsonEqual(stored.subsets ?? [], subsets) &&
    jsonEqual(stored.metadata.labels ?? {}, labels) &&
    jsonEqual(stored.metadata.annotations ?? {}, annotations);
  return isRight ? undefined : { metadata, subsets };
}

/** Those that are ready are the last to be left out. */
function withinMax(members: readonly Member[]): readonly Member[] {
  if (members.length <= addressesMax) return members;
  return members.toSorted((a, b) => Number(b.ready) - Number(a.ready)).slice(0, addressesMax);
}

function annotated(stored: Endpoints | undefined, isTruncated: boolean): { readonly [key: string]: string } {
  const { [overCapacity]: _before, ...others } = stored?.metadata.annotations ?? {};
  return isTruncated ? { ...others, [overCapacity]: 'truncated' } : others;
}

/** Pods with the same ports stand together. One without any is of use only behind a service that has no address either. */
function subsetsOf(members: readonly Member[], isHeadless: boolean): readonly EndpointSubset[] {
  const useful = members.filter(({ ports }) => ports.length > 0 || isHeadless);
  return [...Map.groupBy(useful, ({ ports }) => JSON.stringify(ports)).values()].map((alike) => {
    const ready = alike.filter((member) => member.ready).map(addressOf);
    const notReady = alike.filter((member) => !member.ready).map(addressOf);
    const ports = alike[0]?.ports ?? [];
    return {
      ...(ready.length === 0 ? {} : { addresses: ready }),
      ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
      ...(ports.length === 0 ? {} : { ports }),
    };
  });
}

function addressOf({ pod, ip, hostname }: Member): EndpointAddress {
  const { nodeName } = pod.spec;
  return {
    ip,
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: targetOf(pod),
  };
}
