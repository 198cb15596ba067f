import { jsonEqual } from '#base/json.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import { isSidecar } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin } from './chain.ts';
import { resizesPod } from './pods.ts';

/** Lets a pod that runs be changed only in ways that its node says it knows (upstream's NodeDeclaredFeatureValidator). */
export function nodeFeatures(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'NodeDeclaredFeatureValidator',
    handles: resizesPod,
    validate: (object, { name, old }) => {
      const { spec } = object as Pod;
      const { nodeName = '' } = spec;
      const needed = nodeName === '' ? [] : neededFeatures(spec, (old as Pod).spec);
      if (needed.length === 0) return;
      const node = objects.peek(nodes, undefined, nodeName);
      const where = `node ${JSON.stringify(nodeName)}`;
      if (node === undefined) throw apiErrors.forbidden(pods, name, `${where} not found`);
      const declared = node.status.declaredFeatures ?? [];
      const missing = needed.filter((feature) => !declared.includes(feature));
      if (missing.length === 0) return;
      const why = `pod update requires features ${missing.join(', ')} which are not available on ${where}`;
      throw apiErrors.forbidden(pods, name, why);
    },
  };
}

/** What a node must know to bring about the change. */
function neededFeatures(spec: Pod['spec'], old: Pod['spec']): readonly string[] {
  const initContainers = spec.initContainers ?? [];
  const isInitResized = (old.initContainers ?? []).some(
    (container, index) => !isSidecar(container) && !jsonEqual(container.resources, initContainers[index]?.resources),
  );
  return [
    ...(jsonEqual(spec.resources, old.resources) ? [] : ['InPlacePodLevelResourcesVerticalScaling']),
    ...(isInitResized ? ['InPlacePodVerticalScalingInitContainers'] : []),
  ];
}
