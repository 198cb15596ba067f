import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { validatePodStatusUpdate } from '#kinds/pod/validate/status.ts';
import { container, decoded, lines } from '#kinds/test-objects.ts';
import { keyText } from '#kinds/test-texts.ts';

function pod(status: object, spec: object = {}): Pod {
  const body = { spec: { containers: [container], restartPolicy: 'Never', nodeName: 'n1', ...spec } };
  return decoded(pods, { ...body, status: { qosClass: 'BestEffort', ...status } });
}

function change(before: object, after: object, spec: object = {}): readonly string[] {
  return lines(validatePodStatusUpdate(pod(after, spec), pod(before, spec)));
}

const ended = (exitCode: number) => ({ containerStatuses: [{ name: 'main', state: { terminated: { exitCode } } }] });
const running = { containerStatuses: [{ name: 'main', state: { running: {} } }] };
const revived = ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'];

test('a container that is not to restart stays ended', () => {
  assert.deepEqual(change(ended(1), running), revived);
  assert.deepEqual(change(ended(0), running, { restartPolicy: 'OnFailure' }), revived);
  assert.deepEqual(change(ended(1), running, { restartPolicy: 'OnFailure' }), []);
  assert.deepEqual(change(ended(0), running, { restartPolicy: 'Always' }), []);
  assert.deepEqual(change(ended(1), ended(1)), []);
});

test('a rule of its own lets a container of a pod that never restarts run again', () => {
  const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
  const containers = [{ ...container, restartPolicy: 'Never', restartPolicyRules }];
  assert.deepEqual(change(ended(42), running, { containers }), []);
  assert.deepEqual(change(ended(1), running, { containers }), revived);
});

test('a sidecar may run again', () => {
  const initContainers = [{ name: 'side', image: 'x:1', restartPolicy: 'Always' }];
  const side = (state: object) => ({ initContainerStatuses: [{ name: 'side', state }] });
  assert.deepEqual(change(side({ terminated: { exitCode: 0 } }), side({ running: {} }), { initContainers }), []);
});

test('the claims of a pod are told by their names', () => {
  const resourceClaims = [{ name: 'gpu', resourceClaimTemplateName: 't' }];
  const resourceClaimStatuses = [{ name: 'gpu', resourceClaimName: '%' }, { name: 'other' }];
  const found = change({}, { resourceClaimStatuses }, { resourceClaims });
  assert.match(
    found[0] ?? '',
    /^status\.resourceClaimStatuses\[0\]\.resourceClaimName: Invalid value: "%": a lowercase/,
  );
  assert.deepEqual(found.slice(1), [
    'status.resourceClaimStatuses[1].name: Invalid value: "other": must match the name of an entry in `spec.resourceClaims`',
  ]);
});

test('addresses, conditions, nomination and class are checked', () => {
  const ip = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
  assert.deepEqual(change({}, { podIPs: [{ ip: 'x' }] }), [`status.podIPs[0]: Invalid value: "x": ${ip}`]);
  assert.deepEqual(change({}, { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] }), [
    'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family',
  ]);
  assert.deepEqual(change({}, { podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::2' }] }), []);
  assert.deepEqual(change({}, { hostIP: '10.0.0.9', hostIPs: [{ ip: '10.0.0.8' }] }), [
    'status.hostIPs[0].ip: Invalid value: "10.0.0.8": must be equal to `hostIP`',
  ]);
  assert.deepEqual(change({}, { conditions: [{ type: 'Odd Type', status: 'Maybe' }] }), [
    `status.conditions[0].Type: Invalid value: "Odd Type": name part ${keyText}`,
  ]);
  assert.deepEqual(change({}, { nominatedNodeName: 'n7', qosClass: 'Guaranteed' }), [
    'status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node',
    'status.qosClass: Invalid value: "Guaranteed": field is immutable',
  ]);
});
