import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { notEnforcedIn } from '#node/runtime/process/not-enforced.ts';
import { stored } from '#testing/stored.ts';

function found(container: object, spec: object = {}, isRoot = true): readonly string[] {
  const full = { containers: [{ name: 'c', image: 'i', ...container }], ...spec };
  return notEnforcedIn(stored(pods, { metadata: { name: 'p' }, spec: full } as unknown as Pod), isRoot);
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

test('of a hardened pod only that is named which a process is not kept to', () => {
  const securityContext = {
    ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
    ...{ capabilities: { drop: ['ALL'], add: ['NET_RAW'] }, seLinuxOptions: { level: 's0' } },
  };
  const spec = { securityContext: { fsGroup: 5, seccompProfile: { type: 'RuntimeDefault' } }, hostUsers: false };
  const byRoot = [
    'spec.hostUsers (false)',
    'spec.securityContext.seccompProfile (calls are not filtered; the capabilities behind those it forbids are dropped)',
    'spec.containers[0].securityContext.seLinuxOptions (the machine has no SELinux)',
  ];
  assert.deepEqual(found({ securityContext }, spec), byRoot);
  const added = 'spec.containers[0].securityContext.capabilities.add (the node is not root)';
  assert.deepEqual(found({ securityContext }, spec, false), [...byRoot, added]);
});
