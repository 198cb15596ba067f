import type { Stored } from '#kinds/meta/object.ts';
import { ObjectMeta } from '#kinds/meta/schema.ts';
import { always, list, listMap, nonzero, object, optional, required, string, timeOrNull } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const NamespaceSpec = object('io.k8s.api.core.v1.NamespaceSpec', '', {
  finalizers: optional(1, list(string)),
});
export interface NamespaceSpec extends Infer<typeof NamespaceSpec> {}

export const NamespaceCondition = object('io.k8s.api.core.v1.NamespaceCondition', '', {
  type: required(1, string),
  status: required(2, string),
  lastTransitionTime: always(4, timeOrNull),
  reason: nonzero(5, string),
  message: nonzero(6, string),
});
export interface NamespaceCondition extends Infer<typeof NamespaceCondition> {}

export const NamespaceStatus = object('io.k8s.api.core.v1.NamespaceStatus', '', {
  phase: nonzero(1, string, '', { values: ['Active', 'Terminating'] }),
  conditions: optional(2, listMap(NamespaceCondition, ['type'], 'type')),
});
export interface NamespaceStatus extends Infer<typeof NamespaceStatus> {}

export const Namespace = object('io.k8s.api.core.v1.Namespace', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, ObjectMeta),
  spec: always(2, NamespaceSpec),
  status: always(3, NamespaceStatus),
});
export interface Namespace extends Stored<Infer<typeof Namespace>> {}
