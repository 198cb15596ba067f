import {
  always,
  bytes,
  int32,
  list,
  listMap,
  listSet,
  map,
  object,
  optional,
  quantity,
  raw,
  required,
  string,
  time,
} from '#schema/build.ts';

/** A kind for the tests of this folder, with one field for each way in which two values can be brought together. */
const Port = object('test.Port', '', {
  containerPort: required(1, int32),
  name: optional(2, string),
  protocol: optional(3, string, '', { default: 'TCP' }),
});

const Env = object('test.Env', '', { name: required(1, string), value: optional(2, string) });

const Resources = object('test.Resources', '', { limits: optional(1, map(quantity)) });

const Container = object('test.Container', '', {
  name: required(1, string),
  image: optional(2, string),
  command: optional(3, list(string)),
  env: optional(4, listMap(Env, ['name'], 'name')),
  ports: optional(5, listMap(Port, ['containerPort', 'protocol'], 'containerPort')),
  resources: always(6, Resources),
});

const Volume = object('test.Volume', '', {
  name: required(1, string),
  emptyDir: optional(2, object('test.EmptyDir', '', { medium: optional(1, string) })),
  configMap: optional(3, object('test.ConfigMapSource', '', { name: optional(1, string) })),
});

const Toleration = object('test.Toleration', '', { key: optional(1, string), operator: optional(2, string) });

const Strategy = object('test.Strategy', '', {
  type: optional(1, string),
  rollingUpdate: optional(2, object('test.Rolling', '', { maxSurge: optional(1, int32) })),
});

const Selector = object('test.Selector', '', { matchLabels: optional(1, map(string)) }, { atomic: true });

const Spec = object('test.Spec', '', {
  replicas: optional(1, int32),
  selector: optional(2, Selector),
  containers: required(3, listMap(Container, ['name'], 'name')),
  volumes: optional(
    4,
    list(Volume, { apply: { as: 'map', keys: ['name'] }, patch: { as: 'merge', key: 'name', retainKeys: true } }),
  ),
  tolerations: optional(5, list(Toleration)),
  nodeSelector: optional(6, map(string, { atomic: true })),
  updateStrategy: optional(7, Strategy, '', { retainKeys: true }),
  extra: optional(8, raw),
});

const Condition = object('test.Condition', '', { type: required(1, string), status: required(2, string) });

const Status = object('test.Status', '', {
  active: optional(1, int32),
  conditions: optional(2, listMap(Condition, ['type'], 'type')),
});

const Meta = object('test.Meta', '', {
  name: optional(1, string),
  namespace: optional(2, string),
  uid: optional(3, string),
  resourceVersion: optional(4, string),
  generation: optional(5, int32),
  creationTimestamp: optional(6, time),
  labels: optional(7, map(string)),
  annotations: optional(8, map(string)),
  finalizers: optional(9, listSet(string, 'merge')),
  managedFields: optional(10, list(raw)),
});

export const Workload = object('test.Workload', '', {
  kind: always(0, string),
  apiVersion: always(0, string),
  metadata: always(1, Meta),
  data: optional(2, map(string)),
  blobs: optional(3, map(bytes)),
  spec: always(4, Spec),
  status: always(5, Status),
});
