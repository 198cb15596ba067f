import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { validatePodStatusUpdate } from '#kinds/pod/validate/status.ts';
import { container, decoded, lines } from '#kinds/test-objects.ts';

function pod(status: object, spec: object = {}): Pod {
  return decoded(pods, { spec: { containers: [container], ...spec }, status });
}

const check = (status: object, spec: object = {}, old: object = {}): readonly string[] =>
  lines(validatePodStatusUpdate(pod(status, spec), pod(old, spec)));
const main = (more: object) => ({ name: 'main', state: { running: {} }, ...more });
const range = 'must be between 0 and 2147483647, inclusive';

test('a container that is none of the pod does not come back', () => {
  const ghost = (state: object) => ({ containerStatuses: [{ name: 'ghost', state }] });
  assert.deepEqual(check(ghost({ running: {} }), {}, ghost({ terminated: { exitCode: 1 } })), [
    'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
  ]);
});

test('users are numbers that Linux has', () => {
  const statuses = [main({ user: { linux: { uid: -1, gid: 2 ** 31, supplementalGroups: [0, -2] } } })];
  assert.deepEqual(check({ containerStatuses: statuses }), [
    `status.containerStatuses[0].user.linux.uid: Invalid value: -1: ${range}`,
    `status.containerStatuses[0].user.linux.gid: Invalid value: 2147483648: ${range}`,
    `status.containerStatuses[0].user.linux.supplementalGroups[1]: Invalid value: -2: ${range}`,
  ]);
  assert.deepEqual(check({ containerStatuses: statuses }, { os: { name: 'windows' } }), [
    'status.containerStatuses[0].user.linux: Forbidden: cannot be set for a windows pod',
  ]);
});

test('devices are those that the container asked for', () => {
  const resources = {
    requests: { 'example.org/gpu': '1' },
    limits: { 'example.org/gpu': '1' },
    claims: [{ name: 'c' }],
  };
  const containers = [{ ...container, resources }];
  const devices = (...allocatedResourcesStatus: readonly object[]) => [main({ allocatedResourcesStatus })];
  const at = 'status.containerStatuses[0].allocatedResourcesStatus';
  const statuses = devices(
    {
      name: 'example.org/gpu',
      resources: [
        { resourceID: 'a', health: 'Fine' },
        { resourceID: 'a', health: 'Healthy', message: '' },
        { resourceID: 'b', health: 'Healthy', message: 'x'.repeat(1025) },
        { resourceID: 'c', health: 'Healthy', message: 'x'.repeat(1024) },
      ],
    },
    { name: 'example.org/nic' },
    { name: 'claim:c' },
    { name: 'claim:c/r' },
  );
  assert.deepEqual(check({ containerStatuses: statuses }, { containers }), [
    `${at}[0].resources[0].health: Unsupported value: "Fine": supported values: "Healthy", "Unhealthy", "Unknown"`,
    `${at}[0].resources[1].message: Required value: must be non-empty if specified`,
    `${at}[0].resources[1].resourceID: Duplicate value: "a"`,
    `${at}[0].resources[2].message: Too long: may not be more than 1024 bytes`,
    `${at}[1].name: Invalid value: "example.org/nic": must match one of the container's resource requests`,
    `${at}[3].name: Invalid value: "claim:c/r": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty`,
  ]);
  assert.deepEqual(check({ ephemeralContainerStatuses: devices({ name: 'example.org/gpu' }) }), [
    'status.ephemeralContainerStatuses[0].allocatedResourcesStatus: Forbidden: must not be specified in container status',
  ]);
});

test('the claim behind extended resources maps what the containers ask for', () => {
  const containers = [{ ...container, resources: { requests: { 'example.org/gpu': '1' } } }];
  const at = 'status.extendedResourceClaimStatus';
  const claim = (requestMappings: readonly object[], resourceClaimName = 'c') =>
    check({ extendedResourceClaimStatus: { requestMappings, resourceClaimName } }, { containers });
  const good = { containerName: 'main', resourceName: 'example.org/gpu', requestName: 'r' };
  assert.deepEqual(claim([good]), []);
  assert.deepEqual(claim([], ''), [
    `${at}.requestMappings: Required value: at least one request mapping is required`,
    `${at}.resourceClaimName: Required value`,
  ]);
  assert.deepEqual(claim([good, good, { ...good, containerName: 'x' }, { ...good, resourceName: 'cpu' }]), [
    `${at}.requestMappings[1].containerName: Duplicate value: "main"`,
    `${at}.requestMappings[1].resourceName: Duplicate value: "example.org/gpu"`,
    `${at}.requestMappings[1].requestName: Duplicate value: "r"`,
    `${at}.requestMappings[2].containerName: Invalid value: "x": must match the name of an entry in spec.initContainers.name or spec.containers.name`,
    `${at}.requestMappings[3].resourceName: Invalid value: "cpu": must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests`,
  ]);
});
