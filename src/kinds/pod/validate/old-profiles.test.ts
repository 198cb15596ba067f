import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validatePod } from '#kinds/pod/validate/pod.ts';
import { podTemplates } from '#kinds/pod-template/pod-template.ts';
import { container, created, lines, newPod } from '#kinds/test-objects.ts';

const seccomp = 'container.seccomp.security.alpha.kubernetes.io/main';
const appArmor = 'container.apparmor.security.beta.kubernetes.io/main';
const context = 'spec.containers[0].securityContext';
const type = (what: string) => `Forbidden: ${what} type in annotation and field must match`;

/** A profile by its field, what an annotation says, and what upstream's rules say of both together. */
const rows: readonly (readonly [object, { readonly [annotation: string]: string }, readonly string[]])[] = [
  [{ seccompProfile: { type: 'RuntimeDefault' } }, { [seccomp]: 'docker/default' }, []],
  [
    { seccompProfile: { type: 'RuntimeDefault' } },
    { [seccomp]: 'unconfined' },
    [`${context}.seccompProfile.type: ${type('seccomp')}`],
  ],
  [
    { seccompProfile: { type: 'Localhost', localhostProfile: 'a' } },
    { [seccomp]: 'localhost/b' },
    [`${context}.seccompProfile.localhostProfile: Forbidden: seccomp profile in annotation and field must match`],
  ],
  [{ seccompProfile: { type: 'Localhost', localhostProfile: 'a' } }, { [seccomp]: 'localhost/a' }, []],
  [
    { appArmorProfile: { type: 'Unconfined' } },
    { [appArmor]: 'runtime/default' },
    [`${context}.appArmorProfile.type: ${type('apparmor')}`],
  ],
  [
    { appArmorProfile: { type: 'Localhost', localhostProfile: 'a' } },
    { [appArmor]: 'localhost/b' },
    [`${context}.appArmorProfile.localhostProfile: Forbidden: apparmor profile in annotation and field must match`],
  ],
];

test('annotations and fields about confinement say the same, or the pod is refused', () => {
  for (const [securityContext, annotations, errors] of rows) {
    const pod = newPod({ containers: [{ ...container, securityContext }] }, { annotations });
    assert.deepEqual(lines(validatePod(pod)), errors);
  }
});

test('a profile of the pod counts for containers without their own, in templates too, but not on Windows', () => {
  const spec = { containers: [container], securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } };
  const check = (more: object) => {
    const template = { metadata: { annotations: { [appArmor]: 'unconfined' } }, spec: { ...spec, ...more } };
    return lines(podTemplates.rules.validate?.(created(podTemplates, { template })) ?? []);
  };
  assert.deepEqual(check({}), [`template.${context}.appArmorProfile.type: ${type('apparmor')}`]);
  assert.deepEqual(check({ os: { name: 'windows' } }), [
    'template.spec.securityContext.appArmorProfile: Forbidden: cannot be set for a windows pod',
  ]);
});
