import { ingresses } from '#kinds/ingress/ingress.ts';
import type { Ingress } from '#kinds/ingress/schema.ts';
import { classAnnotation } from '#kinds/ingress/validate.ts';
import { ingressClasses, isDefaultClass } from '#kinds/ingress-class/ingress-class.ts';
import type { IngressClass } from '#kinds/ingress-class/schema.ts';
import type { Draft } from '#schema/type.ts';
import type { ObjectStore } from '../object-store.ts';
import type { AdmissionPlugin } from './chain.ts';

/** Gives new ingresses that name no class the default one (annotation `ingressclass.kubernetes.io/is-default-class`). */
export function defaultIngressClass(objects: ObjectStore): AdmissionPlugin {
  return {
    name: 'DefaultIngressClass',
    handles: ({ group, plural }, subresource, operation) =>
      operation === 'CREATE' && subresource === undefined && group === ingresses.group && plural === ingresses.plural,
    admit: (draft) => {
      const { metadata, spec } = draft as unknown as Draft<Ingress>;
      if (spec.ingressClassName !== undefined || metadata.annotations?.[classAnnotation] !== undefined) return;
      const [chosen] = [...objects.all(ingressClasses)].filter(isDefaultClass).toSorted(newestFirst);
      if (chosen !== undefined) spec.ingressClassName = chosen.metadata.name;
    },
  };
}

/** Of several the newest counts, and of those as new the first by name. */
function newestFirst({ metadata: a }: IngressClass, { metadata: b }: IngressClass): number {
  if (a.creationTimestamp === b.creationTimestamp) return a.name < b.name ? -1 : 1;
  return a.creationTimestamp < b.creationTimestamp ? 1 : -1;
}
