import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protobufV2 } from '#api/openapi/protobuf-v2.ts';
import { ProtobufReader } from '#schema/protobuf-reader.ts';

type Fields = readonly (readonly [number: number, value: string | Uint8Array])[];

/** The length-delimited fields of a message. */
function fieldsOf(bytes: Uint8Array): Fields {
  const fields: [number, Uint8Array][] = [];
  const reader = new ProtobufReader(bytes);
  while (!reader.isDone) {
    const { number, wireType } = reader.tag();
    if (wireType === 2) fields.push([number, reader.slice()]);
    else reader.skip(wireType);
  }
  return fields;
}

/** What lies at a path of field numbers, always the first of its number, as text. */
function textAt(bytes: Uint8Array, ...path: readonly number[]): string {
  const end = path.reduce((inner, number) => {
    const found = fieldsOf(inner).find(([candidate]) => candidate === number)?.[1];
    return (found ?? assert.fail(`no field ${number} of ${path.join('.')}`)) as Uint8Array;
  }, bytes);
  return Buffer.from(end).toString('utf8');
}

const bytes = protobufV2({
  swagger: '2.0',
  info: { title: 'Kubernetes', version: 'v1' },
  paths: {
    '/apis/batch/v1/jobs': {
      get: {
        operationId: 'listJobs',
        responses: { 200: { description: 'OK', schema: { $ref: '#/definitions/JobList' } } },
      },
      parameters: [{ name: 'limit', in: 'query', type: 'integer', description: 'How many.' }],
    },
  },
  definitions: {
    Job: {
      description: 'A job.',
      type: 'object',
      required: ['spec'],
      properties: { spec: { $ref: '#/definitions/JobSpec' } },
      'x-kubernetes-group-version-kind': [{ group: 'batch', kind: 'Job', version: 'v1' }],
    },
  },
});

test('the document, its paths and their parameters stand under their numbers', () => {
  assert.equal(textAt(bytes, 1), '2.0');
  assert.equal(textAt(bytes, 2, 1), 'Kubernetes');
  assert.equal(textAt(bytes, 8, 2, 1), '/apis/batch/v1/jobs');
  assert.equal(textAt(bytes, 8, 2, 2, 2, 5), 'listJobs');
  assert.equal(textAt(bytes, 8, 2, 2, 2, 9, 1, 2, 1, 2, 1, 1), '#/definitions/JobList');
  assert.equal(textAt(bytes, 8, 2, 2, 9, 1, 2, 3, 4), 'limit');
});

test('a definition has its type, its fields and the kind it stands for', () => {
  assert.equal(textAt(bytes, 9, 1, 1), 'Job');
  assert.equal(textAt(bytes, 9, 1, 2, 19), 'spec');
  assert.equal(textAt(bytes, 9, 1, 2, 22, 1), 'object');
  assert.equal(textAt(bytes, 9, 1, 2, 25, 1, 2, 1), '#/definitions/JobSpec');
  assert.equal(textAt(bytes, 9, 1, 2, 31, 1), 'x-kubernetes-group-version-kind');
  assert.deepEqual(JSON.parse(textAt(bytes, 9, 1, 2, 31, 2, 2)), [{ group: 'batch', kind: 'Job', version: 'v1' }]);
});
