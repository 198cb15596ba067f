import type { Stored } from '#kinds/meta/object.ts';
import { objectFields } from '#kinds/meta/schema.ts';
import { Toleration } from '#kinds/pod/schema/scheduling.ts';
import { list, map, object, optional, quantity, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

const Overhead = object('io.k8s.api.node.v1.Overhead', 'What running a pod takes beside its containers.', {
  podFixed: optional(1, map(quantity), 'What every pod of the class takes, by resource.'),
});

export const Scheduling = object('io.k8s.api.node.v1.Scheduling', 'Where the class can be had.', {
  nodeSelector: optional(
    1,
    map(string, { atomic: true }),
    'The labels of nodes that have it; pods of the class get them added to what they ask for themselves.',
  ),
  tolerations: optional(2, list(Toleration), 'Taints that pods of the class put up with, beside their own.'),
});
export interface Scheduling extends Infer<typeof Scheduling> {}

export const RuntimeClass = object('io.k8s.api.node.v1.RuntimeClass', 'A way to run pods, which pods choose by name.', {
  ...objectFields,
  handler: required(
    2,
    string,
    'What nodes call it in the configuration of their runtime; a DNS label that never changes.',
  ),
  overhead: optional(3, Overhead, 'What it takes on top of the containers of a pod.'),
  scheduling: optional(4, Scheduling, 'Which nodes have it; all unless given.'),
});
export interface RuntimeClass extends Stored<Infer<typeof RuntimeClass>> {}
