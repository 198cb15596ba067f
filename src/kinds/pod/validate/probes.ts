import { checkNotEmpty, checkNotNegative, checkOneOf, checkRange, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { headerNameProblems, portNameProblems } from '#kinds/meta/texts.ts';
import type { Container } from '#kinds/pod/schema/container.ts';
import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from '#kinds/pod/schema/probes.ts';

type Findings = readonly FieldError[];
type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

/** Findings on a container's probes and hooks; `grace` is the pod's termination grace period. */
export function validateProbes(container: Container, grace: number, field: string): Findings {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  return [
    ...(lifecycle === undefined ? [] : validateLifecycle(lifecycle, grace, `${field}.lifecycle`)),
    ...(livenessProbe === undefined ? [] : validateKillingProbe(livenessProbe, grace, `${field}.livenessProbe`)),
    ...(readinessProbe === undefined ? [] : validateReadinessProbe(readinessProbe, grace, `${field}.readinessProbe`)),
    ...(startupProbe === undefined ? [] : validateKillingProbe(startupProbe, grace, `${field}.startupProbe`)),
  ];
}

/** Findings for a container that may have neither probes nor hooks. */
export function forbidProbes(container: Container, field: string): Findings {
  const names = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;
  return names
    .filter((name) => container[name] !== undefined)
    .map((name) =>
      fieldError.forbidden(`${field}.${name}`, 'may not be set for init containers without restartPolicy=Always'),
    );
}

/** One success must be enough for probes whose failure ends the container. */
function validateKillingProbe(probe: Probe, grace: number, field: string): Findings {
  const { successThreshold = 0 } = probe;
  return [
    ...validateProbe(probe, grace, field),
    ...(successThreshold === 1 ? [] : [fieldError.invalid(`${field}.successThreshold`, successThreshold, 'must be 1')]),
  ];
}

function validateReadinessProbe(probe: Probe, grace: number, field: string): Findings {
  const seconds = probe.terminationGracePeriodSeconds;
  const text = 'must not be set for readinessProbes';
  return [
    ...validateProbe(probe, grace, field),
    ...(seconds === undefined ? [] : [fieldError.invalid(`${field}.terminationGracePeriodSeconds`, seconds, text)]),
  ];
}

function validateProbe(probe: Probe, grace: number, field: string): Findings {
  const seconds = probe.terminationGracePeriodSeconds;
  const text = 'must be greater than 0';
  return [
    ...validateHandler(probe, grace, field),
    ...checkNotNegative(`${field}.initialDelaySeconds`, probe.initialDelaySeconds),
    ...checkNotNegative(`${field}.timeoutSeconds`, probe.timeoutSeconds),
    ...checkNotNegative(`${field}.periodSeconds`, probe.periodSeconds),
    ...checkNotNegative(`${field}.successThreshold`, probe.successThreshold),
    ...checkNotNegative(`${field}.failureThreshold`, probe.failureThreshold),
    ...(seconds === undefined || seconds > 0
      ? []
      : [fieldError.invalid(`${field}.terminationGracePeriodSeconds`, seconds, text)]),
  ];
}

function validateLifecycle({ postStart, preStop }: Lifecycle, grace: number, field: string): Findings {
  return [
    ...(postStart === undefined ? [] : validateHandler(postStart, grace, `${field}.postStart`)),
    ...(preStop === undefined ? [] : validateHandler(preStop, grace, `${field}.preStop`)),
  ];
}

const handlerNames = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

/** Exactly one thing to do. The first is checked, further ones are refused. */
function validateHandler(handler: Handler, grace: number, field: string): Findings {
  const [first, ...others] = handlerNames.filter((name) => handler[name] !== undefined);
  if (first === undefined) return [fieldError.required(field, 'must specify a handler type')];
  return [
    ...validateAction(handler, first, grace, `${field}.${first}`),
    ...others.map((name) => fieldError.forbidden(`${field}.${name}`, 'may not specify more than 1 handler type')),
  ];
}

function validateAction(handler: Handler, name: (typeof handlerNames)[number], grace: number, field: string): Findings {
  switch (name) {
    case 'exec':
      return checkNotEmpty(`${field}.command`, handler.exec?.command);
    case 'httpGet':
      return handler.httpGet === undefined ? [] : validateHttpGet(handler.httpGet, field);
    case 'tcpSocket':
      return validatePort(`${field}.port`, handler.tcpSocket?.port ?? 0);
    case 'grpc':
      return validatePort(`${field}.port`, handler.grpc?.port ?? 0);
    case 'sleep':
      return validateSleep(handler.sleep?.seconds ?? 0, grace, field);
  }
}

function validateHttpGet({ path, port, scheme, httpHeaders }: HTTPGetAction, field: string): Findings {
  return [
    ...(path ? [] : [fieldError.required(`${field}.path`)]),
    ...validatePort(`${field}.port`, port),
    ...checkOneOf(`${field}.scheme`, scheme ?? '', ['HTTP', 'HTTPS']),
    ...(httpHeaders ?? []).flatMap(({ name }) => invalidEach(`${field}.httpHeaders`, name, headerNameProblems(name))),
  ];
}

function validatePort(field: string, port: number | string): Findings {
  if (typeof port === 'number') return checkRange(field, port, 1, 65535);
  return invalidEach(field, port, portNameProblems(port));
}

function validateSleep(seconds: number, grace: number, field: string): Findings {
  if (seconds >= 0 && seconds <= grace) return [];
  const text = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`;
  return [fieldError.invalid(field, seconds, text)];
}
