import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validatePod } from '#kinds/pod/validate/pod.ts';
import { container, lines, newPod } from '#kinds/test-objects.ts';
import { configKeyText, keyText, labelText, subdomainText } from '#kinds/test-texts.ts';

const rule = { action: 'Restart', exitCodes: { operator: 'In', values: [1] } };
const manyRules = Array.from({ length: 21 }, () => rule);
const manyCodes = {
  action: 'RestartAllContainers',
  exitCodes: { operator: 'In', values: Array.from({ length: 256 }, (_, code) => code) },
};

/** Pods and what upstream was recorded to say of them. */
const refused = [
  {
    name: 'names',
    spec: {
      containers: [
        { name: 'Main', image: container.image },
        { name: '', image: container.image },
        { name: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', image: container.image },
      ],
    },
    errors: [
      `spec.containers[0].name: Invalid value: "Main": ${labelText}`,
      'spec.containers[1].name: Required value',
      'spec.containers[2].name: Invalid value: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": must be no more than 63 characters',
    ],
  },
  {
    name: 'the same name twice, also among init containers',
    spec: {
      containers: [
        { name: 'a', image: container.image },
        { name: 'a', image: container.image },
      ],
      initContainers: [{ name: 'a', image: container.image }],
    },
    errors: ['spec.containers[1].name: Duplicate value: "a"', 'spec.initContainers[0].name: Duplicate value: "a"'],
  },
  {
    name: 'image and pull policy',
    spec: {
      containers: [
        { name: 'a' },
        { name: 'b', image: ' spaced ' },
        { name: 'c', image: 'x', imagePullPolicy: 'Maybe' },
      ],
    },
    errors: [
      'spec.containers[0].image: Required value',
      'spec.containers[1].image: Invalid value: " spaced ": must not have leading or trailing whitespace',
      'spec.containers[2].imagePullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
    ],
  },
  {
    name: 'ports',
    spec: {
      containers: [
        {
          ...container,
          ports: [
            { containerPort: 0 },
            { containerPort: 70000 },
            { name: 'not_a_port_name', containerPort: 1 },
            { name: 'web', containerPort: 2, protocol: 'ICMP' },
            { name: 'web', containerPort: 3, hostPort: -1 },
          ],
        },
      ],
    },
    errors: [
      'spec.containers[0].ports[0].containerPort: Required value',
      'spec.containers[0].ports[1].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.containers[0].ports[2].name: Invalid value: "not_a_port_name": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.containers[0].ports[3].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
      'spec.containers[0].ports[4].hostPort: Invalid value: -1: must be between 1 and 65535, inclusive',
      'spec.containers[0].ports[4].name: Duplicate value: "web"',
    ],
  },
  {
    name: 'environment names',
    spec: {
      containers: [
        {
          ...container,
          env: [
            { name: '' },
            { name: 'A=B' },
            { name: 'ok', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            { name: 'none', valueFrom: {} },
          ],
        },
      ],
    },
    errors: [
      'spec.containers[0].env[0].name: Required value',
      'spec.containers[0].env[1].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
      'spec.containers[0].env[2].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      'spec.containers[0].env[3].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    ],
  },
  {
    name: 'environment sources',
    spec: {
      containers: [
        {
          ...container,
          env: [
            { name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.secrets' } } },
            { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.pods' } } },
            { name: 'C', valueFrom: { configMapKeyRef: { name: '', key: 'a b' } } },
            {
              name: 'D',
              valueFrom: { fieldRef: { fieldPath: 'metadata.name' }, secretKeyRef: { name: 's', key: 'k' } },
            },
          ],
        },
      ],
    },
    errors: [
      'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.secrets": error converting fieldPath: field label not supported: spec.secrets',
      'spec.containers[0].env[1].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.pods": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"',
      `spec.containers[0].env[2].valueFrom.configMapKeyRef.key: Invalid value: "a b": ${configKeyText}`,
      `spec.containers[0].env[2].valueFrom.configMapKeyRef.name: Invalid value: "": ${subdomainText}`,
      'spec.containers[0].env[3].valueFrom: Invalid value: "": may not have more than one field specified at a time',
    ],
  },
  {
    name: 'envFrom',
    spec: {
      containers: [
        {
          ...container,
          envFrom: [
            {},
            { configMapRef: { name: 'a' }, secretRef: { name: 'b' } },
            { prefix: 'a=b', secretRef: { name: 'Not_ok' } },
          ],
        },
      ],
    },
    errors: [
      'spec.containers[0].envFrom: Invalid value: "": may not have more than one field specified at a time',
      'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
      'spec.containers[0].envFrom[2].prefix: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
      `spec.containers[0].envFrom[2].secretRef.name: Invalid value: "Not_ok": ${subdomainText}`,
    ],
  },
  {
    name: 'resources',
    spec: {
      containers: [
        {
          ...container,
          resources: {
            limits: { cpu: '-1', memory: '1', 'bad name': '1' },
            requests: { memory: '2', 'example.org/pearl': '1500m' },
          },
        },
      ],
    },
    errors: [
      'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
      'spec.containers[0].resources.limits[bad name]: Invalid value: "bad name": must be a standard resource for containers',
      `spec.containers[0].resources.limits[bad name]: Invalid value: "bad name": name part ${keyText}`,
      'spec.containers[0].resources.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to memory limit of 1',
      'spec.containers[0].resources.requests[bad name]: Invalid value: "bad name": must be a standard resource for containers',
      `spec.containers[0].resources.requests[bad name]: Invalid value: "bad name": name part ${keyText}`,
      'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
      'spec.containers[0].resources.requests[example.org/pearl]: Invalid value: "1500m": must be an integer',
    ],
  },
  {
    name: 'volume mounts',
    spec: {
      containers: [
        {
          ...container,
          volumeMounts: [
            { name: 'ghost', mountPath: '/a' },
            { name: 'ghost2', mountPath: '' },
            { name: 'ghost', mountPath: '/a' },
            { name: 'ghost3', mountPath: '/b', subPath: '../up' },
          ],
        },
      ],
    },
    errors: [
      'spec.containers[0].volumeMounts.subPath: Invalid value: "../up": must not contain \'..\'',
      'spec.containers[0].volumeMounts[0].name: Not found: "ghost"',
      'spec.containers[0].volumeMounts[1].mountPath: Required value',
      'spec.containers[0].volumeMounts[1].name: Not found: "ghost2"',
      'spec.containers[0].volumeMounts[2].mountPath: Invalid value: "/a": must be unique',
      'spec.containers[0].volumeMounts[2].name: Not found: "ghost"',
      'spec.containers[0].volumeMounts[3].name: Not found: "ghost3"',
    ],
  },
  {
    name: 'working directory and termination message',
    spec: {
      containers: [
        {
          ...container,
          terminationMessagePolicy: 'Never',
          terminationMessagePath: '',
          stdinOnce: true,
          lifecycle: { preStop: {} },
        },
      ],
    },
    errors: [
      'spec.containers[0].lifecycle.preStop: Required value: must specify a handler type',
      'spec.containers[0].terminationMessagePolicy: Unsupported value: "Never": supported values: "File", "FallbackToLogsOnError"',
    ],
  },
  {
    name: 'init containers',
    spec: {
      initContainers: [
        {
          name: 'i',
          image: container.image,
          lifecycle: { preStop: { exec: { command: ['x'] } } },
          readinessProbe: { exec: { command: ['x'] } },
        },
        { name: 'k', image: container.image, restartPolicy: 'Never' },
      ],
    },
    errors: [
      'spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always',
      'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ],
  },
  {
    name: 'containers without names',
    spec: {
      containers: ['', ''].map((name) => ({ name, image: 'x:1' })),
      initContainers: [{ name: '', image: 'x:1' }],
    },
    errors: [
      'spec.containers[0].name: Required value',
      'spec.containers[1].name: Duplicate value: ""',
      'spec.containers[1].name: Required value',
      'spec.initContainers[0].name: Duplicate value: ""',
      'spec.initContainers[0].name: Required value',
    ],
  },
  {
    name: 'variables from files',
    spec: {
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'c', configMap: { name: 'c' } },
      ],
      containers: [
        {
          ...container,
          env: [
            { volumeName: '', path: '../x', key: '' },
            { volumeName: 'c', path: 'a', key: 'a=b' },
            { volumeName: 'Bad', path: '', key: 'A' },
            { volumeName: 'v', path: '/abs', key: 'A' },
          ].map((fileKeyRef, index) => ({ name: `A${index}`, valueFrom: { fileKeyRef } })),
        },
      ],
    },
    errors: [
      'env[0].valueFrom.fileKeyRef.key: Required value',
      'env[0].valueFrom.fileKeyRef.path: Invalid value: "../x": must not contain \'..\'',
      'env[0].valueFrom.fileKeyRef.volumeName: Not found: ""',
      'env[0].valueFrom.fileKeyRef.volumeName: Required value',
      'env[1].valueFrom.fileKeyRef.key: Invalid value: "a=b": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
      'env[1].valueFrom.fileKeyRef.volumeName: Invalid value: "c": referenced volume must be of type emptyDir',
      `env[2].valueFrom.fileKeyRef.volumeName: Invalid value: "Bad": ${labelText}`,
      'env[2].valueFrom.fileKeyRef.path: Required value',
      'env[2].valueFrom.fileKeyRef.volumeName: Not found: "Bad"',
    ]
      .map((line) => `spec.containers[0].${line}`)
      .sort(),
  },
  {
    name: 'the environment from what has a name like a prefix',
    spec: {
      containers: [{ ...container, envFrom: [{ configMapRef: { name: 'a-' } }, { secretRef: { name: '-a' } }] }],
    },
    errors: [`spec.containers[0].envFrom[1].secretRef.name: Invalid value: "-a": ${subdomainText}`],
  },
  {
    name: 'rules of restarting',
    spec: {
      containers: [
        {
          ...container,
          restartPolicyRules: [{ action: 'Explode' }, { action: 'Restart', exitCodes: { operator: 'Odd' } }],
        },
        { name: 'b', image: 'b:1', restartPolicy: 'Odd', restartPolicyRules: manyRules },
        { name: 'c', image: 'c:1', restartPolicy: 'Never', restartPolicyRules: [manyCodes] },
      ],
      initContainers: [{ name: 'i', image: 'i:1', restartPolicyRules: [{ action: '' }] }],
    },
    errors: [
      'spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
      'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Explode": supported values: "Restart", "RestartAllContainers"',
      'spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
      'spec.containers[0].restartPolicyRules[1].exitCodes.operator: Unsupported value: "Odd": supported values: "In", "NotIn"',
      'spec.containers[1].restartPolicy: Unsupported value: "Odd": supported values: "Always", "Never", "OnFailure"',
      'spec.containers[1].restartPolicyRules: Too many: 21: must have at most 20 items',
      'spec.containers[2].restartPolicyRules[0].exitCodes.values: Too many: 256: must have at most 255 items',
      'spec.initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
    ],
  },
  {
    name: 'an init container that would begin anew because of its size',
    spec: {
      initContainers: [
        { name: 'i', image: 'i:1', resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
      ],
    },
    errors: [
      'spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to \'RestartContainer\' for non-sidecar initContainers',
    ],
  },
];

for (const { name, spec, errors } of refused) {
  test(`refused as upstream refuses it: ${name}`, () => {
    assert.deepEqual([...lines(validatePod(newPod(spec)))].sort(), errors);
  });
}
