import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import { fileUserOf } from '#node/volumes/file-user.ts';

const as = (runAsUser?: number): object => ({ name: 'c', securityContext: { runAsUser } });

test('secret files are for the one user that all containers are told to run as', () => {
  const cases: readonly (readonly [string, object, number | undefined])[] = [
    ['nobody is told', { containers: [as()] }, undefined],
    ['one is', { containers: [as(1000)] }, 1000],
    ['root is a user too', { containers: [as(0)] }, 0],
    ['all are by the pod', { securityContext: { runAsUser: 5 }, containers: [as(), as()] }, 5],
    ['a container knows better than the pod', { securityContext: { runAsUser: 5 }, containers: [as(6), as(6)] }, 6],
    ['one differs from the pod', { securityContext: { runAsUser: 5 }, containers: [as(6), as()] }, undefined],
    ['one is not', { containers: [as(1000), as()] }, undefined],
    ['a first one differs', { initContainers: [as(999)], containers: [as(1000)] }, undefined],
    ['a guest differs', { containers: [as(1000)], ephemeralContainers: [as(999)] }, undefined],
    ['all are alike', { initContainers: [as(9)], containers: [as(9)], ephemeralContainers: [as(9)] }, 9],
  ];
  for (const [name, spec, expected] of cases) assert.equal(fileUserOf(spec as PodSpec), expected, name);
});
