import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sealed } from '#api/object-value.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { ObjectList } from '#client/client.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { type ListForm, objectListForm, partialListForm, tableForm } from './list-form.ts';
import { indentedListChunks, listChunks, yamlListChunks } from './list-text.ts';
import { yamlText } from './yaml-text.ts';

const resource = configMaps as unknown as ResourceDefinition;
const table = { resource, version: 'v1', includeObject: 'Object', clock: new VirtualClock() } as const;

/** The list as one value. */
function wholeOf({ head, field, objects, value }: ListForm): object {
  return { ...head, [field]: objects.map(value) };
}

const texts = fc.oneof(fc.string(), fc.constantFrom('a\nb\n', '\n\n  x\n\n y', 'yes', ' ', '- a: b\n', 'ends\n\n'));
const lists = fc.array(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), texts), { maxLength: 4 }).map(
  (datas): ObjectList<KubeObject> => ({
    resourceVersion: '9',
    continue: 'more',
    items: datas.map((data, index) =>
      sealed(resource, { metadata: { name: `c-${index}` }, data } as unknown as KubeObject, '7'),
    ),
  }),
);
const forms = fc.oneof(
  lists.map((list) => objectListForm(list, resource)),
  lists.map((list) => tableForm(list, table)),
  lists.map((list) => partialListForm(list, 'v1')),
);

test('a list written item by item reads as if it were written whole, in each of its forms', async () => {
  await fc.assert(
    fc.asyncProperty(forms, async (form) => {
      const whole = wholeOf(form);
      assert.deepEqual(JSON.parse([...listChunks(form)].join('')), JSON.parse(JSON.stringify(whole)));
      assert.equal([...indentedListChunks(form)].join(''), `${JSON.stringify(whole, undefined, 2)}\n`);
      assert.equal([...(await yamlListChunks(form))].join(''), await yamlText(whole));
    }),
  );
});

test('a list of metadata alone names itself and its items', () => {
  const object = sealed(resource, { metadata: { name: 'c' }, data: { a: 'b' } } as unknown as KubeObject, '7');
  assert.deepEqual(wholeOf(partialListForm({ items: [object], resourceVersion: '9' }, 'v1beta1')), {
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1beta1',
    metadata: { resourceVersion: '9' },
    items: [{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1beta1', metadata: object.metadata }],
  });
});
