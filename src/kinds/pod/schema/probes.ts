import { stopSignals } from '#kinds/pod/schema/stop-signals.ts';
import {
  always,
  embedded,
  int32,
  int64,
  intOrString,
  list,
  nonzero,
  object,
  optional,
  required,
  string,
} from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';

export const ExecAction = object('io.k8s.api.core.v1.ExecAction', '', {
  command: optional(1, list(string)),
});
export interface ExecAction extends Infer<typeof ExecAction> {}

export const GRPCAction = object('io.k8s.api.core.v1.GRPCAction', '', {
  port: required(1, int32),
  service: always(2, string),
});
export interface GRPCAction extends Infer<typeof GRPCAction> {}

export const HTTPHeader = object('io.k8s.api.core.v1.HTTPHeader', '', {
  name: required(1, string),
  value: required(2, string),
});
export interface HTTPHeader extends Infer<typeof HTTPHeader> {}

export const HTTPGetAction = object('io.k8s.api.core.v1.HTTPGetAction', '', {
  path: nonzero(1, string),
  port: required(2, intOrString),
  host: nonzero(3, string),
  scheme: nonzero(4, string, '', { values: ['HTTP', 'HTTPS'] }),
  httpHeaders: optional(5, list(HTTPHeader)),
});
export interface HTTPGetAction extends Infer<typeof HTTPGetAction> {}

export const SleepAction = object('io.k8s.api.core.v1.SleepAction', '', {
  seconds: required(1, int64),
});
export interface SleepAction extends Infer<typeof SleepAction> {}

export const TCPSocketAction = object('io.k8s.api.core.v1.TCPSocketAction', '', {
  port: required(1, intOrString),
  host: nonzero(2, string),
});
export interface TCPSocketAction extends Infer<typeof TCPSocketAction> {}

export const LifecycleHandler = object('io.k8s.api.core.v1.LifecycleHandler', '', {
  exec: optional(1, ExecAction),
  httpGet: optional(2, HTTPGetAction),
  tcpSocket: optional(3, TCPSocketAction),
  sleep: optional(4, SleepAction),
});
export interface LifecycleHandler extends Infer<typeof LifecycleHandler> {}

export const Lifecycle = object('io.k8s.api.core.v1.Lifecycle', '', {
  postStart: optional(1, LifecycleHandler),
  preStop: optional(2, LifecycleHandler),
  stopSignal: optional(3, string, '', { values: stopSignals }),
});
export interface Lifecycle extends Infer<typeof Lifecycle> {}

export const Probe = object('io.k8s.api.core.v1.Probe', '', {
  ...embedded(1, {
    exec: optional(1, ExecAction),
    httpGet: optional(2, HTTPGetAction),
    tcpSocket: optional(3, TCPSocketAction),
    grpc: optional(4, GRPCAction),
  }),
  initialDelaySeconds: nonzero(2, int32),
  timeoutSeconds: nonzero(3, int32),
  periodSeconds: nonzero(4, int32),
  successThreshold: nonzero(5, int32),
  failureThreshold: nonzero(6, int32),
  terminationGracePeriodSeconds: optional(7, int64),
});
export interface Probe extends Infer<typeof Probe> {}
