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

export const ExecAction = object('io.k8s.api.core.v1.ExecAction', 'Runs a command in the container.', {
  command: optional(1, list(string), 'The program and its arguments; no shell unless it is one.'),
});
export interface ExecAction extends Infer<typeof ExecAction> {}

export const GRPCAction = object('io.k8s.api.core.v1.GRPCAction', 'Asks a gRPC health service.', {
  port: required(1, int32, 'The port number.'),
  service: always(2, string, 'The service to ask about.'),
});
export interface GRPCAction extends Infer<typeof GRPCAction> {}

export const HTTPHeader = object('io.k8s.api.core.v1.HTTPHeader', 'A header of a request.', {
  name: required(1, string, 'Its name.'),
  value: required(2, string, 'Its value.'),
});
export interface HTTPHeader extends Infer<typeof HTTPHeader> {}

export const HTTPGetAction = object('io.k8s.api.core.v1.HTTPGetAction', 'Sends an HTTP request.', {
  path: nonzero(1, string, 'The path; / unless given.'),
  port: required(2, intOrString, 'The port, by number or name.'),
  host: nonzero(3, string, "The host; the pod's address unless given."),
  scheme: nonzero(4, string, 'HTTP or HTTPS; certificates are not checked.', { values: ['HTTP', 'HTTPS'] }),
  httpHeaders: optional(5, list(HTTPHeader), 'Headers to send.'),
});
export interface HTTPGetAction extends Infer<typeof HTTPGetAction> {}

export const SleepAction = object('io.k8s.api.core.v1.SleepAction', 'Waits.', {
  seconds: required(1, int64, 'How long, in seconds.'),
});
export interface SleepAction extends Infer<typeof SleepAction> {}

export const TCPSocketAction = object('io.k8s.api.core.v1.TCPSocketAction', 'Opens a connection.', {
  port: required(1, intOrString, 'The port, by number or name.'),
  host: nonzero(2, string, "The host; the pod's address unless given."),
});
export interface TCPSocketAction extends Infer<typeof TCPSocketAction> {}

export const LifecycleHandler = object('io.k8s.api.core.v1.LifecycleHandler', 'Something to do; one of these.', {
  exec: optional(1, ExecAction, 'Run a command in the container.'),
  httpGet: optional(2, HTTPGetAction, 'Send an HTTP request.'),
  tcpSocket: optional(3, TCPSocketAction, 'Not supported.'),
  sleep: optional(4, SleepAction, 'Wait.'),
});
export interface LifecycleHandler extends Infer<typeof LifecycleHandler> {}

export const Lifecycle = object(
  'io.k8s.api.core.v1.Lifecycle',
  'What to do after a container starts and before it stops.',
  {
    postStart: optional(1, LifecycleHandler, 'Done right after the start; a failure kills the container.'),
    preStop: optional(2, LifecycleHandler, 'Done before the stop signal, within the grace period.'),
    stopSignal: optional(3, string, "The signal that asks it to stop; the image's own unless given.", {
      values: stopSignals,
    }),
  },
);
export interface Lifecycle extends Infer<typeof Lifecycle> {}

export const Probe = object('io.k8s.api.core.v1.Probe', 'A check that is made again and again.', {
  ...embedded(1, {
    exec: optional(1, ExecAction, 'Run a command; exit code 0 passes.'),
    httpGet: optional(2, HTTPGetAction, 'Send an HTTP request; a status from 200 to 399 passes.'),
    tcpSocket: optional(3, TCPSocketAction, 'Open a connection; success passes.'),
    grpc: optional(4, GRPCAction, 'Ask a gRPC health service; SERVING passes.'),
  }),
  initialDelaySeconds: nonzero(2, int32, 'Seconds after the start before the first check.'),
  timeoutSeconds: nonzero(3, int32, 'Seconds a check may take; 1 unless given.'),
  periodSeconds: nonzero(4, int32, 'Seconds between checks; 10 unless given.'),
  successThreshold: nonzero(5, int32, 'How many must pass in a row after a failure; 1 unless given.'),
  failureThreshold: nonzero(6, int32, 'How many must fail in a row to count; 3 unless given.'),
  terminationGracePeriodSeconds: optional(7, int64, "Seconds to end after a failed check, instead of the pod's."),
});
export interface Probe extends Infer<typeof Probe> {}
