import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { notEnforcedIn } from '#node/runtime/process/not-enforced.ts';
import { stored } from '#testing/stored.ts';

function found(container: object, spec: object = {}): readonly string[] {
  const full = { containers: [{ name: 'c', image: 'i', ...container }], ...spec };
  return notEnforcedIn(stored(pods, { metadata: { name: 'p' }, spec: full } as unknown as Pod));
}

test('an ordinary pod has nothing that is accepted and not carried out', () => {
  assert.deepEqual(found({ resources: { requests: { cpu: '1' } } }, { hostname: 'a', dnsPolicy: 'Default' }), []);
});

test('limits, name service and the kind of an empty directory are named', () => {
  const limits = { resources: { limits: { cpu: '1', memory: '1Gi' } } };
  const volumes = [{ name: 'v', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }];
  assert.deepEqual(found(limits, { dnsPolicy: 'None', hostAliases: [{ ip: '1.2.3.4' }], volumes }), [
    'spec.hostAliases',
    'spec.dnsPolicy (None)',
    'spec.containers[0].resources.limits.cpu',
    'spec.containers[0].resources.limits.memory',
    'spec.volumes[0].emptyDir.medium (it lies on disk)',
    'spec.volumes[0].emptyDir.sizeLimit',
  ]);
});
