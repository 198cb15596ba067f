import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { sampanMain, startCluster, type TestCluster } from './cluster.ts';
import { runCommand } from './commands.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-encryption-'));
after(() => rmSync(folder, { recursive: true }));
const dataDir = path.join(folder, 'data');

const providers = {
  identity: '{identity: {}}',
  one: `{aesgcm: {keys: [{name: one, secret: ${Buffer.alloc(32, 1).toString('base64')}}]}}`,
  two: `{aesgcm: {keys: [{name: two, secret: ${Buffer.alloc(32, 2).toString('base64')}}]}}`,
  wrong: `{aesgcm: {keys: [{name: two, secret: ${Buffer.alloc(32, 3).toString('base64')}}]}}`,
};

function configFile(...names: readonly (keyof typeof providers)[]): string {
  const file = path.join(folder, `${names.join('-')}.yaml`);
  const list = names.map((name) => providers[name]).join(', ');
  const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n';
  writeFileSync(file, `${head}resources: [{resources: [secrets], providers: [${list}]}]\n`);
  return file;
}

async function withCluster(args: readonly string[], use: (cluster: TestCluster) => Promise<void>): Promise<void> {
  const cluster = await startCluster({ args: ['server', '--api-only', ...args], dataDir });
  try {
    await use(cluster);
  } finally {
    assert.equal(await cluster.stop(), 0);
  }
}

/** Whether the database holds that text anywhere, journal included. */
function onDisk(text: string): boolean {
  const files = readdirSync(dataDir).filter((name) => name.startsWith('state.db'));
  return files.some((name) => readFileSync(path.join(dataDir, name)).includes(text));
}

async function password(cluster: TestCluster, name: string): Promise<string> {
  const { stdout } = await cluster.kubectl('v35', 'get', 'secret', name, '-o', 'jsonpath={.data.password}');
  return Buffer.from(stdout, 'base64').toString();
}

/** How a start ends that finds what it cannot read. */
async function refused(...args: readonly string[]): Promise<string> {
  const all = [sampanMain, 'server', '--api-only', '--data-dir', dataDir, '--port', '0', ...args];
  const { code, stderr } = await runCommand(process.execPath, all);
  assert.equal(code, 1, stderr);
  return stderr;
}

test('secrets lie encrypted on disk, through a change of keys, and a missing key loses nothing', async () => {
  const secret = (word: string) => Buffer.from(word).toString('base64');
  await withCluster(['--encryption-provider-config', configFile('one')], async (cluster) => {
    const create = ['create', 'secret', 'generic', 'a', '--from-literal=password=swordfish'];
    assert.equal((await cluster.kubectl('v35', ...create)).code, 0);
    assert.equal(await password(cluster, 'a'), 'swordfish');
  });
  assert.ok(!onDisk(secret('swordfish')) && !onDisk('swordfish'));
  assert.ok(onDisk('k8s:enc:aesgcm:v1:one:'));

  const without = 'Cannot read /registry/secrets/default/a: it is encrypted with aesgcm key "one"';
  assert.match(await refused(), new RegExp(`${without}; start with the --encryption-provider-config`));
  const two = await refused('--encryption-provider-config', configFile('two'));
  assert.match(two, new RegExp(`${without}, which is not in the encryption configuration`));

  await withCluster(['--encryption-provider-config', configFile('two', 'one')], async (cluster) => {
    assert.equal(await password(cluster, 'a'), 'swordfish');
    const all = await cluster.kubectl('v35', 'get', 'secrets', '-A', '-o', 'json');
    writeFileSync(path.join(folder, 'all.json'), all.stdout);
    assert.equal((await cluster.kubectl('v35', 'replace', '-f', path.join(folder, 'all.json'))).code, 0);
  });
  assert.ok(onDisk('k8s:enc:aesgcm:v1:two:'));
  await withCluster(['--encryption-provider-config', configFile('two', 'identity')], async (cluster) => {
    assert.equal(await password(cluster, 'a'), 'swordfish');
  });
  assert.match(await refused('--encryption-provider-config', configFile('wrong')), /does not fit aesgcm key "two"/);
});
