import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validatePodAnnotations } from '#kinds/pod/validate/annotations.ts';
import { validatePod } from '#kinds/pod/validate/pod.ts';
import { container, lines, newPod } from '#kinds/test-objects.ts';
import { keyText, labelText, subdomainText, valueText } from '#kinds/test-texts.ts';

/** Pods and what upstream says of them. */
const refused: readonly {
  readonly name: string;
  readonly spec: { readonly [field: string]: unknown };
  readonly metadata?: { readonly [field: string]: unknown };
  readonly errors: readonly string[];
}[] = [
  {
    name: 'restart, DNS and deadline',
    spec: { restartPolicy: 'Rarely', dnsPolicy: 'Magic', activeDeadlineSeconds: 0, terminationGracePeriodSeconds: -1 },
    errors: [
      'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
      'spec.dnsPolicy: Unsupported value: "Magic": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
      'spec.restartPolicy: Unsupported value: "Rarely": supported values: "Always", "OnFailure", "Never"',
    ],
  },
  {
    name: 'node selector and node name',
    spec: { nodeSelector: { 'a b': 'c', d: 'e f' }, nodeName: 'Bad_Name' },
    errors: [
      `spec.nodeName: Invalid value: "Bad_Name": ${subdomainText}`,
      `spec.nodeSelector: Invalid value: "a b": name part ${keyText}`,
      `spec.nodeSelector: Invalid value: "e f": ${valueText}`,
    ],
  },
  {
    name: 'tolerations',
    spec: {
      tolerations: [
        { key: 'a', operator: 'Near' },
        { key: 'b', operator: 'Exists', value: 'x' },
        { operator: 'Equal', value: 'x' },
        { key: 'c', effect: 'Sometimes' },
        { key: 'd', effect: 'NoSchedule', tolerationSeconds: 5 },
      ],
    },
    errors: [
      'spec.tolerations[0].operator: Unsupported value: "Near": supported values: "Equal", "Exists"',
      'spec.tolerations[1].operator: Invalid value: "x": value must be empty when `operator` is \'Exists\'',
      'spec.tolerations[2].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      'spec.tolerations[3].effect: Unsupported value: "Sometimes": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      'spec.tolerations[4].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
  },
  {
    name: 'node affinity',
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] },
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 101, preference: { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['x', 'y'] }] } },
          ],
        },
      },
    },
    errors: [
      "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
      'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: must be in the range 1-100',
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
  },
  {
    name: 'node affinity operators',
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: 'a', operator: 'In' },
                  { key: 'b', operator: 'Exists', values: ['x'] },
                  { key: '', operator: 'Like', values: ['x'] },
                ],
                matchFields: [{ key: 'metadata.namespace', operator: 'In', values: ['a'] }],
              },
            ],
          },
        },
      },
    },
    errors: [
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[1].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[2].key: Invalid value: "": name part must be non-empty',
      `spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[2].key: Invalid value: "": name part ${keyText}`,
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[2].operator: Invalid value: "Like": not a valid selector operator',
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchFields[0].key: Invalid value: "metadata.namespace": not a valid field selector key',
    ],
  },
  {
    name: 'pod affinity',
    spec: {
      affinity: {
        podAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { labelSelector: { matchLabels: { a: 'b' } }, topologyKey: '' },
          ],
        },
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 0,
              podAffinityTerm: {
                topologyKey: 'bad key',
                labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] },
              },
            },
          ],
        },
      },
    },
    errors: [
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty',
      `spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part ${keyText}`,
      'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty',
      "spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
      `spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.topologyKey: Invalid value: "bad key": name part ${keyText}`,
      'spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100',
    ],
  },
  {
    name: 'topology spread',
    spec: {
      topologySpreadConstraints: [
        { maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Shrug' },
        { maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'ScheduleAnyway', minDomains: 2 },
      ],
    },
    errors: [
      'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
      'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
      'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Shrug": supported values: "DoNotSchedule", "ScheduleAnyway"',
      'spec.topologySpreadConstraints[1].minDomains: Invalid value: 2: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway',
    ],
  },
  {
    name: 'names and aliases',
    spec: {
      hostname: 'Not.A.Label',
      subdomain: 'also_bad',
      serviceAccountName: 'default',
      hostAliases: [{ ip: 'nowhere', hostnames: ['Bad Host'] }],
      imagePullSecrets: [{ name: '' }],
    },
    errors: [
      `spec.hostAliases[0].hostnames[0]: Invalid value: "Bad Host": ${subdomainText}`,
      'spec.hostAliases[0].ip: Invalid value: "nowhere": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      `spec.hostname: Invalid value: "Not.A.Label": ${labelText}`,
      `spec.subdomain: Invalid value: "also_bad": ${labelText}`,
    ],
  },
  {
    name: 'host ports on the host network',
    spec: { containers: [{ ...container, ports: [{ containerPort: 80, hostPort: 81 }] }], hostNetwork: true },
    errors: [
      'spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true',
    ],
  },
  {
    name: 'scheduling gates and an assigned node',
    spec: {
      nodeName: 'n1',
      schedulingGates: [{ name: 'example.org/a' }, { name: 'example.org/a' }, { name: 'bad gate' }],
    },
    errors: [
      'spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
      'spec.schedulingGates[1]: Duplicate value: "example.org/a"',
      `spec.schedulingGates[2]: Invalid value: "bad gate": name part ${keyText}`,
    ],
  },
  {
    name: 'options of Windows on Linux',
    spec: {
      os: { name: 'linux' },
      securityContext: { windowsOptions: { hostProcess: false } },
      containers: [{ ...container, securityContext: { windowsOptions: {} } }],
    },
    errors: [
      'spec.containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
      'spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
    ],
  },
  {
    name: 'what only Linux knows on Windows',
    spec: {
      os: { name: 'windows' },
      hostPID: true,
      hostIPC: false,
      securityContext: { fsGroup: 0 },
      containers: [{ ...container, securityContext: { privileged: false } }],
    },
    errors: [
      'spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod',
      'spec.hostPID: Forbidden: cannot be set for a windows pod',
      'spec.securityContext.fsGroup: Forbidden: cannot be set for a windows pod',
    ],
  },
  {
    name: 'label keys that the selector has too',
    metadata: { labels: { rev: '7' } },
    spec: {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          matchLabelKeys: ['rev'],
          labelSelector: { matchLabels: { rev: '7' } },
        },
      ],
    },
    errors: [
      'spec.topologySpreadConstraints[0][0]: Invalid value: "rev": exists in both matchLabelKeys and labelSelector',
    ],
  },
  {
    name: 'a cost that is no number',
    metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '08' } },
    spec: {},
    errors: [
      'metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "08": must be a 32bit integer',
    ],
  },
  {
    name: 'old tolerations that none may have',
    metadata: { annotations: { 'scheduler.alpha.kubernetes.io/tolerations': '[{"operator":"Exists","value":"v"}]' } },
    spec: {},
    errors: [
      `metadata.annotations.scheduler.alpha.kubernetes.io/tolerations[0].operator: Invalid value: "v": ` +
        "value must be empty when `operator` is 'Exists'",
    ],
  },
  {
    name: 'old tolerations that are no list',
    metadata: { annotations: { 'scheduler.alpha.kubernetes.io/tolerations': '{}' } },
    spec: {},
    errors: [
      'metadata.annotations: Invalid value: "scheduler.alpha.kubernetes.io/tolerations": ' +
        'json: cannot unmarshal object into Go value of type []v1.Toleration',
    ],
  },
  {
    name: 'old tolerations that are no JSON',
    metadata: { annotations: { 'scheduler.alpha.kubernetes.io/tolerations': 'x' } },
    spec: {},
    errors: [
      'metadata.annotations: Invalid value: "scheduler.alpha.kubernetes.io/tolerations": ' +
        "invalid character 'x' looking for beginning of value",
    ],
  },
  {
    name: 'no policy about preemption',
    spec: { preemptionPolicy: '' },
    errors: ['spec.preemptionPolicy: Required value'],
  },
  {
    name: 'addresses with zeros in front, and of two families at once',
    spec: { hostAliases: [{ ip: '010.0.0.1' }], dnsConfig: { nameservers: ['::ffff:10.0.0.1'] } },
    errors: [
      'spec.dnsConfig.nameservers[0]: Invalid value: "::ffff:10.0.0.1": must not be an IPv4-mapped IPv6 address',
      'spec.hostAliases[0].ip: Invalid value: "010.0.0.1": must not have leading 0s',
    ],
  },
  {
    name: 'a host name that is no name, and in the way of others',
    spec: { hostnameOverride: 'Not_A_Name', hostNetwork: true, setHostnameAsFQDN: true },
    errors: [
      'spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true',
      'spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
      `spec.hostnameOverride: Invalid value: "Not_A_Name": ${subdomainText}`,
    ],
  },
];

test('a cost may be the least of all numbers, and begin with zeros after its sign', () => {
  for (const cost of ['-2147483648', '2147483647', '-007', '0']) {
    const annotations = { 'controller.kubernetes.io/pod-deletion-cost': cost };
    assert.deepEqual(lines(validatePod(newPod({}, { annotations }))), [], cost);
  }
});

test('annotations are found fault with in the order of what they are about', () => {
  const annotations = {
    'container.apparmor.security.beta.kubernetes.io/none': 'unconfined',
    'container.seccomp.security.alpha.kubernetes.io/c': 'x',
    'controller.kubernetes.io/pod-deletion-cost': 'x',
    'kubernetes.io/config.mirror': 'x',
    'scheduler.alpha.kubernetes.io/tolerations': 'null',
    'seccomp.security.alpha.kubernetes.io/pod': 'x',
  };
  const keys = validatePodAnnotations(annotations, newPod().spec, 'f').map(({ field }) => field);
  assert.deepEqual(keys, [
    'f[kubernetes.io/config.mirror]',
    'f[controller.kubernetes.io/pod-deletion-cost]',
    'f.seccomp.security.alpha.kubernetes.io/pod',
    'f.container.seccomp.security.alpha.kubernetes.io/c',
    'f[container.apparmor.security.beta.kubernetes.io/none]',
  ]);
});

for (const { name, spec, metadata = {}, errors } of refused) {
  test(`refused as upstream refuses it: ${name}`, () => {
    assert.deepEqual([...lines(validatePod(newPod(spec, metadata)))].sort(), errors);
  });
}
