import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobs } from '#kinds/job/job.ts';
import { pods } from '#kinds/pod/pod.ts';
import { container, decoded, newPod, podWith } from '#kinds/test-objects.ts';

test('the smallest pod reads back as upstream stores it', () => {
  const { spec, status } = newPod();
  assert.deepEqual(spec, {
    containers: [
      {
        ...container,
        resources: {},
        imagePullPolicy: 'IfNotPresent',
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    enableServiceLinks: true,
  });
  assert.deepEqual(status, { phase: 'Pending', qosClass: 'BestEffort' });
});

test('less than no time to stop is a second for a pod, and the word of its author for a template', () => {
  assert.equal(newPod({ terminationGracePeriodSeconds: -4 }).spec.terminationGracePeriodSeconds, 1);
  const template = { spec: { containers: [container], terminationGracePeriodSeconds: -4 } };
  assert.equal(decoded(jobs, { spec: { template } }).spec.template.spec.terminationGracePeriodSeconds, -4);
});

test('init containers in annotations are forgotten', () => {
  const annotations = { 'pod.beta.kubernetes.io/init-containers': '[]', 'example.org/a': 'b' };
  assert.deepEqual(newPod({}, { annotations }).metadata.annotations, { 'example.org/a': 'b' });
});

test('a pod with sizes as a whole gets the huge pages of its containers, and asks for what they ask for', () => {
  const containers = ['a', 'b'].map((name) => ({
    name,
    image: 'x:1',
    resources: { requests: { cpu: '1', 'hugepages-2Mi': '2Mi' }, limits: { 'hugepages-2Mi': '2Mi' } },
  }));
  const whole = (resources: object) => newPod({ containers, resources }).spec.resources;
  assert.deepEqual(whole({ limits: { cpu: '4', memory: '1Gi' } }), {
    limits: { cpu: '4', memory: '1Gi', 'hugepages-2Mi': '4Mi' },
    requests: { cpu: '2', memory: '1Gi', 'hugepages-2Mi': '4Mi' },
  });
  assert.deepEqual(whole({ limits: { 'hugepages-2Mi': '8Mi' } }), {
    limits: { 'hugepages-2Mi': '8Mi' },
    requests: { cpu: '2', 'hugepages-2Mi': '8Mi' },
  });
  assert.deepEqual(whole({}), {});
});

test('a second run of the defaults changes nothing', () => {
  const once = podWith(
    {
      ports: [{ containerPort: 80 }],
      livenessProbe: { httpGet: { port: 80 } },
      resources: { limits: { cpu: '1500u' } },
    },
    { hostNetwork: true, volumes: [{ name: 'a' }, { name: 'b', secret: { secretName: 's' } }] },
  );
  assert.deepEqual(decoded(pods, { ...once }), once);
});

test('probes, hooks and references get what they leave out', () => {
  const pod = podWith({
    livenessProbe: { httpGet: { port: 8080 } },
    readinessProbe: { tcpSocket: { port: 'dns' }, periodSeconds: 3 },
    lifecycle: { postStart: { httpGet: { port: 80 } } },
    env: [{ name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  });
  const [first] = pod.spec.containers;
  const usual = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
  assert.deepEqual(first?.livenessProbe, { httpGet: { path: '/', port: 8080, scheme: 'HTTP' }, ...usual });
  assert.deepEqual(first?.readinessProbe, { tcpSocket: { port: 'dns' }, ...usual, periodSeconds: 3 });
  assert.deepEqual(first?.lifecycle, { postStart: { httpGet: { path: '/', port: 80, scheme: 'HTTP' } } });
  assert.equal(first?.env?.[0]?.valueFrom?.fieldRef?.apiVersion, 'v1');
});

test('limits become requests where none are, in pods only', () => {
  const resources = { limits: { cpu: '2', memory: '1Gi', 'example.org/pearl': '1' }, requests: { cpu: '500m' } };
  const pod = podWith({ resources });
  assert.deepEqual(pod.spec.containers[0]?.resources.requests, {
    cpu: '500m',
    memory: '1Gi',
    'example.org/pearl': '1',
  });
  const template = { spec: { restartPolicy: 'Never', containers: [{ ...container, resources }] } };
  const job = decoded(jobs, { spec: { template } });
  assert.deepEqual(job.spec.template.spec.containers[0]?.resources.requests, { cpu: '500m' });
  assert.equal(job.spec.template.spec.enableServiceLinks, undefined);
});

test('quantities finer than thousandths are rounded up', () => {
  const pod = podWith({ resources: { limits: { cpu: '1500u' } } });
  assert.equal(pod.spec.containers[0]?.resources.limits?.cpu, '2m');
});

test('limits of the pod as a whole ask for what its containers ask for, else for all', () => {
  const pod = podWith(
    { resources: { requests: { cpu: '200m' } } },
    { resources: { limits: { cpu: '1', memory: '1Gi' } } },
  );
  assert.deepEqual(pod.spec.resources?.requests, { cpu: '200m', memory: '1Gi' });
});

test('on the network of the node a container port is a host port', () => {
  const pod = podWith({ ports: [{ containerPort: 80 }] }, { hostNetwork: true });
  assert.equal(pod.spec.containers[0]?.ports?.[0]?.hostPort, 80);
});

test('a volume without a source is an empty directory, files get mode 0644, tokens an hour', () => {
  const pod = newPod({
    volumes: [
      { name: 'a' },
      { name: 'b', configMap: { name: 'c' } },
      { name: 'c', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
      { name: 'd', hostPath: { path: '/x' } },
      { name: 'e', image: { reference: 'tide' } },
    ],
  });
  assert.deepEqual(pod.spec.volumes, [
    { name: 'a', emptyDir: {} },
    { name: 'b', configMap: { name: 'c', defaultMode: 420 } },
    {
      name: 'c',
      projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }], defaultMode: 420 },
    },
    { name: 'd', hostPath: { path: '/x', type: '' } },
    { name: 'e', image: { reference: 'tide', pullPolicy: 'Always' } },
  ]);
});

test('fields of features that are switched off are not kept', () => {
  const off = podWith({ lifecycle: { stopSignal: 'SIGUSR1' } }, { schedulingGroup: { podGroupName: 'a' } });
  assert.equal('schedulingGroup' in off.spec, false);
  assert.equal('lifecycle' in (off.spec.containers[0] ?? {}), false);
  const sleep = { sleep: { seconds: 1 } };
  const both = podWith({ lifecycle: { stopSignal: 'SIGUSR1', preStop: sleep } });
  assert.deepEqual(both.spec.containers[0]?.lifecycle, { preStop: sleep });
});

test('a negative grace period is one second, and the old name of the service account follows the new', () => {
  const { spec } = newPod({ terminationGracePeriodSeconds: -5, serviceAccount: 'bot' });
  assert.equal(spec.terminationGracePeriodSeconds, 1);
  assert.equal(spec.serviceAccountName, 'bot');
});

test('podIP and podIPs are kept in step, the older field leading', () => {
  const withStatus = (status: object) => decoded(pods, { spec: { containers: [container] }, status }).status;
  assert.deepEqual(withStatus({ podIP: '10.1.0.3' }).podIPs, [{ ip: '10.1.0.3' }]);
  assert.equal(withStatus({ podIPs: [{ ip: '10.1.0.3' }, { ip: 'fd00::3' }] }).podIP, '10.1.0.3');
  assert.deepEqual(withStatus({ podIP: 'x', podIPs: [{ ip: 'y' }] }).podIPs, [{ ip: 'x' }]);
});
