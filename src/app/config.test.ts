import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { completeConfig, readConfigFile, tlsSanOf } from '#app/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-config-'));
after(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const file = path.join(folder, 'config.yaml');
  writeFileSync(file, content);
  return file;
}

test('flags win over the file, and the file over the defaults', () => {
  const file = readConfigFile(fileWith('port: 7000\nnodes: 3\n'));
  const config = completeConfig({ port: 8000, nodes: undefined }, file);
  assert.equal(config.port, 8000);
  assert.equal(config.nodes, 3);
  assert.equal(config.host, '127.0.0.1');
});

test('the kubeconfig stands in the data directory unless told otherwise', () => {
  assert.equal(completeConfig({ dataDir: '/x/y' }).kubeconfig, '/x/y/kubeconfig');
  assert.equal(completeConfig({ dataDir: '/x/y', kubeconfig: '/z' }).kubeconfig, '/z');
});

test('simulated nodes take the place of the one real node', () => {
  assert.equal(completeConfig({}).nodes, 1);
  assert.equal(completeConfig({ simulatedNodes: 5 }).nodes, 0);
  assert.equal(completeConfig({ simulatedNodes: 5, nodes: 1 }).nodes, 1);
});

test('the certificate can be for more names and addresses, and for nothing else', () => {
  const names = ['k8s.example.com', '*.example.com', '192.0.2.7', '2001:db8::7'];
  assert.deepEqual(completeConfig({}).tlsSan, []);
  assert.deepEqual(completeConfig({ tlsSan: tlsSanOf(names) }).tlsSan, names);
  assert.deepEqual(readConfigFile(fileWith('tlsSan: [k8s.example.com]')), { tlsSan: ['k8s.example.com'] });
  assert.throws(() => readConfigFile(fileWith('tlsSan: k8s.example.com')), /tlsSan: expected host names such as/);
  for (const bad of ['https://a', 'a:6443', '', 'a b'])
    assert.throws(() => tlsSanOf([bad]), /expected host names/, bad);
});

test('a misspelt field is refused with the right one named', () => {
  assert.throws(() => readConfigFile(fileWith('dataDirr: /x')), /unknown field "dataDirr"; did you mean "dataDir"\?/);
});

test('a wrong value is refused with what was expected', () => {
  assert.throws(
    () => readConfigFile(fileWith('port: 99999')),
    /port: expected a whole number from 0 to 65535, not 99999/,
  );
  assert.throws(() => readConfigFile(fileWith('logLevel: loud')), /logLevel: expected one of debug/);
  assert.throws(() => readConfigFile(fileWith('[1]')), /expected fields and values/);
  assert.throws(() => readConfigFile('/nowhere/config.yaml'), /Cannot read the configuration .*no such file/);
});

test('an image map is taken as it stands, and what is wrong in it is named', () => {
  const entry = '{ image: "fluent/fluentd:*", command: ["/usr/sbin/fluentd"], env: { A: b } }';
  const { imageMap } = completeConfig(readConfigFile(fileWith(`imageMap: [${entry}]`)));
  assert.deepEqual(imageMap, [{ image: 'fluent/fluentd:*', command: ['/usr/sbin/fluentd'], env: { A: 'b' } }]);
  assert.deepEqual(readConfigFile(fileWith('imageMap: [{ image: a, command: [], args: [b] }]')).imageMap?.[0]?.args, [
    'b',
  ]);
  assert.deepEqual(completeConfig({}).imageMap, []);
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['{ image: a }', /imageMap: expected a list of entries/],
    ['[a]', /imageMap: \[0\]: expected the fields image, command, args, program, env and user/],
    ['[{ image: a, comand: [b] }]', /imageMap: \[0\]: unknown field "comand"/],
    ['[{ image: a, command: b }]', /imageMap: \[0\].command: expected a program and its arguments/],
    ['[{ image: a, command: [b], args: c }]', /imageMap: \[0\].args: expected arguments/],
    ['[{ image: a, env: { A: 1 } }]', /imageMap: \[0\].env: expected names and texts/],
    ['[{ image: a, user: root }]', /imageMap: \[0\].user: expected the number of a user/],
    ['[{ image: a, command: [], program: 1 }]', /imageMap: \[0\].program: expected a program/],
    ['[{ command: [b] }]', /imageMap: \[0\]: the field image is missing/],
    ['[{ image: a }]', /imageMap: \[0\]: expected a command, env, a user, or several of them/],
  ];
  for (const [text, message] of wrong) assert.throws(() => readConfigFile(fileWith(`imageMap: ${text}`)), message);
});

test('a user without a folder of his own is asked for a data directory', (t) => {
  const script = `const { completeConfig } = await import('${new URL('./config.ts', import.meta.url)}');
    console.log(completeConfig({ dataDir: '/x' }).dataDir);
    try { completeConfig({}); } catch (error) { console.log(error.message); }`;
  const stranger = { uid: 54_321, gid: 54_321, env: { PATH: process.env.PATH }, encoding: 'utf8' } as const;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], stranger);
  if (status !== 0) return t.skip('another user cannot be had, or cannot read these files');
  assert.match(stdout, /^\/x\nCannot tell where to keep data: HOME is not set, .*Use --data-dir\n$/);
});
