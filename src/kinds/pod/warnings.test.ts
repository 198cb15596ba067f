import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mountHints } from '#kinds/pod/hints.ts';
import { validatePod } from '#kinds/pod/validate/pod.ts';
import { podWarnings } from '#kinds/pod/warnings.ts';
import { newPod, podWith } from '#kinds/test-objects.ts';

test('a plain pod gives no warnings', () => {
  assert.deepEqual(podWarnings(newPod(), ''), []);
});

test('what is hardly meant is told in upstream words', () => {
  const pod = podWith(
    {
      ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }, { containerPort: 80 }],
      env: [{ name: 'A' }, { name: 'B' }, { name: 'A' }],
      resources: { limits: { memory: '1500m' } },
    },
    {
      nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
      imagePullSecrets: [{ name: '' }],
      volumes: [{ name: 'g', gitRepo: { repository: 'r' } }],
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'failure-domain.beta.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' },
      ],
    },
  );
  assert.deepEqual(podWarnings(pod, 'spec.template'), [
    'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    'spec.template.spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    'spec.template.spec.volumes[0].gitRepo: deprecated in v1.11',
    'spec.template.spec.imagePullSecrets[0].name: invalid empty name ""',
    'spec.template.spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is invalid, must be an integer',
    'spec.template.spec.containers[0].resources.requests[memory]: fractional byte value "1500m" is invalid, must be an integer',
    'spec.template.spec.containers[0].ports[2]: duplicate port definition with spec.template.spec.containers[0].ports[0]',
    'spec.template.spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
  ]);
});

test('a mount without its volume is told which one was probably meant, or what to add', () => {
  const pod = podWith(
    {
      volumeMounts: [
        { name: 'scartch', mountPath: '/a' },
        { name: 'other', mountPath: '/b' },
      ],
    },
    { volumes: [{ name: 'scratch', emptyDir: {} }] },
  );
  assert.deepEqual(mountHints(pod.spec, validatePod(pod), 'spec'), [
    'spec.containers[0].volumeMounts[0].name: did you mean "scratch"?',
    `spec.containers[0].volumeMounts[1].name: a mount shows one of the pod's volumes: add one called "other" to spec.volumes`,
  ]);
});
