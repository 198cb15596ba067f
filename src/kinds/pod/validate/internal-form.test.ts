import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PodSpec } from '#kinds/pod/schema/spec.ts';
import { describeSpecChange } from '#kinds/pod/validate/internal-form.ts';

/** The lines that a change takes away and adds. */
function changes(old: object, now: object): readonly string[] {
  const lines = describeSpecChange(PodSpec, { containers: [], ...old }, { containers: [], ...now }).split('\n');
  return lines.filter((line) => /^[-+]/.test(line)).map((line) => line.replace(/^(.) +/, '$1'));
}

test('fields have their Go names, those of the host stand in the security context', () => {
  assert.match(
    describeSpecChange(PodSpec, {}, { hostNetwork: true }),
    /\n {2}"SecurityContext": \{\n- {2}"HostNetwork": false,\n\+ {2}"HostNetwork": true,\n {3}"HostPID": false,\n {3}"HostIPC": false,\n/,
  );
  assert.deepEqual(changes({}, { os: { name: 'linux' } }), ['-"OS": null,', '+"OS": {', '+"Name": "linux"', '+},']);
});

test('maps come sorted, and values as Go writes them', () => {
  assert.deepEqual(changes({ nodeSelector: { b: '1', a: '2' } }, { nodeSelector: { b: '1', a: '<3>' } }), [
    '-"a": "2",',
    '+"a": "\\u003c3\\u003e",',
  ]);
  assert.deepEqual(changes({}, { overhead: { cpu: '1' } }), [
    '-"Overhead": null,',
    '+"Overhead": {',
    '+"cpu": "1"',
    '+},',
  ]);
});

test('selectors of labels keep their published form', () => {
  const spread = (labelSelector: object) => ({
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector }],
  });
  assert.deepEqual(changes(spread({}), spread({ matchLabels: { a: 'b' } })), [
    ...['-"LabelSelector": {},', '+"LabelSelector": {', '+"matchLabels": {', '+"a": "b"', '+}', '+},'],
  ]);
});
