import { ipBytes } from '#kinds/meta/special-addresses.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ApiCore } from '../core.ts';

/** Whether the proxy may call a pod: not the server's own machine by its inner address, whatever a pod's status says, nor what is no single machine or nobody's
 *  beyond its link, where clouds tell a machine its secrets; but a node that has no other address than an inner one has pods
 *  there. */
export function mayReach(core: Pick<ApiCore, 'objects'>, pod: Pod): boolean {
  const { podIP: ip = '' } = pod.status;
  if (isGlobalUnicast(ip)) return true;
  if (!isLoopback(ipBytes(ip) ?? [])) return false;
  const node = core.objects.all(nodes).find(({ metadata }) => metadata.name === pod.spec.nodeName);
  return node?.status.addresses?.some(({ address }) => address === ip) ?? false;
}

function isGlobalUnicast(ip: string): boolean {
  const bytes = ipBytes(ip);
  if (bytes === undefined || bytes.every((byte) => byte === 0)) return false;
  const [a = 0, b = 0] = bytes;
  if (bytes.length === 4) {
    const isShared = (a >= 224 && a < 240) || bytes.every((byte) => byte === 255);
    return !isLoopback(bytes) && !isShared && !(a === 169 && b === 254);
  }
  return !isLoopback(bytes) && a !== 0xff && !(a === 0xfe && (b & 0xc0) === 0x80);
}

function isLoopback(bytes: readonly number[]): boolean {
  if (bytes.length === 4) return bytes[0] === 127;
  return bytes.length === 16 && bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}
