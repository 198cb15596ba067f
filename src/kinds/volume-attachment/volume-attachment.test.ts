import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decoded, lines } from '#kinds/test-objects.ts';
import type { VolumeAttachment } from '#kinds/volume-attachment/schema.ts';
import { volumeAttachments } from '#kinds/volume-attachment/volume-attachment.ts';
import type { Draft } from '#schema/type.ts';

const { rules, table } = volumeAttachments;
const wanted = { attacher: 'myattacher', source: { persistentVolumeName: 'pv1' }, nodeName: 'mynode' };
const attachment = (spec: object = {}, status: object = {}, metadata: object = {}): VolumeAttachment =>
  decoded(volumeAttachments, { metadata, spec: { ...wanted, ...spec }, status });
const refused = (spec: object, status: object = {}): readonly string[] =>
  lines(rules.validate?.(attachment(spec, status)) ?? []);

const inline = { accessModes: ['ReadWriteOnce'], csi: { driver: 'com.test.foo', volumeHandle: 'foobar' } };
const inside = 'spec.source.inlineVolumeSpec';
const both = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';

const rows: readonly (readonly [what: string, spec: object, errors: readonly string[]])[] = [
  ['a volume', {}, []],
  ['a volume of its own', { source: { inlineVolumeSpec: inline } }, []],
  ['nothing', { source: {} }, [`spec.source: Required value: ${both}`]],
  [
    'two volumes',
    { source: { inlineVolumeSpec: inline, persistentVolumeName: 'a' } },
    [`spec.source: Forbidden: ${both}`],
  ],
  ['nobody to attach it', { attacher: '' }, ['spec.attacher: Required value']],
  [
    'more than an inline volume has',
    {
      source: {
        inlineVolumeSpec: {
          claimRef: {},
          capacity: { storage: '1' },
          persistentVolumeReclaimPolicy: 'Delete',
          nodeAffinity: {},
          storageClassName: 'a',
          volumeMode: 'Block',
          hostPath: { path: '/a' },
        },
      },
    },
    [
      `${inside}.claimRef: Forbidden: may not be specified in the context of inline volumes`,
      `${inside}.capacity: Forbidden: may not be specified in the context of inline volumes`,
      `${inside}.csi: Required value: has to be specified in the context of inline volumes`,
      `${inside}.accessModes: Required value`,
      `${inside}.persistentVolumeReclaimPolicy: Forbidden: may only be Retain in the context of inline volumes`,
      `${inside}.nodeAffinity: Forbidden: may not be specified in the context of inline volumes`,
      `${inside}.storageClassName: Forbidden: may not be specified in the context of inline volumes`,
      `${inside}.volumeMode: Forbidden: may not specify volumeMode other than Filesystem in the context of inline volumes`,
    ],
  ],
];

for (const [what, spec, errors] of rows) {
  test(`attaching ${what}`, () => assert.deepEqual(refused(spec), errors));
}

test('names are names', () => {
  const errors = refused({ source: { persistentVolumeName: '' }, nodeName: '' });
  assert.deepEqual(
    errors.map((line) => line.split(': ').slice(0, 2).join(': ')),
    [
      'spec.source.persistentVolumeName: Required value',
      'spec.nodeName: Invalid value',
      'spec.source.persistentVolumeName: Invalid value',
    ],
  );
});

test('what went wrong has its limits', () => {
  const long = 'x'.repeat(1025);
  assert.deepEqual(
    refused({}, { attached: true, attachError: { message: long, errorCode: -1 }, detachError: { message: 'a' } }),
    [
      'status.attachError.message: Too long: may not be more than 262144 bytes',
      'status.attachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive',
    ],
  );
  assert.deepEqual(refused({}, { attachmentMetadata: { a: 'x'.repeat(256 * 1024) } }), [
    'status.attachmentMetadata: Too long: may not be more than 262144 bytes',
  ]);
  assert.deepEqual(attachment({}, { attachError: {} }).status, { attached: false, attachError: { time: null } });
});

test('what is wanted stays', () => {
  assert.deepEqual(lines(rules.validateUpdate?.(attachment({ nodeName: 'other' }), attachment()) ?? []), [
    'spec: Invalid value: {"Attacher":"myattacher","Source":{"PersistentVolumeName":"pv1","InlineVolumeSpec":null},"NodeName":"other"}: field is immutable',
  ]);
});

test('whoever writes the status writes no labels', () => {
  const draft = structuredClone(
    attachment({}, {}, { labels: { a: 'b' }, managedFields: [{ manager: 'm' }] }),
  ) as Draft<VolumeAttachment>;
  rules.prepareStatusUpdate?.(draft, attachment({}, {}, { labels: { c: 'd' } }), {} as never);
  assert.deepEqual([draft.metadata.labels, draft.metadata.managedFields], [{ c: 'd' }, [{ manager: 'm' }]]);
});

test('an attachment as it is listed, and what people are told of it', () => {
  const now = Date.parse('2026-01-01T01:00:00Z');
  assert.deepEqual(table.cells(attachment({}, { attached: true }), now), [
    'x',
    'myattacher',
    'pv1',
    'mynode',
    true,
    '60m',
  ]);
  assert.deepEqual(table.cells(attachment({ source: {} }), now).slice(2, 5), ['', 'mynode', false]);
  assert.equal(rules.notes?.(attachment(), undefined).length, 1);
});
