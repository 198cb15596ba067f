import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkStream, contentType, errorFormat, negotiate, negotiateDocument } from '#server/negotiate.ts';

const json = { encoding: 'json', view: { as: 'object' }, pretty: false };

test('no wish, any wish and JSON are answered with JSON', () => {
  for (const accept of [undefined, '', '*/*', 'application/json', 'application/json;charset=utf-8;foo=bar']) {
    assert.deepEqual(negotiate(accept), json, String(accept));
  }
});

test('clauses count in order of weight, and those we cannot satisfy are passed over', () => {
  assert.equal(negotiate('text/html;q=0.9, application/json;q=0.5')?.encoding, 'json');
  assert.equal(negotiate('application/json;q=0.1, application/yaml;q=0.8')?.encoding, 'yaml');
  assert.equal(negotiate('application/vnd.kubernetes.protobuf,application/json')?.encoding, 'json');
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

test('nothing acceptable is told apart', () => {
  for (const accept of [
    'text/html',
    'application/*',
    'application/json;as=Table;v=v2;g=meta.k8s.io',
    'application/json;q=0',
  ]) {
    assert.equal(negotiate(accept), undefined, accept);
  }
});

test('an error keeps to the encoding and drops the form', () => {
  assert.deepEqual(errorFormat('application/json;as=Table;v=v1;g=meta.k8s.io'), json);
  assert.equal(errorFormat('application/yaml').encoding, 'yaml');
  assert.deepEqual(errorFormat('text/html'), json);
});

test('a watch is streamed as JSON, and said to be no more than that; YAML and other streams cannot be had', () => {
  const streamed = negotiate('application/json;stream=watch') ?? assert.fail();
  assert.equal(contentType(streamed), 'application/json');
  assert.doesNotThrow(() => checkStream(streamed, false));
  assert.throws(() => checkStream(negotiate('application/yaml') ?? assert.fail(), false), {
    message:
      'only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
  });
  assert.equal(negotiate('application/yaml;stream=watch'), undefined);
  assert.equal(negotiate('application/json;stream=tail'), undefined);
});

test('a document without forms is had as JSON, YAML or not at all', () => {
  const encodings: { readonly [accept: string]: string | undefined } = {
    '*/*': 'json',
    'application/yaml': 'yaml',
    'text/html,*/*;q=0.8': 'json',
    'application/vnd.kubernetes.protobuf': 'json',
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
