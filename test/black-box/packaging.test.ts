import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type CommandResult, runCommand, startCommand } from './commands.ts';
import { kubectlPath } from './kubectl.ts';

const packageBytesMax = 1_500_000;

/** An empty folder somewhere else, with nothing but the packed package in it. */
const folder = mkdtempSync(path.join(tmpdir(), 'sampan-pack-'));
const installed = path.join(folder, 'node_modules/sampan');
/** The folder of the Node that runs this test goes first, as on a machine that has no other. */
const env = { PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`, HOME: folder };
after(() => rmSync(folder, { recursive: true, force: true }));

/** A Node of this machine that is too old for Sampan, if it has one. */
const oldNode = ['/usr/bin/node', '/usr/local/bin/node', '/opt/node/bin/node'].find((file) => {
  try {
    return Number.parseInt(execFileSync(file, ['--version'], { encoding: 'utf8' }).slice(1), 10) < 24;
  } catch {
    return false;
  }
});

function here(program: string, ...args: readonly string[]): Promise<CommandResult> {
  return runCommand(program, args, { env, cwd: folder });
}

async function succeed(running: Promise<CommandResult>): Promise<string> {
  const { code, stdout, stderr } = await running;
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

describe('the packed package', () => {
  before(async () => {
    const packed = path.join(folder, 'packed');
    mkdirSync(packed);
    await succeed(runCommand('npm', ['pack', '--pack-destination', packed], { env }));
    const [archive = ''] = readdirSync(packed);
    const bytes = statSync(path.join(packed, archive)).size;
    assert.ok(bytes < packageBytesMax, `${archive} has ${bytes} bytes`);
    await succeed(here('npm', 'install', '--offline', '--no-audit', '--no-fund', path.join(packed, archive)));
    copyFileSync('examples/job.yaml', path.join(folder, 'job.yaml'));
  });

  test('brings no dependencies along', () => {
    const packages = readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    assert.deepEqual(packages, ['sampan']);
  });

  test('runs the pi Job of the documentation', async () => {
    const output = await succeed(here('npx', '--offline', 'sampan', 'run', 'job.yaml'));
    assert.match(output, /^\[pi-[a-z0-9]{5}\] 3\.1415926535897932384626433832795/);
  });

  test('serves a cluster from disk, with its writer thread and its launcher, and again on the next start', async () => {
    const main = path.join(installed, 'dist/sampan.js');
    const data = path.join(folder, 'data');
    const args = [main, 'up', '--data-dir', data, '--port', '0'];
    const kubectl = (...words: readonly string[]): Promise<string> =>
      succeed(runCommand(kubectlPath('v35'), words, { env: { ...env, KUBECONFIG: path.join(data, 'kubeconfig') } }));
    const first = startCommand(process.execPath, args, env);
    await first.until(/^ready in \d+ ms$/m);
    await kubectl('create', 'job', 'hello', '--image=busybox', '--', 'echo', 'hello');
    await kubectl('wait', '--for=condition=complete', 'job/hello', '--timeout=20s');
    assert.equal(await first.stop(), 0);
    const second = startCommand(process.execPath, args, env);
    await second.until(/^ready in \d+ ms$/m);
    assert.equal(await kubectl('logs', 'job/hello'), 'hello\n');
    assert.equal(await second.stop(), 0);
  });

  test("loads none of Node's fetch at a start, and keeps compiled code for the next one, beside the program", async () => {
    const main = path.join(installed, 'dist/sampan.js');
    const compiled = path.join(installed, 'dist/.compiled');
    rmSync(compiled, { recursive: true, force: true });
    const told = 'data:text/javascript,process.on("exit",()=>console.log(process.moduleLoadList.join("\\n")))';
    const args = [`--import=${told}`, main, 'server', '--data-dir', path.join(folder, 'lean'), '--port', '0'];
    const server = startCommand(process.execPath, args, env);
    await server.until(/^ready in \d+ ms$/m);
    assert.equal(await server.stop(), 0);
    assert.match(server.output(), /^NativeModule http2$/m);
    assert.doesNotMatch(server.output(), /undici/);
    const [kept = '', ...others] = readdirSync(compiled);
    assert.ok(kept.startsWith(`server-${process.version}-${process.arch}-`), kept);
    assert.match(kept, /-[0-9a-f]{16}$/, 'the program that it is of');
    assert.deepEqual(others, []);
  });

  test('offers the test kit', async () => {
    writeFileSync(
      path.join(folder, 'kit.mjs'),
      `import { createCluster } from 'sampan/testing';
const cluster = await createCluster({ clock: 'virtual', seed: 'kit' });
await cluster.advance(3600_000);
console.log(new Date(cluster.now()).getUTCHours());
await cluster.stop();
`,
    );
    assert.equal(await succeed(here(process.execPath, 'kit.mjs')), '1\n');
  });

  test('offers the test kit to programs and test runners that know CommonJS alone, as Jest', async () => {
    writeFileSync(
      path.join(folder, 'kit.cjs'),
      `const { createCluster, jobs } = require('sampan/testing');
createCluster().then((cluster) => cluster.stop()).then(() => console.log(jobs.kind));
`,
    );
    const { exports } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
    assert.match(exports['./testing'].default, /\.cjs$/);
    assert.equal(await succeed(here(process.execPath, 'kit.cjs')), 'Job\n');
  });

  test('tells TypeScript what the test kit is, with no other types installed', async () => {
    writeFileSync(
      path.join(folder, 'kit.mts'),
      `import { createCluster, cronJobs, jobs, type Job, type TestCluster } from 'sampan/testing';
const cluster: TestCluster = await createCluster({ script: () => ({ run: 1_000, exit: 1 }) });
await cluster.create('kind: ConfigMap');
const job: Job = await cluster.client.get(jobs, { namespace: 'default', name: 'a' });
export const completions: number | undefined = job.spec.completions;
export const next = (await cluster.client.list(cronJobs, {})).items.map(({ spec }) => spec.schedule.length);
// @ts-expect-error: there is no such field
export const typo = job.spec.completion;
`,
    );
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext', '--types', ''];
    await succeed(here('tsc', ...options, 'kit.mts'));
    writeFileSync(
      path.join(folder, 'kit.cts'),
      "import { jobs } from 'sampan/testing';\nexport const kind: string = jobs.kind;\n",
    );
    await succeed(here('tsc', ...options, 'kit.cts'));
  });

  test('says in one line that it needs a newer Node', {
    skip: oldNode === undefined && 'no old Node here',
  }, async () => {
    const { code, stdout, stderr } = await here(oldNode ?? '', path.join(installed, 'dist/sampan.js'), 'up');
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^sampan needs Node\.js 24 or later; this is \d+\.\d+\.\d+\.\n$/);
  });
});
