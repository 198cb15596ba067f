import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mountHints } from '#kinds/pod/hints.ts';
import { validatePod } from '#kinds/pod/validate/pod.ts';
import { hostnameWarnings, podStatusWarnings, podWarnings } from '#kinds/pod/warnings.ts';
import { newPod, podWith } from '#kinds/test-objects.ts';

test('a plain pod gives no warnings', () => {
  assert.deepEqual(podWarnings(newPod(), ''), []);
});

test('addresses in a status are told of where they are written oddly', () => {
  const status = { podIPs: [{ ip: '10.0.0.1' }, { ip: 'FD00::1' }], hostIPs: [{ ip: '::ffff:10.0.0.1' }] };
  assert.deepEqual(podStatusWarnings({ ...newPod(), status }), [
    'status.podIPs[1].ip: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")',
    'status.hostIPs[0].ip: non-standard IP address "::ffff:10.0.0.1" is invalid: use "10.0.0.1"',
  ]);
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
    'spec.template.spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod',
    'spec.template.spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+',
    'spec.template.spec.imagePullSecrets[0].name: invalid empty name ""',
    'spec.template.spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is invalid, must be an integer',
    'spec.template.spec.containers[0].resources.requests[memory]: fractional byte value "1500m" is invalid, must be an integer',
    'spec.template.spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply',
    'spec.template.spec.containers[0].ports[2]: duplicate port definition with spec.template.spec.containers[0].ports[0]',
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

test('ports are compared over all containers, by what they are and by name', () => {
  const pod = newPod();
  const port = (containerPort: number, more: object = {}) => ({ containerPort, protocol: 'TCP', ...more });
  const containers = [
    { name: 'a', ports: [port(80, { hostPort: 8080 }), port(80, { hostPort: 8080, hostIP: '10.0.0.1', name: 'web' })] },
    { name: 'b', ports: [port(80, { name: 'web' }), port(81, { hostIP: '10.0.0.1' }), port(80, { protocol: 'UDP' })] },
  ].map((container) => ({ ...pod.spec.containers[0], ...container }));
  assert.deepEqual(podWarnings({ ...pod, spec: { ...pod.spec, containers } } as never, ''), [
    'spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]',
    'spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[0]',
    'spec.containers[1].ports[0]: overlapping port definition with spec.containers[0].ports[1]',
    'spec.containers[1].ports[1]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:81 Protocol:TCP HostIP:10.0.0.1}',
    'spec.containers[1].ports[0]: duplicate port name "web" with spec.containers[0].ports[1], ' +
      'services and probes that select ports by name will use spec.containers[0].ports[1]',
  ]);
});

test('a variable may be built from its own former value, and nothing else', () => {
  const env = [
    { name: 'A', value: '1' },
    { name: 'A', value: '$(A)2' },
    { name: 'A', value: '$(A)' },
  ];
  const from = { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } };
  const text = (index: number) =>
    `spec.containers[0].env[${index}]: hides previous definition of "A", which may be dropped when using apply`;
  assert.deepEqual(podWarnings(podWith({ env: [...env, from] }), ''), [text(2), text(3)]);
});

test('files of one volume that would lie on or in each other are told', () => {
  const items = [
    { key: 'a', path: 'p' },
    { key: 'b', path: 'p/q/' },
    { key: 'c', path: 'pq' },
  ];
  const volumes = [
    { name: 'c', configMap: { name: 'm', items } },
    {
      name: 'v',
      projected: { sources: [{ serviceAccountToken: { path: 'p' } }, { secret: { name: 's', items } }, {}] },
    },
  ];
  assert.deepEqual(podWarnings(podWith({}, { volumes }), ''), [
    'volume "c" (ConfigMap "m"): overlapping paths: "p/q" with "p"',
    'volume "v" (Projected) has no sources provided',
    'volume "v" (Projected): overlapping paths: "p" (Secret "s") with "p" (ServiceAccountToken)',
    'volume "v" (Projected): overlapping paths: "p/q" (Secret "s") with "p" (ServiceAccountToken)',
    'volume "v" (Projected): overlapping paths: "p/q" (Secret "s") with "p" (Secret "s")',
  ]);
});

test('old annotations, doubled lists, null selectors and odd addresses are told in the order of upstream', () => {
  const term = { topologyKey: 'zone' };
  const pod = podWith(
    {},
    {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: 'k', operator: 'In', values: ['ok', '-x'] }] } },
          ],
        },
        podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
        podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] },
      },
      hostAliases: [{ ip: '10.0.0.1' }, { ip: '10.0.0.1' }, { ip: '::ffff:10.0.0.2' }],
      imagePullSecrets: [{ name: 'a' }, { name: 'a' }],
      dnsConfig: { nameservers: ['2001:DB8::0:1'] },
    },
  );
  const annotations = {
    'security.alpha.kubernetes.io/sysctls': 'a=b',
    'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default',
    'container.apparmor.security.beta.kubernetes.io/nobody': 'x',
  };
  const texts = podWarnings({ ...pod, metadata: { ...pod.metadata, annotations } }, '');
  assert.match(
    texts[0] ?? '',
    /^spec\.affinity\.nodeAffinity\..*\[0\]\.preference\.matchExpressions\[0\]\.values\[1\]: -x is invalid, /,
  );
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  assert.deepEqual(texts.slice(1), [
    'metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+; use the "sysctls" field instead',
    'spec.hostAliases[1].ip: duplicate ip "10.0.0.1"',
    'spec.imagePullSecrets[1].name: duplicate name "a"',
    'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
    `spec.affinity.podAffinity.${required}[0].labelSelector: a null labelSelector results in matching no pod`,
    `spec.affinity.podAntiAffinity.${preferred}[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod`,
    'spec.dnsConfig.nameservers[0]: IPv6 address "2001:DB8::0:1" should be in RFC 5952 canonical format ("2001:db8::1")',
    'spec.hostAliases[2].ip: non-standard IP address "::ffff:10.0.0.2" is invalid: use "10.0.0.2"',
  ]);
});

test('a name that is no DNS label makes an odd host', () => {
  assert.deepEqual(hostnameWarnings('a'), []);
  assert.deepEqual(hostnameWarnings('a.b'), [
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
  ]);
});

test('a pod of very many ports is warned of no more than anybody reads, and soon', { timeout: 20_000 }, () => {
  const ports = Array.from({ length: 100_000 }, () => ({ name: 'p', containerPort: 1, protocol: 'TCP' }));
  const pod = podWith({ ports: ports.slice(0, 2) });
  const [container] = pod.spec.containers;
  assert.ok(container !== undefined);
  const warned = podWarnings({ ...pod, spec: { ...pod.spec, containers: [{ ...container, ports }] } }, '');
  assert.equal(warned.filter((text) => text.includes('port definition')).length, 1_000);
});

test('a volume of very many paths is warned of no more than anybody reads, and soon', { timeout: 20_000 }, () => {
  const items = Array.from({ length: 40_000 }, () => ({ key: 'k', path: 'p' }));
  const pod = newPod({ volumes: [{ name: 'v', configMap: { name: 'm' } }] });
  const volumes = [{ name: 'v', configMap: { name: 'm', items } }];
  const warned = podWarnings({ ...pod, spec: { ...pod.spec, volumes } }, '');
  assert.equal(warned.filter((text) => text.includes('overlapping paths')).length, 1_000);
});
