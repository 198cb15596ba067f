import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customResource } from '#kinds/custom-resource/custom-resource.ts';
import { buoyDefinition, buoys } from '#kinds/custom-resource/test-buoys.ts';
import type { JSONSchemaProps } from '#kinds/custom-resource-definition/json-schema.ts';
import { decoded } from '#kinds/test-objects.ts';
import { openApiV2Definitions } from '#schema/openapi-v2.ts';
import { openApiV3Schemas } from '#schema/openapi-v3.ts';

const now = Date.parse('2026-01-01T01:00:00Z');

test('a version of a definition becomes a resource', () => {
  const definition = buoyDefinition(
    { type: 'object', description: 'Marks a place at sea.' },
    { subresources: { status: {}, scale: { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' } } },
    { scope: 'Cluster', names: { plural: 'buoys', kind: 'Buoy', listKind: 'Buoys', shortNames: ['bu'] } },
  );
  const resource = customResource(definition, 'v1');
  assert.deepEqual(
    [
      resource?.group,
      resource?.version,
      resource?.kind,
      resource?.custom?.listKind,
      resource?.plural,
      resource?.singular,
    ],
    ['sea.example', 'v1', 'Buoy', 'Buoys', 'buoys', 'buoy'],
  );
  assert.deepEqual([resource?.namespaced, resource?.shortNames], [false, ['bu']]);
  assert.deepEqual(
    resource?.subresources.map(({ name, kind }) => `${name} ${kind}`),
    ['status Buoy', 'scale Scale'],
  );
  assert.equal(resource?.schema.name, 'example.sea.v1.Buoy');
  assert.deepEqual(resource?.scale, { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n' });
  assert.equal(customResource(definition, 'v2'), undefined);
});

test('a deprecated version says where to go, or what its definition says', () => {
  const version = (name: string, more: object = {}) => ({
    ...buoyDefinition({ type: 'object' }).spec.versions[0],
    name,
    storage: name === 'v2',
    ...more,
  });
  const versions = [
    version('v1beta1', { deprecated: true }),
    version('v1'),
    version('v2'),
    version('v3', { deprecated: true, deprecationWarning: 'sunk' }),
    version('v4', { deprecated: true }),
    version('v5', { served: false }),
  ];
  const definition = buoyDefinition({}, {}, { versions });
  const said = (name: string) => customResource(definition, name)?.deprecation;
  assert.deepEqual(['v1beta1', 'v1', 'v3', 'v4'].map(said), [
    'sea.example/v1beta1 Buoy is deprecated; use sea.example/v2 Buoy',
    undefined,
    'sunk',
    'sea.example/v4 Buoy is deprecated',
  ]);
});

test('a status that is not written by itself counts in the generation', () => {
  const old = { metadata: { generation: 4 }, status: { seen: 1 } };
  const generation = (version: object): number | undefined => {
    const resource = buoys({}, { ...version });
    const draft = structuredClone(decoded(resource, { ...old, status: { seen: 2 } })) as never;
    resource.rules.prepareUpdate?.(draft, decoded(resource, old), undefined as never);
    return (draft as { metadata: { generation?: number } }).metadata.generation;
  };
  assert.equal(generation({}), 5);
  assert.equal(generation({ subresources: { status: {} } }), 4);
});

test('writes of the status leave metadata alone but for who wrote them', () => {
  const resource = buoys({}, { subresources: { status: {} } });
  const entry = { manager: 'me', operation: 'Update' };
  const change = { metadata: { labels: { a: 'new' }, managedFields: [entry] } };
  const draft = structuredClone(decoded(resource, change)) as never;
  resource.rules.prepareStatusUpdate?.(draft, decoded(resource, { metadata: { labels: { a: 'old' } } }), null as never);
  const { labels, managedFields } = (draft as { metadata: { labels: object; managedFields: object } }).metadata;
  assert.deepEqual([labels, managedFields], [{ a: 'old' }, [entry]]);
});

test('columns are those of the definition, or the age', () => {
  const columns = [
    { name: 'Depth', type: 'integer', jsonPath: '.spec.depth' },
    { name: 'Ports', type: 'string', jsonPath: '.spec.ports', priority: 1, description: 'all' },
    { name: 'Deep', type: 'boolean', jsonPath: '.spec.deep' },
    { name: 'Since', type: 'date', jsonPath: '.spec.since' },
    { name: 'Wrong', type: 'number', jsonPath: '.spec.since' },
    { name: 'None', type: 'string', jsonPath: '.spec.none' },
  ];
  const { table } = buoys({ 'x-kubernetes-preserve-unknown-fields': true }, { additionalPrinterColumns: columns });
  assert.deepEqual(
    table.columns.slice(1, 3).map(({ name, priority, description }) => ({ name, priority, description })),
    [
      {
        name: 'Depth',
        priority: 0,
        description: 'Custom resource definition column (in JSONPath format): .spec.depth',
      },
      { name: 'Ports', priority: 1, description: 'all' },
    ],
  );
  const spec = { depth: 7.5, ports: [1, 2], deep: false, since: '2026-01-01T00:59:00Z' };
  const resource = buoys({ 'x-kubernetes-preserve-unknown-fields': true });
  const row = (given: object) => table.cells(decoded(resource, { spec: given }), now);
  assert.deepEqual(row(spec), ['x', 7, '[1,2]', false, '60s', null, null]);
  assert.equal(row({ since: 'noon' })[4], '<invalid>');
  assert.equal(row({ since: '2026-01-01' })[4], '<invalid>');
  assert.equal(row({ since: '' })[4], '<unknown>');
  assert.deepEqual(resource.table.cells(decoded(resource, {}), now), ['x', '60m']);
});

test('a column that cannot be read ends the row', () => {
  const paths = ['.spec.a', '.spec[', '.spec.b'];
  const odd = buoys(
    {},
    { additionalPrinterColumns: paths.map((jsonPath) => ({ name: jsonPath, type: 'string', jsonPath })) },
  );
  assert.deepEqual(
    odd.table.columns.map(({ name }) => name),
    ['Name', '.spec.a'],
  );
});

test('values of any type as text are written as Go writes them', () => {
  const schema = { 'x-kubernetes-preserve-unknown-fields': true };
  const column = { name: 'A', type: 'string', jsonPath: '.spec.a' };
  const { table } = buoys(schema, { additionalPrinterColumns: [column] });
  const text = (a: unknown) => table.cells(decoded(buoys(schema), { spec: { a } }), now)[1];
  assert.equal(text({ b: '<', a: [1, { d: null, c: true }] }), '{"a":[1,{"c":true,"d":null}],"b":"\\u003c"}');
  assert.equal(text(null), '<no value>');
  assert.equal(text(undefined), null);
  assert.deepEqual([0, 7.5, 0.0001, 0.00005, 1.5e-12, 1e21].map(text), [
    '0',
    '7.5',
    '0.0001',
    '5e-05',
    '1.5e-12',
    '1e+21',
  ]);
});

test('selectable fields read as text', () => {
  const paths = ['.spec.colour', '.spec.deep', '.spec.depth', '.spec.none'];
  const { selectableFields, unknownSelectorText } = buoys(
    { 'x-kubernetes-preserve-unknown-fields': true },
    { selectableFields: paths.map((jsonPath) => ({ jsonPath })) },
  );
  const resource = buoys({ 'x-kubernetes-preserve-unknown-fields': true });
  const object = decoded(resource, { spec: { colour: 'red', deep: true, depth: 3 } });
  assert.deepEqual(
    Object.entries(selectableFields).map(([path, read]) => [path, read(object)]),
    [
      ['spec.colour', 'red'],
      ['spec.deep', 'true'],
      ['spec.depth', '3'],
      ['spec.none', ''],
    ],
  );
  assert.equal(unknownSelectorText?.('spec.x'), 'field label not supported: spec.x');
});

test('what all objects have is explained in the words that conformance tests look for', () => {
  const schemas = openApiV3Schemas([buoys({}).schema]) as {
    [name: string]: { properties: { [name: string]: unknown } };
  };
  const text = (of: string, field: string) => JSON.stringify(schemas[of]?.properties[field]);
  const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
  assert.match(text('example.sea.v1.Buoy', 'apiVersion'), /APIVersion defines/);
  assert.match(text('example.sea.v1.Buoy', 'metadata'), /Standard object's metadata/);
  assert.match(text(meta, 'creationTimestamp'), /CreationTimestamp is a timestamp/);
});

test('the schema is published with what all objects have, in both versions of OpenAPI', () => {
  const resource = buoys({
    properties: {
      maybe: { type: 'string', nullable: true },
      one: { type: 'string', oneOf: [{ pattern: 'a' }] },
      job: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    },
  });
  const three = openApiV3Schemas([resource.schema]);
  assert.ok('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' in three);
  const schema = three['example.sea.v1.Buoy'] as never as { properties: { metadata: unknown; spec: unknown } };
  assert.deepEqual(schema.properties.metadata, {
    description: "Standard object's metadata: name, labels and everything else that all objects have.",
    allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }],
  });
  const two = openApiV2Definitions([resource.schema])['example.sea.v1.Buoy'] as never as {
    properties: { spec: { properties: { [name: string]: object } } };
  };
  const { maybe, one, job } = two.properties.spec.properties;
  assert.deepEqual([maybe, one], [{}, { type: 'string' }]);
  const kept = { 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true };
  assert.deepEqual(job, kept, 'a schema with properties would make kubectl refuse all other fields');
});

/** The schema of spec as version 2 of OpenAPI publishes it. */
function specInTwo(spec: JSONSchemaProps): unknown {
  const two = openApiV2Definitions([buoys(spec).schema])['example.sea.v1.Buoy'] as never as {
    properties: { spec: unknown };
  };
  return two.properties.spec;
}

test('version 2 of OpenAPI leaves open what may be null or keeps unknown fields', () => {
  const open = { 'x-kubernetes-preserve-unknown-fields': true } as const;
  const inside = { properties: { a: { type: 'string' } } };
  assert.deepEqual(specInTwo({ ...open, ...inside }), open);
  const nullable = { type: 'object', nullable: true, required: ['a'], ...inside };
  assert.deepEqual(specInTwo({ properties: { nullable } }), {
    type: 'object',
    properties: { nullable: { required: ['a'] } },
  });
  const array = { type: 'array', items: { type: 'string' } };
  assert.deepEqual(specInTwo({ properties: { a: { ...array, ...open }, b: { ...array, nullable: true }, c: array } }), {
    type: 'object',
    properties: { a: open, b: {}, c: array },
  });
});

test('version 2 of OpenAPI does not require what may be null, and keeps the rules of expressions', () => {
  const properties = { a: { type: 'string', nullable: true }, b: { type: 'string' } };
  assert.deepEqual(specInTwo({ required: ['a', 'b'], properties }), {
    type: 'object',
    required: ['b'],
    properties: { a: {}, b: { type: 'string' } },
  });
  const additionalProperties = { type: 'string', nullable: true };
  assert.deepEqual(specInTwo({ required: ['a'], additionalProperties }), { type: 'object', additionalProperties: {} });
  const rules = [{ rule: 'self == oldSelf' }];
  assert.deepEqual(specInTwo({ 'x-kubernetes-validations': rules }), {
    type: 'object',
    'x-kubernetes-validations': rules,
  });
});

test('an embedded object must say what it is, and a root that keeps all fields names none in version 2', () => {
  const embedded = { type: 'object', required: ['kind', 'spec'], 'x-kubernetes-embedded-resource': true };
  const spec = specInTwo({ properties: { job: embedded } }) as { properties: { job: { required: unknown } } };
  assert.deepEqual(spec.properties.job.required, ['kind', 'spec', 'apiVersion']);
  const open = {
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
    properties: { spec: { type: 'object' } },
  };
  const schemas = [customResource(buoyDefinition(open), 'v1')?.schema].filter((schema) => schema !== undefined);
  assert.deepEqual(openApiV2Definitions(schemas)['example.sea.v1.Buoy'], { type: 'object' });
  assert.ok('properties' in (openApiV3Schemas(schemas)['example.sea.v1.Buoy'] as object));
});

test('selectable fields are published in both versions of OpenAPI', () => {
  const { schema } = buoys(
    { properties: { color: { type: 'string' } } },
    { selectableFields: [{ jsonPath: '.spec.color' }] },
  );
  for (const published of [openApiV2Definitions([schema]), openApiV3Schemas([schema])]) {
    const shown = published['example.sea.v1.Buoy'] as { [word: string]: unknown };
    assert.deepEqual(shown['x-kubernetes-selectable-fields'], [{ fieldPath: 'spec.color' }]);
  }
});

test('finalizers of custom resources that do not say whose they are get advice', () => {
  const { rules } = buoys({});
  const meta = { name: 'a', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  const buoy = (finalizers: string[]) => ({
    kind: 'Buoy',
    apiVersion: 'sea.example/v1',
    metadata: { ...meta, finalizers },
  });
  assert.match(rules.warnings?.(buoy(['loose']), undefined)[0] ?? '', /^metadata.finalizers: "loose": prefer a domain/);
  assert.deepEqual(rules.warnings?.(buoy(['loose', 'sea.example/rope']), buoy(['loose'])), []);
});
