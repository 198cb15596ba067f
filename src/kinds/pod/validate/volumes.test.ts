import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validatePod } from '#kinds/pod/validate/pod.ts';
import { podTemplates } from '#kinds/pod-template/pod-template.ts';
import { container, created, lines, newPod } from '#kinds/test-objects.ts';
import { labelText, subdomainText } from '#kinds/test-texts.ts';

const claimTemplate = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };

/** Pods and what upstream was recorded to say of them. */
const refused = [
  {
    name: 'names',
    spec: {
      volumes: [
        { name: '', emptyDir: {} },
        { name: 'Bad_Name', emptyDir: {} },
        { name: 'a', emptyDir: {} },
        { name: 'a', emptyDir: {} },
      ],
    },
    errors: [
      'spec.volumes[0].name: Required value',
      `spec.volumes[1].name: Invalid value: "Bad_Name": ${labelText}`,
      'spec.volumes[3].name: Duplicate value: "a"',
    ],
  },
  {
    name: 'two sources',
    spec: { volumes: [{ name: 'a', emptyDir: {}, configMap: { name: 'c' } }] },
    errors: ['spec.volumes[0].configMap: Forbidden: may not specify more than 1 volume type'],
  },
  {
    name: 'hostPath',
    spec: {
      volumes: [
        { name: 'a', hostPath: { path: '' } },
        { name: 'b', hostPath: { path: '/a/../b', type: 'Folder' } },
      ],
    },
    errors: [
      'spec.volumes[0].hostPath.path: Required value',
      'spec.volumes[1].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
      'spec.volumes[1].hostPath.type: Unsupported value: "Folder": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
    ],
  },
  {
    name: 'configMap and secret',
    spec: {
      volumes: [
        {
          name: 'a',
          configMap: {
            name: '',
            defaultMode: 512,
            items: [
              { key: '', path: '' },
              { key: 'k', path: '/abs' },
              { key: 'k', path: '..' },
            ],
          },
        },
        { name: 'b', secret: { secretName: '', items: [{ key: 'bad key!', path: 'a/../b', mode: -1 }] } },
      ],
    },
    errors: [
      'spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive',
      'spec.volumes[0].configMap.items[0].key: Required value',
      'spec.volumes[0].configMap.items[0].path: Required value',
      'spec.volumes[0].configMap.items[1].path: Invalid value: "/abs": must be a relative path',
      'spec.volumes[0].configMap.items[2].path: Invalid value: "..": must not contain \'..\'',
      'spec.volumes[0].configMap.items[2].path: Invalid value: "..": must not start with \'..\'',
      'spec.volumes[0].configMap.name: Required value',
      'spec.volumes[1].secret.items[0].mode: Invalid value: -1: must be a number between 0 and 0777 (octal), both inclusive',
      'spec.volumes[1].secret.items[0].path: Invalid value: "a/../b": must not contain \'..\'',
      'spec.volumes[1].secret.secretName: Required value',
    ],
  },
  {
    name: 'downwardAPI',
    spec: {
      volumes: [
        {
          name: 'a',
          downwardAPI: {
            items: [
              { path: 'x' },
              { path: 'y', fieldRef: { fieldPath: 'status.phase' } },
              { path: 'z', resourceFieldRef: { resource: 'limits.cpu' } },
            ],
          },
        },
      ],
    },
    errors: [
      'spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
      'spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value',
      'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
    ],
  },
  {
    name: 'emptyDir',
    spec: { volumes: [{ name: 'a', emptyDir: { sizeLimit: '-1Gi' } }] },
    errors: ['spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity'],
  },
  {
    name: 'persistentVolumeClaim',
    spec: { volumes: [{ name: 'a', persistentVolumeClaim: { claimName: '' } }] },
    errors: ['spec.volumes[0].persistentVolumeClaim.claimName: Required value'],
  },
  {
    name: 'mounts of volumes',
    spec: {
      containers: [
        {
          ...container,
          volumeMounts: [
            { name: 'a', mountPath: '/x' },
            { name: 'a', mountPath: '/x' },
            { name: 'a', mountPath: '/y', subPath: '/abs' },
            { name: 'a', mountPath: '/z', subPath: 'a', subPathExpr: 'b', mountPropagation: 'Up' },
          ],
        },
      ],
      volumes: [{ name: 'a', emptyDir: {} }],
    },
    errors: [
      'spec.containers[0].volumeMounts.mountPropagation: Unsupported value: "Up": supported values: "Bidirectional", "HostToContainer", "None"',
      'spec.containers[0].volumeMounts.subPath: Invalid value: "/abs": must be a relative path',
      'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique',
      'spec.containers[0].volumeMounts[3].subPathExpr: Invalid value: "b": subPathExpr and subPath are mutually exclusive',
    ],
  },
  {
    name: 'the claim of an ephemeral volume used by another',
    spec: {
      volumes: [
        { name: 'a', ephemeral: { volumeClaimTemplate: claimTemplate } },
        { name: 'b', persistentVolumeClaim: { claimName: 'x-a' } },
      ],
    },
    errors: [
      'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "x-a": must not reference a PVC that gets created for an ephemeral volume',
    ],
  },
  {
    name: 'storage drivers',
    spec: {
      volumes: [
        { name: 'a', csi: { driver: 'Bad_Driver', nodePublishSecretRef: { name: 'Bad' } } },
        { name: 'b', csi: { driver: `${'x'.repeat(64)}`, nodePublishSecretRef: {} } },
        { name: 'c', storageos: { volumeName: 'v', volumeNamespace: 'Bad', secretRef: {} } },
        { name: 'd', image: { reference: '' } },
        { name: 'e', image: { reference: 'x:1', pullPolicy: 'Maybe' } },
      ],
    },
    errors: [
      `spec.volumes[0].csi.driver: Invalid value: "Bad_Driver": ${subdomainText}`,
      `spec.volumes[0].csi.name: Invalid value: "Bad": ${subdomainText}`,
      'spec.volumes[1].csi.driver: Too long: may not be more than 63 bytes',
      'spec.volumes[1].csi.nodePublishSecretRef.name: Required value',
      'spec.volumes[2].storageos.secretRef.name: Required value',
      `spec.volumes[2].storageos.volumeNamespace: Invalid value: "Bad": ${labelText}`,
      'spec.volumes[3].image.reference: Required value',
      'spec.volumes[4].image.pullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
    ],
  },
  {
    name: 'iSCSI and Quobyte',
    spec: {
      volumes: [
        {
          name: 'a'.repeat(40),
          iscsi: { targetPortal: 'b'.repeat(24), iqn: 'eui.0123456789ABCDEF', lun: 0, initiatorName: 'x' },
        },
        { name: 'b', quobyte: { registry: '[::1]:1,a]:1,b:c:1', volume: 'v' } },
      ],
    },
    errors: [
      'spec.volumes[0].iscsi.initiatorname: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
      `spec.volumes[0].name: Invalid value: "${'a'.repeat(40)}": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.`,
      'spec.volumes[1].quobyte.registry: Invalid value: "[::1]:1,a]:1,b:c:1": must be a host:port pair or multiple pairs separated by commas',
      'spec.volumes[1].quobyte.registry: Invalid value: "[::1]:1,a]:1,b:c:1": must be a host:port pair or multiple pairs separated by commas',
    ],
  },
];

test('an image of a template may come later, and what is behind a switch that is off is gone', () => {
  const volumes = [
    { name: 'a', image: {} },
    {
      name: 'b',
      projected: { sources: [{ clusterTrustBundle: { path: '' } }, { podCertificate: { signerName: '' } }] },
    },
  ];
  const template = created(podTemplates, { template: { spec: { containers: [container], volumes } } });
  assert.deepEqual(lines(podTemplates.rules.validate?.(template) ?? []), []);
  assert.deepEqual(template.template.spec.volumes?.[1]?.projected?.sources, [{}, {}]);
});

for (const { name, spec, errors } of refused) {
  test(`refused as upstream refuses it: ${name}`, () => {
    assert.deepEqual([...lines(validatePod(newPod(spec)))].sort(), errors);
  });
}
