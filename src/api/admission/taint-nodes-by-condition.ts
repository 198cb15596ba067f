import type { Node } from '#kinds/node/schema.ts';
import type { Draft } from '#schema/type.ts';
import type { AdmissionPlugin } from './chain.ts';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

/** A new node takes no pods before it has been seen ready (spec: api.md section 18). */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  handles: (resource, subresource, operation) =>
    operation === 'CREATE' && subresource === undefined && resource.group === '' && resource.plural === 'nodes',
  admit: (draft) => {
    const { spec } = draft as unknown as Draft<Node>;
    const taints = spec.taints ?? [];
    if (taints.some((taint) => taint.key === notReady.key && taint.effect === notReady.effect)) return;
    spec.taints = [...taints, { ...notReady }];
  },
};
