import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateSecret } from '#kinds/secret/validate.ts';

test('a registry login that is no JSON object is refused in the words of Go, without showing it', () => {
  const found = (text: string) => {
    const data = { '.dockercfg': Buffer.from(text).toString('base64') };
    const metadata = { name: 's', namespace: 'default' };
    return validateSecret({
      kind: 'Secret',
      apiVersion: 'v1',
      metadata,
      type: 'kubernetes.io/dockercfg',
      data,
    } as never).map(({ field, message }) => `${field}: ${message}`);
  };
  const hidden = 'data[.dockercfg]: Invalid value: "<secret contents redacted>": ';
  assert.deepEqual(found('{"a.example": {}}'), []);
  assert.deepEqual(found('null'), []);
  assert.deepEqual(found('x'), [`${hidden}invalid character 'x' looking for beginning of value`]);
  assert.deepEqual(found('{'), [`${hidden}unexpected end of JSON input`]);
  assert.deepEqual(found('[1]'), [
    `${hidden}json: cannot unmarshal array into Go value of type map[string]interface {}`,
  ]);
});
