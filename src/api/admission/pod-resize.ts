import { jsonEqual } from '#base/json.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { compareQuantities, quantityMilliValue, quantityValue } from '#kinds/meta/quantity.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import { pods } from '#kinds/pod/pod.ts';
import { podAmounts } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin } from './chain.ts';
import { resizesPod } from './pods.ts';

/** Lets a pod that runs grow only as far as its node has room at all (upstream's PodResizeValidator). */
export function podResize(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'PodResizeValidator',
    handles: resizesPod,
    validate: (object, { name, old }) => {
      const { spec } = object as Pod;
      const { nodeName = '' } = spec;
      if (nodeName === '' || jsonEqual(spec, (old as Pod).spec)) return;
      const node = objects.peek(nodes, undefined, nodeName);
      if (node === undefined) throw apiErrors.forbidden(pods, name, `node ${JSON.stringify(nodeName)} not found`);
      const obstacle = obstacleOn(node, spec);
      if (obstacle !== undefined) throw apiErrors.forbidden(pods, name, obstacle.why, [{ reason: obstacle.reason }]);
    },
  };
}

interface Obstacle {
  readonly reason: string;
  readonly why: string;
}

function obstacleOn({ metadata, status }: Node, spec: Pod['spec']): Obstacle | undefined {
  const os = metadata.labels?.['kubernetes.io/os'] ?? 'linux';
  if (os !== 'linux') {
    const why = `pod resize is only supported on linux nodes, node "${metadata.name}" is "${os}"`;
    return { reason: 'UnsupportedPlatform', why };
  }
  const wanted = podAmounts(spec, 'requests');
  const units = { cpu: quantityMilliValue, memory: quantityValue };
  const lacking = (['cpu', 'memory'] as const).flatMap((resource) => {
    const [asked, has] = [wanted[resource] ?? '0', status.allocatable?.[resource] ?? '0'];
    if (compareQuantities(asked, has) <= 0) return [];
    return [`${resource}, requested: ${units[resource](asked)}, allocatable: ${units[resource](has)}`];
  });
  if (lacking.length === 0) return undefined;
  return { reason: 'NodeCapacity', why: `node didn't have enough allocatable resources: ${lacking.join('; ')}` };
}
