import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { type KubeconfigEntry, kubeconfigText, mergeKubeconfig, readKubeconfig } from '#client/kubeconfig.ts';

let directory = '';
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sampan-kubeconfig-'));
});
after(() => rm(directory, { recursive: true }));

const entry: KubeconfigEntry = {
  cluster: 'sampan',
  user: 'admin',
  context: 'sampan',
  endpoint: { server: 'https://127.0.0.1:6443', authority: 'CA', certificate: 'CERT', key: 'KEY' },
};

test('what is written is what is read', async () => {
  const path = join(directory, 'deep', 'config');
  await mergeKubeconfig(path, entry);
  assert.deepEqual(await readKubeconfig(path), entry.endpoint);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('a kubeconfig names cluster, user and context, and carries its certificates', () => {
  assert.deepEqual(parse(kubeconfigText(entry)), {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sampan', cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Q0E=' } }],
    users: [{ name: 'admin', user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' } }],
    contexts: [{ name: 'sampan', context: { cluster: 'sampan', user: 'admin' } }],
    'current-context': 'sampan',
  });
});

test('what else a file holds stays, our own entry is replaced and becomes current', async () => {
  const path = join(directory, 'shared');
  await writeFile(
    path,
    'preferences: {colors: true}\nclusters: [{name: prod, cluster: {server: "https://prod"}}]\ncurrent-context: prod\n',
  );
  await mergeKubeconfig(path, entry);
  await mergeKubeconfig(path, { ...entry, endpoint: { server: 'https://127.0.0.1:7443', token: 't' } });
  const config = parse(await readFile(path, 'utf8'));
  assert.deepEqual(config.preferences, { colors: true });
  assert.deepEqual(config.clusters, [
    { name: 'prod', cluster: { server: 'https://prod' } },
    { name: 'sampan', cluster: { server: 'https://127.0.0.1:7443' } },
  ]);
  assert.deepEqual(await readKubeconfig(path), { server: 'https://127.0.0.1:7443', token: 't' });
});

test('whatever a file holds is still the same after a merge', async () => {
  const path = join(directory, 'odd');
  const odd = {
    extensions: [
      { name: 'on', extension: { 'a: b': ['', '12', 12, true, null, { x: [] }, ['nested']], multi: 'two\nlines # x' } },
    ],
    y: {},
  };
  await writeFile(path, JSON.stringify(odd));
  await mergeKubeconfig(path, entry);
  const { extensions, y } = parse(await readFile(path, 'utf8'));
  assert.deepEqual({ extensions, y }, odd);
});

test('a second merge of the same entry leaves the file as it is', async () => {
  const path = join(directory, 'same');
  await mergeKubeconfig(path, entry);
  const before = await stat(path);
  await mergeKubeconfig(path, entry);
  assert.equal((await stat(path)).ino, before.ino);
});

test('certificates may stand in files of their own', async () => {
  await writeFile(join(directory, 'ca.crt'), 'FROM FILE');
  const path = join(directory, 'files');
  const cluster = { server: 'https://x', 'certificate-authority': join(directory, 'ca.crt') };
  const config = {
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
  };
  await writeFile(path, JSON.stringify(config));
  assert.deepEqual(await readKubeconfig(path, 'x'), { server: 'https://x', authority: 'FROM FILE' });
});

test('what is missing is named', async () => {
  const path = join(directory, 'empty');
  await writeFile(path, '{}');
  await assert.rejects(readKubeconfig(path, 'nowhere'), {
    message: `Cannot use ${path}: it has no context named "nowhere"`,
  });
  await writeFile(path, '- a list');
  await assert.rejects(mergeKubeconfig(path, entry), { message: `Cannot use ${path}: it is not a kubeconfig` });
  await writeFile(path, 'a: [b');
  await assert.rejects(mergeKubeconfig(path, entry), { message: /^Cannot use \S+: Flow sequence [^\n]*$/ });
});
