import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort, sampanMain, startCluster, type TestCluster } from './cluster.ts';
import { type CommandResult, runCommand, startCommand } from './commands.ts';
import { kubectlPath } from './kubectl.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-run-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Where `sampan run` makes its temporary folders: ours, so that what it leaves behind shows. */
const temporary = path.join(folder, 'tmp');
mkdirSync(temporary);
const env = { TMPDIR: temporary };

function sampan(args: readonly string[], input?: string): Promise<CommandResult> {
  return runCommand(process.execPath, [sampanMain, ...args], { env, ...(input === undefined ? {} : { input }) });
}

function manifest(name: string, script: string, spec = 'backoffLimit: 0', policy = 'Never'): string {
  const file = path.join(folder, `${name}.yaml`);
  const command = JSON.stringify(['sh', '-c', script]);
  writeFileSync(
    file,
    `apiVersion: batch/v1
kind: Job
metadata:
  name: ${name}
spec:
  ${spec}
  template:
    spec:
      restartPolicy: ${policy}
      containers:
        - name: main
          image: busybox
          command: ${command}
`,
  );
  return file;
}

/** Nothing of it is there any more: no folder, no process. */
function assertNothingLeft(): void {
  assert.deepEqual(readdirSync(temporary), []);
  const left = readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    return fileText(`/proc/${pid}/environ`).includes(temporary) || fileText(`/proc/${pid}/cmdline`).includes(temporary);
  });
  assert.deepEqual(left, []);
}

function fileText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

test('a reader that has left is no failure', async () => {
  writeFileSync(path.join(folder, 'kubeconfig'), 'kind: Config\n');
  const script = '{ "$0" "$1" kubeconfig --data-dir "$2"; echo "code $?" >&2; } | true';
  const { stderr } = await runCommand('sh', ['-c', script, process.execPath, sampanMain, folder], { env });
  assert.equal(stderr, 'code 0\n');
});

describe('sampan run', () => {
  test('shows the output of every pod, then the table, and exits 0 when all is complete', async () => {
    const { code, stdout, stderr } = await sampan(['run', manifest('good', 'echo one; echo two', 'completions: 2')]);
    assert.equal(code, 0, stderr);
    const lines = stdout.trimEnd().split('\n');
    assert.ok(
      lines.every((line) => /^\[good-[a-z0-9]{5}\] (one|two)$/.test(line)),
      stdout,
    );
    assert.equal(lines.length, 4);
    assert.match(stderr, /^NAME +STATUS +COMPLETIONS +DURATION +AGE\ngood +Complete +2\/2 +\d+s +\d+s\n$/);
    assertNothingLeft();
  });

  test('exits 1 when a Job has failed', async () => {
    const { code, stdout, stderr } = await sampan(['run', manifest('bad', 'echo oh; exit 3')]);
    assert.equal(code, 1);
    assert.match(stdout, /^\[bad-[a-z0-9]{5}\] oh\n$/);
    assert.match(stderr, /^bad +Failed +0\/1 /m);
    assert.match(stderr, /^bad: BackoffLimitExceeded: Job has reached the specified backoff limit$/m);
    assertNothingLeft();
  });

  test('tells what keeps a pod from running', async () => {
    const missing = manifest('missing', 'true');
    writeFileSync(missing, readFileSync(missing, 'utf8').replace(/command: .*/, 'command: [no-such-program]'));
    const { code, stderr } = await sampan(['run', missing]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^\[missing-[a-z0-9]{5}\] StartError: .*"no-such-program": executable file not found in \$PATH; /m,
    );
    assertNothingLeft();
  });

  test('reads standard input, and several documents', async () => {
    const both = ['first', 'second'].map((name) => readFileSync(manifest(name, `echo ${name}`), 'utf8')).join('---\n');
    const { code, stdout } = await sampan(['run', '-'], both);
    assert.equal(code, 0);
    assert.match(stdout, /^\[first-[a-z0-9]{5}\] first$/m);
    assert.match(stdout, /^\[second-[a-z0-9]{5}\] second$/m);
  });

  test('exits 2 when a manifest is refused, and says what was meant', async () => {
    const typo = await sampan(['run', manifest('typo', 'true', 'backOffLimit: 3')]);
    assert.equal(typo.code, 2);
    assert.match(typo.stderr, /strict decoding error: unknown field "spec\.backOffLimit"/);
    assert.match(typo.stderr, /did you mean "spec\.backoffLimit"\?/);
    const always = await sampan(['run', manifest('always', 'true', 'backoffLimit: 3', 'Always')]);
    assert.equal(always.code, 2);
    assert.match(
      always.stderr,
      /spec\.template\.spec\.restartPolicy: Required value: valid values: "OnFailure", "Never"/,
    );
    assert.match(always.stderr, /Hint: .*Always/);
    const nothing = await sampan(['run', path.join(folder, 'nowhere.yaml')]);
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /^sampan run: Cannot read .*nowhere\.yaml: there is no such file$/m);
    assert.equal((await sampan(['run'])).code, 2);
    assertNothingLeft();
  });

  test('runs Jobs in the order they ask for, and refuses to wait for one that no file makes', async () => {
    const pipeline = path.join(import.meta.dirname, '../../examples/pipeline.yaml');
    const { code, stdout } = await sampan(['run', pipeline]);
    const words = stdout
      .trim()
      .split('\n')
      .map((line) => line.replace(/^\[.*\] /, ''));
    assert.equal(code, 0);
    assert.deepEqual(words.slice(0, 2), ['extracting', 'extracted']);
    assert.deepEqual(words.slice(2, 4).sort(), ['cleaning', 'counting'], 'the middle runs in parallel');
    assert.equal(words.at(-1), 'loaded');
    const alone = readFileSync(pipeline, 'utf8').split(/^---$/m).at(-1) ?? '';
    const refused = await sampan(['run', '-'], alone);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /Job "load" comes after "clean", Job "load" comes after "count"/);
  });

  test('leaves nothing behind of a pod that starts what it does not wait for', async () => {
    const script = `setsid sh -c 'sleep 300 # ${temporary}' & echo started`;
    const { code } = await sampan(['run', manifest('litter', script)]);
    assert.equal(code, 0);
    assertNothingLeft();
  });

  test('interrupted, it stops its pods and exits 130', async () => {
    const file = manifest('long', `trap 'echo stopped; exit 0' TERM; echo here; while :; do sleep 0.1; done`);
    const run = startCommand(process.execPath, [sampanMain, 'run', file], env);
    await run.until(/^\[long-[a-z0-9]{5}\] here$/m);
    assert.equal(await run.stop('SIGINT'), 130);
    assertNothingLeft();
  });

  test('--keep stays up for kubectl, and ends with the code of the Job', async () => {
    const run = startCommand(process.execPath, [sampanMain, 'run', '--keep', manifest('kept', 'echo done')], env);
    await run.until(/export KUBECONFIG=\S+/);
    const [, kubeconfig = ''] = /export KUBECONFIG=(\S+)/.exec(run.output()) ?? [];
    const result = await runCommand(kubectlPath('v35'), ['logs', 'job/kept'], {
      env: { KUBECONFIG: kubeconfig, HOME: folder },
    });
    assert.equal(result.stdout, 'done\n', result.stderr);
    assert.equal(await run.stop('SIGINT'), 0);
    assertNothingLeft();
  });
});

describe('sampan up', () => {
  let cluster: TestCluster;
  before(async () => {
    cluster = await startCluster();
  });
  after(() => cluster.stop());

  test('is what status and kubeconfig speak of', async () => {
    const status = await sampan(['status', '--data-dir', cluster.dataDir]);
    assert.equal(status.code, 0, status.stderr);
    assert.match(status.stdout, new RegExp(`^https://127.0.0.1:${cluster.port}\n`));
    assert.match(status.stdout, /^node-1 +Ready /m);
    assert.match(status.stdout, /^No jobs\.$/m);
    const config = await sampan(['kubeconfig', '--data-dir', cluster.dataDir]);
    assert.equal(config.stdout, readFileSync(cluster.kubeconfig, 'utf8'));
    const none = await sampan(['status', '--data-dir', path.join(folder, 'none')]);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /no cluster has run with the data in/);
  });

  test('a second one on the same data says who holds them', async () => {
    const second = await sampan(['up', '--data-dir', cluster.dataDir, '--port', String(await freePort())]);
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`process ${cluster.process.pid}\\b`));
    assert.doesNotMatch(second.stderr, /\n +at /, 'no stack trace');
  });

  test('a second one on the same port says that it is taken', async () => {
    const second = await sampan(['up', '--data-dir', path.join(folder, 'other'), '--port', String(cluster.port)]);
    assert.equal(second.code, 1);
    assert.match(
      second.stderr,
      new RegExp(`Cannot listen on 127.0.0.1:${cluster.port}: another program listens there`),
    );
    assert.doesNotMatch(second.stderr, /\n +at /, 'no stack trace');
  });

  test('ends cleanly when asked to, and status says that it does not run', async () => {
    const own = await startCluster({ dataDir: path.join(folder, 'ending') });
    assert.equal(await own.stop(), 0);
    const status = await sampan(['status', '--data-dir', own.dataDir]);
    assert.equal(status.code, 1);
    assert.match(status.stderr, /^sampan: /);
    assert.doesNotMatch(status.stderr, /\n +at /, 'no stack trace');
  });
});
