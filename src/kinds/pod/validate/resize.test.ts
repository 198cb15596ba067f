import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resizeUpdate } from '#kinds/pod/part-updates.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { validatePodResize } from '#kinds/pod/validate/resize.ts';
import { container, decoded, lines } from '#kinds/test-objects.ts';
import type { Draft } from '#schema/type.ts';

const sized = (cpu: string, more: object = {}) => ({ resources: { requests: { cpu, ...more } } });

function pod(spec: object, status: object = {}, metadata: object = {}): Pod {
  return decoded(pods, { metadata, spec: { containers: [{ ...container, ...sized('1') }], ...spec }, status });
}

/** What is said of a pod like `old` with `change` in its spec, sent to `/resize`. */
function resize(old: Pod, change: object): readonly string[] {
  const draft = structuredClone({ ...old, spec: { ...old.spec, ...change } }) as Draft<Pod>;
  resizeUpdate.prepare?.(draft, old, undefined as never);
  return lines(validatePodResize(decoded(pods, draft as never), old));
}

const containers = (...all: readonly object[]) => ({ containers: all.map((one) => ({ ...container, ...one })) });
const init = (...all: readonly object[]) => ({
  initContainers: all.map((one, index) => ({ name: `i${index}`, image: 'i:1', ...one })),
});

test('CPU and memory change, nothing else', () => {
  const old = pod({});
  assert.deepEqual(resize(old, containers(sized('2', { memory: '1Gi' }))), []);
  assert.deepEqual(resize(old, { ...containers(sized('2')), hostname: 'other' }), []);
  assert.deepEqual(resize(old, containers(sized('1', { 'ephemeral-storage': '1Gi' }))), [
    'spec: Forbidden: only cpu and memory resources are mutable',
  ]);
  const resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }];
  assert.deepEqual(resize(old, containers({ ...sized('2'), resizePolicy })), [
    'spec: Forbidden: only cpu and memory resources are mutable',
  ]);
});

test('sizes do not go, and the class of quality of service stays', () => {
  const old = pod(containers({ resources: { requests: { cpu: '1', memory: '1Gi' } } }));
  assert.deepEqual(resize(old, containers(sized('1'))), [
    'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
  ]);
  const equal = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } };
  assert.deepEqual(resize(old, containers({ resources: equal })), [
    'spec: Invalid value: "": Pod QOS Class may not change as a result of resizing',
  ]);
});

test('containers keep their number and order', () => {
  const old = pod(init(sized('1')));
  assert.deepEqual(resize(old, containers(sized('1'), { name: 'b' })), [
    'spec.containers: Forbidden: containers may not be added or removed on resize',
  ]);
  assert.deepEqual(resize(old, init({ ...sized('1'), name: 'other' })), [
    'spec.initContainers[0].name: Forbidden: initContainers may not be renamed or reordered on resize',
  ]);
});

test('init containers may be resized, unless that would start one anew that runs to its end', () => {
  assert.deepEqual(resize(pod(init(sized('1'))), init(sized('2'))), []);
  assert.deepEqual(resize(pod(init(sized('1'))), init(sized('1', { 'ephemeral-storage': '1' }))), [
    'spec.initContainers[0]: Forbidden: only cpu and memory resources for init or sidecar containers are mutable',
  ]);
  const resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }];
  const sidecar = { restartPolicy: 'Always', resizePolicy };
  assert.deepEqual(resize(pod(init({ ...sidecar, ...sized('1') })), init({ ...sidecar, ...sized('2') })), []);
  assert.deepEqual(resize(pod(init({ resizePolicy, ...sized('1') })), init({ resizePolicy, ...sized('2') })), [
    'spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to \'RestartContainer\' for non-sidecar initContainers',
    'spec.initContainers[0]: Forbidden: non-sidecar init containers with a resize policy of RestartContainer cannot be resized',
  ]);
});

test('a pod is resized as a whole, too', () => {
  const old = pod({ resources: { requests: { cpu: '2', memory: '1Gi' }, limits: { cpu: '4' } } });
  const whole = (requests: object, limits: object = { cpu: '4' }) => ({ resources: { requests, limits } });
  assert.deepEqual(resize(old, whole({ cpu: '3', memory: '2Gi' }, { cpu: '5' })), []);
  assert.deepEqual(resize(old, whole({ cpu: '2' })), [
    'spec.resources.requests: Forbidden: pod-level resource requests cannot be removed',
  ]);
  assert.deepEqual(resize(old, whole({ cpu: '2', memory: '1Gi' }, { cpu: '4', 'hugepages-2Mi': '2Mi' })), [
    'spec: Forbidden: only cpu and memory resources are mutable at pod-level',
  ]);
  const { resources: _gone, ...spec } = old.spec;
  assert.deepEqual(lines(validatePodResize({ ...old, spec: spec as Pod['spec'] }, old)), [
    'spec.resources: Forbidden: pod-level resources cannot be removed',
  ]);
});

test('static pods, Windows pods and pods on nodes of long ago are not resized', () => {
  const change = containers(sized('2'));
  const mirror = pod({ nodeName: 'n' }, {}, { annotations: { 'kubernetes.io/config.mirror': 'x' } });
  assert.deepEqual(resize(mirror, change), [': Forbidden: static pods cannot be resized']);
  assert.deepEqual(resize(pod({ os: { name: 'windows' } }), change), [': Forbidden: windows pods cannot be resized']);
  const running = (more: object) => ({ containerStatuses: [{ name: 'main', state: { running: {} }, ...more }] });
  assert.deepEqual(resize(pod({}, running({})), change), [
    'spec: Forbidden: Pod running on node without support for resize',
  ]);
  assert.deepEqual(resize(pod({}, running({ resources: {} })), change), []);
});
