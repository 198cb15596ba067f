import type { ObjectStore } from '../object-store.ts';
import { topologyLabels } from '../subresources/topology-labels.ts';
import type { AdmissionPlugin } from './chain.ts';
import { asPod, createsPod } from './pods.ts';

/** A pod that names its node is told where that is, as a binding would tell it, whatever it says of that itself. */
export function podTopologyLabels(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'PodTopologyLabels',
    handles: createsPod,
    admit: (draft) => {
      const { metadata, spec } = asPod(draft);
      const labels = spec.nodeName ? topologyLabels(objects, spec.nodeName) : undefined;
      if (labels !== undefined) metadata.labels = { ...metadata.labels, ...labels };
    },
  };
}
