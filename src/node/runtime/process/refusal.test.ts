import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { type NodeRights, refusalOf } from '#node/runtime/process/refusal.ts';
import { stored } from '#testing/stored.ts';

/** A machine on which next to nothing is possible. */
const bare: NodeRights = {
  ...{ uid: 0, groups: [], canMount: false, canMakeTerminals: false },
  ...{ canRestrict: false, hasSELinux: true },
};

function refusal(container: object, spec: object = {}, uid = 0, canMount = false): string | undefined {
  return refusalBy({ ...bare, uid, canMount }, container, spec);
}

function refusalBy(node: NodeRights, container: object, spec: object = {}): string | undefined {
  const full = { containers: [{ name: 'c', image: 'i', ...container }], ...spec };
  return refusalOf(stored(pods, { metadata: { name: 'p' }, spec: full } as unknown as Pod), node);
}

const tokenMount = {
  name: 'kube-api-access-x',
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  readOnly: true,
};
const tokenVolume = { name: 'kube-api-access-x', projected: { sources: [] } };
const hostPath = (path: string, type?: string) => [{ name: 'v', hostPath: { path, type } }];

test('an ordinary pod is taken, service account, limits, ports and an identity mount included', () => {
  assert.equal(refusal({}), undefined);
  assert.equal(refusal({ stdin: true, stdinOnce: true }), undefined);
  assert.equal(refusal({ volumeMounts: [tokenMount] }, { volumes: [tokenVolume] }), undefined);
  assert.equal(
    refusal({ resources: { limits: { cpu: '1', memory: '1Gi' } }, ports: [{ containerPort: 80 }] }),
    undefined,
  );
  assert.equal(refusal({ volumeMounts: [{ name: 'v', mountPath: '/tmp' }] }, { volumes: hostPath('/tmp') }), undefined);
  assert.equal(refusal({ securityContext: { runAsUser: 5 } }), undefined);
  assert.equal(refusal({ securityContext: { runAsUser: 5 } }, {}, 5), undefined);
  assert.equal(refusal({}, { volumes: [{ name: 'unused', emptyDir: {} }] }), undefined);
});

test('what cannot be honoured is refused by its field, never left out in silence', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['spec.containers[0].tty: no pseudo-terminal support on this node', refusal({ tty: true })],
    [
      'spec.containers[0].volumeMounts[0].mountPath "/etc/x": this node cannot mount',
      refusal({ volumeMounts: [{ name: 'v', mountPath: '/etc/x' }] }, { volumes: hostPath('/etc') }),
    ],
    [
      'spec.containers[0].volumeMounts[0].readOnly: cannot be enforced',
      refusal({ volumeMounts: [{ name: 'v', mountPath: '/etc', readOnly: true }] }, { volumes: hostPath('/etc') }),
    ],
    [
      'spec.containers[0].securityContext.readOnlyRootFilesystem: ',
      refusal({ securityContext: { readOnlyRootFilesystem: true } }),
    ],
    [
      'spec.containers[0].securityContext.capabilities.drop: this machine has no setpriv',
      refusal({ securityContext: { capabilities: { drop: ['ALL'] } } }),
    ],
    [
      'spec.containers[0].securityContext.allowPrivilegeEscalation: this machine has no setpriv',
      refusal({ securityContext: { allowPrivilegeEscalation: false } }),
    ],
    [
      'spec.containers[0].securityContext.seLinuxOptions: ',
      refusal({ securityContext: { seLinuxOptions: { type: 'spc_t' } } }),
    ],
    ['spec.securityContext.fsGroup 5: this machine has no setpriv', refusal({}, { securityContext: { fsGroup: 5 } })],
    ['spec.securityContext.fsGroup 5: not permitted', refusal({}, { securityContext: { fsGroup: 5 } }, 7)],
    [
      'spec.securityContext.supplementalGroups 6: not permitted',
      refusal({}, { securityContext: { supplementalGroups: [6] } }, 7),
    ],
    [
      'spec.containers[0].securityContext.seccompProfile: Localhost',
      refusal({ securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'a' } } }, {}, 7),
    ],
    [
      'spec.containers[0].securityContext.runAsUser 5: node daemon is not root',
      refusal({ securityContext: { runAsUser: 5 } }, {}, 7),
    ],
    [
      'spec.containers[0].securityContext.seccompProfile: ',
      refusal({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }),
    ],
    [
      'spec.securityContext.sysctls[0]: sysctl "a.b" is host-wide here',
      refusal({}, { securityContext: { sysctls: [{ name: 'a.b', value: '1' }] } }),
    ],
    ['spec.initContainers[0].tty: ', refusal({}, { initContainers: [{ name: 'i', tty: true }] })],
  ];
  for (const [expected, actual] of cases)
    assert(actual?.startsWith(expected), `${actual} should start with ${expected}`);
});

test('a hardened pod is taken where a process can be kept to it', () => {
  const hardened = {
    securityContext: {
      ...{ runAsNonRoot: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    },
  };
  const securityContext = {
    ...{ fsGroup: 5, supplementalGroups: [6], seLinuxOptions: { level: 's0' } },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const able = { ...bare, canMount: true, canRestrict: true, hasSELinux: false };
  assert.equal(refusalBy(able, hardened, { securityContext }), undefined);
  const user = { ...able, uid: 7, groups: [5, 6] };
  assert.equal(refusalBy(user, hardened, { securityContext }), undefined);
  const { allowPrivilegeEscalation: _, ...rest } = hardened.securityContext;
  assert.equal(
    refusalBy({ ...user, canRestrict: false }, { securityContext: rest }, { securityContext }),
    undefined,
    'who is not root has nothing that could be taken',
  );
});

test('where containers have mounts of their own, all that can be laid out is taken', () => {
  const mounted = (mount: object, volume: object) =>
    refusal(
      { volumeMounts: [{ name: 'v', mountPath: '/x', ...mount }] },
      { volumes: [{ name: 'v', ...volume }] },
      0,
      true,
    );
  const claim = { persistentVolumeClaim: { claimName: 'a', readOnly: true } };
  for (const volume of [
    { emptyDir: {} },
    { configMap: { name: 'a' } },
    { secret: {} },
    { hostPath: { path: '/etc' } },
    claim,
  ])
    assert.equal(mounted({ readOnly: true, subPath: 'a' }, volume), undefined);
  const refused: readonly (readonly [string | undefined, string])[] = [
    [mounted({}, { csi: { driver: 'a' } }), 'spec.volumes[0].csi: '],
    [mounted({ mountPath: '/' }, { emptyDir: {} }), 'spec.containers[0].volumeMounts[0].mountPath "/": '],
    [
      mounted({ mountPropagation: 'Bidirectional' }, { emptyDir: {} }),
      'spec.containers[0].volumeMounts[0].mountPropagation: ',
    ],
  ];
  for (const [actual, expected] of refused)
    assert(actual?.startsWith(expected), `${actual} should start with ${expected}`);
});

test('a pod that asks for variables instead of mounts is taken anywhere, unless it needs what only a mount gives', () => {
  const asking = (mount: object, volume: object) => {
    const spec = {
      containers: [{ name: 'c', image: 'i', volumeMounts: [{ name: 'v', mountPath: '/x', ...mount }] }],
      volumes: [{ name: 'v', ...volume }],
    };
    const metadata = { name: 'p', annotations: { 'sampan.dev/volume-mode': 'env' } };
    return refusalOf(stored(pods, { metadata, spec } as unknown as Pod), { ...bare, uid: 5 });
  };
  assert.equal(asking({}, { emptyDir: {} }), undefined);
  assert.equal(asking({ readOnly: true }, { configMap: { name: 'a' } }), undefined);
  assert.equal(
    asking({ readOnly: true }, { emptyDir: {} }),
    'spec.containers[0].volumeMounts[0].readOnly: cannot be enforced',
  );
  assert.equal(asking({ subPath: 'a' }, { emptyDir: {} }), 'spec.containers[0].volumeMounts[0].subPath: needs a mount');
});
