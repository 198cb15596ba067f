import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { validateEphemeralContainersUpdate, validatePodUpdate } from '#kinds/pod/validate/update.ts';
import { container, lines, newPod } from '#kinds/test-objects.ts';

const toleration = { key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 9 };
const old = newPod({ tolerations: [toleration], activeDeadlineSeconds: 60 });

/** `old` with another spec, already defaulted. */
function changed(spec: object, before: Pod = old): readonly string[] {
  return lines(validatePodUpdate({ ...before, spec: { ...before.spec, ...spec } }, before));
}

const [defaulted] = old.spec.containers;

test('images, tolerations, an earlier deadline and labels may change', () => {
  assert.deepEqual(changed({ containers: [{ ...defaulted, image: 'other:2' }] }), []);
  assert.deepEqual(
    changed({
      tolerations: [
        { ...toleration, tolerationSeconds: 3 },
        { key: 'b', operator: 'Exists' },
      ],
    }),
    [],
  );
  assert.deepEqual(changed({ activeDeadlineSeconds: 30 }), []);
  const labelled = { ...old, metadata: { ...old.metadata, labels: { a: 'b' } } };
  assert.deepEqual(validatePodUpdate(labelled, old), []);
});

const refused =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n';

test('anything else is refused, with what differs', () => {
  assert.deepEqual(changed({ hostname: 'h' }), [
    `${refused}@@ -64,7 +64,7 @@
   "SELinuxChangePolicy": null
  },
  "ImagePullSecrets": null,
- "Hostname": "",
+ "Hostname": "h",
  "Subdomain": "",
  "SetHostnameAsFQDN": null,
  "Affinity": null,
`,
  ]);
  assert.deepEqual(changed({ containers: [{ ...defaulted, command: ['x'] }] }), [
    `${refused}@@ -5,7 +5,9 @@
   {
    "Name": "main",
    "Image": "registry.example/tools/runner:2.4",
-   "Command": null,
+   "Command": [
+    "x"
+   ],
    "Args": null,
    "WorkingDir": "",
    "Ports": null,
`,
  ]);
});

test('containers do not come or go', () => {
  assert.deepEqual(changed({ containers: [defaulted, { ...defaulted, name: 'b' }] }), [
    'spec.containers: Forbidden: pod updates may not add or remove containers',
  ]);
});

test('a deadline is not moved later, nor taken away', () => {
  assert.deepEqual(changed({ activeDeadlineSeconds: 61 }), [
    'spec.activeDeadlineSeconds: Invalid value: 61: must be less than or equal to previous value',
  ]);
  const { activeDeadlineSeconds: _gone, ...spec } = old.spec;
  const errors = lines(validatePodUpdate({ ...old, spec }, old));
  assert.deepEqual(errors, [
    'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
  ]);
});

test('tolerations stay but for their time', () => {
  assert.deepEqual(changed({ tolerations: [] }), [
    'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
  ]);
});

const gated = newPod({
  schedulingGates: [{ name: 'example.org/g1' }, { name: 'example.org/g2' }],
  nodeSelector: { a: 'b' },
});

test('gates can only go, and until then a pod may be told more narrowly where to go', () => {
  assert.deepEqual(changed({ schedulingGates: [{ name: 'example.org/g2' }] }, gated), []);
  assert.deepEqual(changed({ schedulingGates: [{ name: 'example.org/g1' }, { name: 'example.org/g3' }] }, gated), [
    "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'example.org/g3'",
  ]);
  assert.deepEqual(changed({ nodeSelector: { a: 'b', c: 'd' } }, gated), []);
  assert.deepEqual(changed({ nodeSelector: { c: 'd' } }, gated), [
    'spec.nodeSelector: Invalid value: {"c":"d"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
  ]);
  const { nodeSelector: _selector, ...anywhere } = gated.spec;
  assert.deepEqual(lines(validatePodUpdate({ ...gated, spec: anywhere }, gated)), [
    'spec.nodeSelector: Invalid value: null: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
  ]);
  const required = (terms: readonly object[]) => ({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  });
  const term = { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] };
  assert.deepEqual(changed({ affinity: required([term]) }, gated), []);
  assert.equal(changed({ nodeSelector: { a: 'b', c: 'd' } }).length, 1, 'not once the gates are gone');
});

test('annotations that mean something are reported as often as upstream looks at them', () => {
  const key = 'controller.kubernetes.io/pod-deletion-cost';
  const odd = { ...old, metadata: { ...old.metadata, annotations: { [key]: 'x' } } };
  const line = `metadata.annotations[${key}]: Invalid value: "x": must be a 32bit integer`;
  assert.deepEqual(lines(validatePodUpdate(odd, old)), [line, line]);
  assert.deepEqual(lines(validateEphemeralContainersUpdate(odd, old)), [line, line]);
});

test('what mirrors a static pod has no guests', () => {
  const annotations = { 'kubernetes.io/config.mirror': 'x' };
  const mirror = { ...old, metadata: { ...old.metadata, annotations } };
  assert.deepEqual(lines(validateEphemeralContainersUpdate(mirror, mirror)), [
    ': Forbidden: static pods do not support ephemeral containers',
  ]);
});

test('guests may come, and then neither change nor go', () => {
  const guest = { name: 'dbg', image: 'tools:1', targetContainerName: container.name };
  const withGuests = (...guests: readonly object[]): Pod => {
    const ephemeralContainers = guests.map((one) => ({ ...defaulted, ...one }));
    return { ...old, spec: { ...old.spec, ephemeralContainers } as Pod['spec'] };
  };
  const one = withGuests(guest);
  assert.deepEqual(lines(validateEphemeralContainersUpdate(one, old)), []);
  assert.deepEqual(lines(validateEphemeralContainersUpdate(old, one)), [
    'spec.ephemeralContainers: Forbidden: existing ephemeral containers "dbg" may not be removed\n',
  ]);
  assert.deepEqual(lines(validateEphemeralContainersUpdate(withGuests({ ...guest, image: 'b:2' }), one)), [
    'spec.ephemeralContainers: Forbidden: existing ephemeral containers "dbg" may not be changed\n' +
      '@@ -1,6 +1,6 @@\n {\n  "Name": "dbg",\n- "Image": "tools:1",\n+ "Image": "b:2",\n  "Command": null,\n  "Args": null,\n  "WorkingDir": "",\n',
  ]);
  const bad = withGuests(
    { name: 'main', image: 'x', ports: [{ containerPort: 1, protocol: 'TCP' }], restartPolicy: 'Always' },
    { name: 'two', targetContainerName: 'ghost' },
  );
  assert.deepEqual(lines(validateEphemeralContainersUpdate(bad, old)), [
    'spec.ephemeralContainers[0].name: Duplicate value: "main"',
    'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
    'spec.ephemeralContainers[0].restartPolicy: Forbidden: cannot be set for an Ephemeral Container',
    'spec.ephemeralContainers[1].targetContainerName: Not found: "ghost"',
  ]);
});
