import { defineResource } from '#kinds/define.ts';
import { Ingress } from '#kinds/ingress/schema.ts';
import { ingressTable } from '#kinds/ingress/table.ts';
import {
  classAnnotation,
  validateIngress,
  validateIngressStatus,
  validateIngressUpdate,
} from '#kinds/ingress/validate.ts';
import { wayInWarnings } from '#kinds/meta/cidr.ts';

const note = 'Ingresses are kept here but nothing routes their requests, unless a controller of your own does';

export const ingresses = defineResource<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  namespaced: true,
  schema: Ingress,
  rules: {
    hasStatus: true,
    managesGeneration: true,
    revalidatesMetadata: true,
    validate: validateIngress,
    validateUpdate: validateIngressUpdate,
    validateStatusUpdate: validateIngressStatus,
    warnings: (ingress, old) => (old === undefined ? oldWay(ingress) : []),
    statusWarnings: wayInWarnings,
    notes: (_ingress, old) => (old === undefined ? [note] : []),
  },
  table: ingressTable,
});

function oldWay({ metadata, spec }: Ingress): readonly string[] {
  if (metadata.annotations?.[classAnnotation] === undefined || spec.ingressClassName !== undefined) return [];
  return [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`];
}
