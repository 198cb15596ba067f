import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPullPolicy } from '#kinds/pod/image-reference.ts';

const digest = `sha256:${'1'.repeat(64)}`;

test('only the tag latest, written or meant, is fetched every time', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['tide', 'Always'],
    ['tide:latest', 'Always'],
    ['tide:1.0', 'IfNotPresent'],
    ['registry.example:5000/tide', 'Always'],
    ['registry.example:5000/sea/tide:2', 'IfNotPresent'],
    [`tide@${digest}`, 'IfNotPresent'],
    [`tide:latest@${digest}`, 'Always'],
    ['', 'IfNotPresent'],
    [' spaced ', 'IfNotPresent'],
    ['UPPER', 'IfNotPresent'],
  ];
  for (const [image, policy] of cases) assert.equal(defaultPullPolicy(image), policy, image);
});
