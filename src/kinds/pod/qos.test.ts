import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newPod, podWith } from '#kinds/test-objects.ts';

test('the class of a pod follows from what its containers ask for and may use', () => {
  const qos = (resources: object): string | undefined => podWith({ resources }).status.qosClass;
  assert.equal(qos({}), 'BestEffort');
  assert.equal(qos({ limits: { 'example.org/pearl': '1' } }), 'BestEffort');
  assert.equal(qos({ limits: { cpu: '1', memory: '64Mi' } }), 'Guaranteed');
  assert.equal(
    qos({ limits: { cpu: '1', memory: '1Gi' }, requests: { memory: '1024Mi', cpu: '1000m' } }),
    'Guaranteed',
  );
  assert.equal(qos({ limits: { cpu: '1', memory: '64Mi' }, requests: { cpu: '500m' } }), 'Burstable');
  assert.equal(qos({ limits: { cpu: '1' } }), 'Burstable');
  assert.equal(qos({ requests: { cpu: '0' } }), 'BestEffort');
});

test('one container that asks for less than it may use spoils the guarantee, init containers too', () => {
  const sure = { name: 'a', image: 'x:1', resources: { limits: { cpu: '1', memory: '1Gi' } } };
  const loose = { name: 'b', image: 'x:1' };
  assert.equal(newPod({ containers: [sure, loose] }).status.qosClass, 'Burstable');
  assert.equal(newPod({ containers: [sure], initContainers: [loose] }).status.qosClass, 'Burstable');
  assert.equal(newPod({ containers: [loose], resources: sure.resources }).status.qosClass, 'Guaranteed');
});
