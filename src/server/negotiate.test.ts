import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  aggregatedEncoding,
  checkStream,
  errorFormat,
  negotiate,
  negotiateDocument,
  notAcceptable,
} from '#server/negotiate.ts';

const json = { encoding: 'json', view: { as: 'object' }, pretty: false };
const protobuf = 'application/vnd.kubernetes.protobuf';
const partial = 'as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

test('no wish, any wish and JSON are answered with JSON', () => {
  for (const accept of [undefined, '', '*/*', 'application/json', 'application/json;charset=utf-8;foo=bar']) {
    assert.deepEqual(negotiate(accept), json, String(accept));
  }
});

test('clauses count in order of weight, and those we cannot satisfy are passed over', () => {
  assert.equal(negotiate('text/html;q=0.9, application/json;q=0.5')?.encoding, 'json');
  assert.equal(negotiate('application/json;q=0.1, application/yaml;q=0.8')?.encoding, 'yaml');
  assert.equal(negotiate('application/cbor, application/json;q=0.9')?.encoding, 'json');
});

test('a table is made when asked for in a version we know, whatever the order and spacing', () => {
  for (const accept of [
    'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
    'application/json; g="meta.k8s.io" ; v=v1 ;as=Table',
  ]) {
    assert.deepEqual(negotiate(accept)?.view, { as: 'Table', version: 'v1' });
  }
  assert.deepEqual(negotiate('application/json;as=Table;v=v9;g=meta.k8s.io,application/json')?.view, { as: 'object' });
});

test('what has no table is had in another form, if one will do', () => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  assert.deepEqual(negotiate(`${table},application/json`, { hasTables: false })?.view, { as: 'object' });
  assert.equal(negotiate(table, { hasTables: false }), undefined);
});

test('nothing acceptable is told apart', () => {
  for (const accept of [
    'text/html',
    'application/*',
    'application/json;as=Table;v=v2;g=meta.k8s.io',
    'application/json;q=0',
    'application/json;g=meta.k8s.io;v=v1',
    'application/json;v=v1',
  ]) {
    assert.equal(negotiate(accept), undefined, accept);
  }
});

test('protobuf is had of built-in objects, and of the metadata of any', () => {
  assert.deepEqual(negotiate(`${protobuf},application/json`), { encoding: 'protobuf', view: { as: 'object' } });
  assert.equal(negotiate(`${protobuf},application/json`, { isCustom: true })?.encoding, 'json');
  assert.equal(negotiate(protobuf, { isCustom: true }), undefined);
  for (const isCustom of [false, true]) {
    const { encoding, view } =
      negotiate(`${protobuf};${partial},application/json;${partial}`, { isCustom }) ?? assert.fail();
    assert.deepEqual(
      { encoding, view },
      { encoding: 'protobuf', view: { as: 'PartialObjectMetadata', version: 'v1' } },
    );
  }
});

test('there are no tables in protobuf', () => {
  const table = 'as=Table;g=meta.k8s.io;v=v1';
  assert.equal(negotiate(`${protobuf};${table}`), undefined);
  assert.deepEqual(negotiate(`${protobuf};${table},application/json;${table}`)?.encoding, 'json');
  const { message } = notAcceptable(`${protobuf};${table}`, false);
  assert.equal(
    message,
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
});

test('an error keeps to the encoding of a clause that asks for no other form, and else to JSON', () => {
  assert.deepEqual(errorFormat('application/json;as=Table;v=v1;g=meta.k8s.io'), json);
  assert.equal(errorFormat('application/yaml').encoding, 'yaml');
  assert.deepEqual(errorFormat('text/html'), json);
  assert.equal(errorFormat(`${protobuf}, */*`).encoding, 'protobuf');
  assert.deepEqual(errorFormat(`${protobuf};${partial},application/json;${partial}`), json);
});

test('a watch is streamed as JSON or protobuf; YAML and other streams cannot be had', () => {
  for (const accept of ['application/json;stream=watch', `${protobuf};stream=watch`]) {
    assert.doesNotThrow(() => checkStream(negotiate(accept) ?? assert.fail()), accept);
  }
  assert.throws(() => checkStream(negotiate('application/yaml') ?? assert.fail()), {
    message:
      'only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
  });
  assert.equal(negotiate('application/yaml;stream=watch'), undefined);
  assert.equal(negotiate('application/json;stream=tail'), undefined);
});

test('all of discovery in one document is had in every encoding, whatever stands before it', () => {
  const aggregated = 'g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  assert.equal(aggregatedEncoding(`application/json,application/json;${aggregated}`), 'json');
  assert.equal(aggregatedEncoding(`${protobuf};${aggregated}`), 'protobuf');
  assert.equal(
    aggregatedEncoding('application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList'),
    undefined,
  );
});

test('a document without forms is had in every encoding or not at all', () => {
  const encodings: { readonly [accept: string]: string | undefined } = {
    '*/*': 'json',
    'application/yaml': 'yaml',
    'text/html,*/*;q=0.8': 'json',
    [protobuf]: 'protobuf',
    'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList': undefined,
    'application/json;as=Table;v=v1;g=meta.k8s.io,application/yaml': 'yaml',
    'text/html': undefined,
  };
  for (const [accept, encoding] of Object.entries(encodings)) {
    assert.equal(negotiateDocument(accept)?.encoding, encoding, accept);
  }
});

test('any Accept header can be read', () => {
  fc.assert(fc.property(fc.string(), (accept) => void negotiate(accept)));
});
