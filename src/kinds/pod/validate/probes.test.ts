import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validatePod } from '#kinds/pod/validate/pod.ts';
import { container, lines, newPod } from '#kinds/test-objects.ts';

/** Pods and what upstream was recorded to say of them. */
const refused = [
  {
    name: 'no handler, two handlers',
    spec: {
      containers: [
        { ...container, livenessProbe: {}, readinessProbe: { exec: { command: ['x'] }, tcpSocket: { port: 1 } } },
      ],
    },
    errors: [
      'spec.containers[0].livenessProbe: Required value: must specify a handler type',
      'spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
    ],
  },
  {
    name: 'numbers',
    spec: {
      containers: [
        {
          ...container,
          livenessProbe: {
            exec: { command: ['x'] },
            initialDelaySeconds: -1,
            timeoutSeconds: -2,
            periodSeconds: -3,
            successThreshold: 2,
            failureThreshold: -1,
          },
        },
      ],
    },
    errors: [
      'spec.containers[0].livenessProbe.failureThreshold: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.periodSeconds: Invalid value: -3: must be greater than or equal to 0',
      'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
      'spec.containers[0].livenessProbe.timeoutSeconds: Invalid value: -2: must be greater than or equal to 0',
    ],
  },
  {
    name: 'ports and paths',
    spec: {
      containers: [
        {
          ...container,
          livenessProbe: { httpGet: { port: 0, path: '' } },
          readinessProbe: { tcpSocket: { port: 'Not A Port' } },
          startupProbe: { grpc: { port: 99999 } },
        },
      ],
    },
    errors: [
      'spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.containers[0].readinessProbe.tcpSocket.port: Invalid value: "Not A Port": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.containers[0].startupProbe.grpc.port: Invalid value: 99999: must be between 1 and 65535, inclusive',
    ],
  },
  {
    name: 'empty commands and schemes',
    spec: {
      containers: [
        {
          ...container,
          livenessProbe: { exec: { command: [] } },
          readinessProbe: { httpGet: { port: 80, scheme: 'FTP', httpHeaders: [{ name: 'bad header', value: 'x' }] } },
        },
      ],
    },
    errors: [
      'spec.containers[0].livenessProbe.exec.command: Required value',
      "spec.containers[0].readinessProbe.httpGet.httpHeaders: Invalid value: \"bad header\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
      'spec.containers[0].readinessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
    ],
  },
  {
    name: 'termination grace of probes',
    spec: {
      containers: [
        {
          ...container,
          livenessProbe: { exec: { command: ['x'] }, terminationGracePeriodSeconds: 0 },
          readinessProbe: { exec: { command: ['x'] }, terminationGracePeriodSeconds: 5 },
        },
      ],
    },
    errors: [
      'spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0',
      'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes',
    ],
  },
  {
    name: 'hooks',
    spec: {
      containers: [
        { ...container, lifecycle: { postStart: { sleep: { seconds: 0 } }, preStop: { sleep: { seconds: 60 } } } },
      ],
    },
    errors: [
      'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds (30)',
    ],
  },
];

for (const { name, spec, errors } of refused) {
  test(`refused as upstream refuses it: ${name}`, () => {
    assert.deepEqual([...lines(validatePod(newPod(spec)))].sort(), errors);
  });
}
