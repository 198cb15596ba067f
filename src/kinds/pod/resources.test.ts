import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podAmounts, type ResourceList, specInPlace } from '#kinds/pod/resources.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { newPod } from '#kinds/test-objects.ts';

/** A pod that is to have 500m, and whose node tells `state` of its container. */
function podResized(state: object, pending?: string): Pod {
  const resources = { requests: { cpu: '500m' }, limits: { cpu: '1' } };
  const pod = newPod({ containers: [{ name: 'a', image: 'x:1', resources }] });
  const told = {
    name: 'a',
    ready: true,
    restartCount: 0,
    image: 'x:1',
    imageID: '',
    state: {},
    lastState: {},
    ...state,
  };
  const conditions =
    pending === undefined
      ? []
      : [{ type: 'PodResizePending', status: 'True', reason: pending, lastProbeTime: null, lastTransitionTime: null }];
  return { ...pod, status: { ...pod.status, containerStatuses: [told], conditions } };
}

function amounts(pod: Pod): { requests: ResourceList; limits: ResourceList } {
  const spec = specInPlace(pod);
  return { requests: podAmounts(spec, 'requests'), limits: podAmounts(spec, 'limits') };
}

test('while a container is resized, the larger of what it has and what it is to have counts', () => {
  const larger = { resources: { requests: { cpu: '2' }, limits: { cpu: '4' } }, allocatedResources: { cpu: '3' } };
  assert.deepEqual(amounts(podResized(larger)), { requests: { cpu: '3' }, limits: { cpu: '4' } });
  const smaller = { resources: { requests: { cpu: '100m' } }, allocatedResources: { cpu: '100m' } };
  assert.deepEqual(amounts(podResized(smaller)), { requests: { cpu: '500m' }, limits: { cpu: '1' } });
  assert.deepEqual(amounts(podResized(smaller, 'Deferred')).requests, { cpu: '500m' });
  assert.deepEqual(amounts(podResized({ allocatedResources: { cpu: '3' } })).requests, { cpu: '500m' });
});

test('a size that the node can never give does not count', () => {
  const smaller = { resources: { requests: { cpu: '100m' } }, allocatedResources: { cpu: '200m' } };
  assert.deepEqual(amounts(podResized(smaller, 'Infeasible')), { requests: { cpu: '200m' }, limits: {} });
});
