import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { readEncryptionConfig } from '#app/encryption-config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-encryption-'));
after(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'encryption.yaml');
const secret = Buffer.alloc(32, 1).toString('base64');

function rules(resources: string) {
  const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n';
  writeFileSync(file, `${head}resources: ${resources}\n`);
  return readEncryptionConfig(file);
}

const identity = 'providers: [{identity: {}}]';

test("providers and keys are read in upstream's form and order", () => {
  const keys = `keys: [{name: k2, secret: ${secret}}, {name: k1, secret: ${secret}}]`;
  const [rule] = rules(
    `[{resources: [secrets], providers: [{aesgcm: {${keys}}}, {aescbc: {${keys}}}, {identity: {}}]}]`,
  );
  assert.equal(rule?.prefix, '/registry/secrets/');
  assert.deepEqual(
    rule.providers.map(({ prefix }) => prefix),
    ['aesgcm:v1:k2:', 'aesgcm:v1:k1:', 'aescbc:v1:k2:', 'aescbc:v1:k1:'].map((one) => `k8s:enc:${one}`).concat(''),
  );
});

test('resources are named one by one, by group, or all', () => {
  const prefixes = (resource: string) =>
    rules(`[{resources: ["${resource}"], ${identity}}]`).map(({ prefix }) => prefix);
  assert.deepEqual(prefixes('jobs.batch'), ['/registry/batch/jobs/']);
  assert.deepEqual(prefixes('widgets.example.com'), ['/registry/example.com/widgets/']);
  assert.deepEqual(prefixes('*.batch'), ['/registry/batch/']);
  assert.deepEqual(prefixes('*.*'), ['/registry/']);
  const core = prefixes('*.');
  assert.ok(core.includes('/registry/secrets/') && core.includes('/registry/pods/'));
  assert.ok(!core.some((prefix) => prefix.includes('batch')));
});

test('what makes no sense is refused by its place, and no secret is repeated', () => {
  const short = Buffer.alloc(20, 3).toString('base64');
  const cases: readonly (readonly [string, RegExp])[] = [
    ['[]', /resources: Required value/],
    [`[{resources: [], ${identity}}]`, /resources\[0\]\.resources: Required value/],
    ['[{resources: [secrets], providers: []}]', /resources\[0\]\.providers: Required value/],
    ['[{resources: [secrets], providers: [{}]}]', /providers\[0\]: Invalid value: expected exactly one .* found 0$/],
    ['[{resources: [secrets], providers: [{aesgmc: {}}]}]', /unknown field .*aesgmc.*; did you mean .*aesgcm"\?$/],
    ['[{resources: [secrets], providers: [{aesgcm: {keys: []}}]}]', /providers\[0\]\.aesgcm\.keys: Required value/],
    [`[{resources: [secrets], providers: [{aesgcm: {keys: [{name: "a:b", secret: ${secret}}]}}]}]`, /keys\[0\]\.name/],
    [`[{resources: [secrets], providers: [{aesgcm: {keys: [{name: a, secret: ${short}}]}}]}]`, /keys\[0\]\.secret/],
    ['[{resources: [secrets], providers: [{aesgcm: {keys: [{name: a, secret: "no!"}]}}]}]', /16, 24 or 32 bytes/],
    [`[{resources: [secrets], providers: [{secretbox: {keys: []}}]}]`, /\.secretbox: is not supported: use aesgcm$/],
    [`[{resources: ["*"], ${identity}}]`, /resources\[0\]\.resources\[0\]: Invalid value: "\*"/],
    [`[{resources: [secrets], providers: [{identity: {}}, {identity: {}}]}]`, /there are two of identity/],
  ];
  for (const [text, expected] of cases) {
    assert.throws(
      () => rules(text),
      (error: Error) => {
        assert.match(error.message, expected);
        assert.equal(error.name, 'ConfigError');
        assert.ok(!error.message.includes(secret) && !error.message.includes(short), error.message);
        return true;
      },
      text,
    );
  }
});
