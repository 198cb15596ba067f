import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { systemClock } from '#base/clock.ts';
import { silentLogger } from '#base/log.ts';
import type { RemoteCommand } from '#client/remote-command.ts';
import { createProcessRuntime } from '#node/runtime/process/process-runtime.ts';
import type { Container, ContainerConfig, Runtime } from '#node/runtime/runtime.ts';

let root = '';
let runtime: Runtime;

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'sampan-attach-'));
  runtime = await open();
});
after(async () => {
  for (const { id } of (await runtime.list()).containers) await runtime.stopContainer(id, 0);
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

function open(): Promise<Runtime> {
  return createProcessRuntime({ root, version: '0.0.0', clock: systemClock, log: silentLogger });
}

async function start(
  uid: string,
  script: string,
  changes: Pick<ContainerConfig, 'input' | 'tty'> = {},
): Promise<Container> {
  const logDirectory = join(root, 'logs', uid);
  const directory = join(root, 'pods', uid);
  const sandbox = { podUid: uid, namespace: 'default', name: uid, hostname: 'h', logDirectory, directory };
  await runtime.createSandbox({ ...sandbox, annotations: {} });
  return runtime.startContainer({
    ...{ podUid: uid, name: 'c', attempt: 0, image: 'busybox', args: [], mounts: [], env: [], user: undefined },
    command: ['sh', '-c', script],
    workingDirectory: undefined,
    logPath: join(logDirectory, 'c', '0.log'),
    terminationMessagePath: join(directory, 'termination'),
    longRunning: false,
    ...changes,
  });
}

const all = { stdin: true, stdout: true, stderr: false, tty: false };

/** Waits until an output has said all of this. */
async function hear(output: Readable | undefined, pattern: RegExp): Promise<string> {
  assert(output !== undefined);
  let text = '';
  const signal = AbortSignal.timeout(5_000);
  while (!pattern.test(text)) {
    const bytes = output.read() as Buffer | null;
    if (bytes !== null) text += String(bytes);
    else await once(output, 'readable', { signal });
  }
  return text;
}

async function rest(command: RemoteCommand): Promise<string> {
  let text = '';
  for await (const bytes of command.stdout ?? []) text += String(bytes);
  await command.ended;
  return text;
}

async function exitCodeOf({ id }: Container): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const look = ({ id: other, state }: Container): void => {
    if (other === id && state.is === 'exited') resolve(state.exitCode);
  };
  const end = runtime.subscribe(look);
  for (const container of (await runtime.list()).containers) look(container);
  const code = await promise;
  end();
  return code;
}

test('with once, the end of the first input is the end of the container’s, and nothing of either is lost', async () => {
  const container = await start('once', 'printf "name? "; wc -c; exit 3', { input: 'once' });
  const command = await runtime.attach(container.id, all);
  command.stdin?.end(Buffer.alloc(300_000));
  assert.match(await rest(command), /^name\? 300000\n$/);
  assert.equal(await exitCodeOf(container), 3);
});

test('with once, a client that goes away ends the input too', async () => {
  const container = await start('gone', 'cat >/dev/null; exit 4', { input: 'once' });
  const command = await runtime.attach(container.id, all);
  command.abandon();
  assert.equal(await exitCodeOf(container), 4);
});

test('who only looks ends no input', async () => {
  const container = await start('looks', 'echo here; read word; echo "got $word"', { input: 'once' });
  const look = await runtime.attach(container.id, { ...all, stdin: false });
  await hear(look.stdout, /here/);
  look.abandon();
  const command = await runtime.attach(container.id, all);
  command.stdin?.write('words\n');
  assert.match(await rest(command), /got words/);
});

test('an open input outlives those who write to it, and the node agent', async () => {
  const container = await start('open', 'while read word; do echo "got $word"; done', { input: 'open' });
  const first = await runtime.attach(container.id, all);
  first.stdin?.write('one\n');
  await hear(first.stdout, /got one\n/);
  first.stdin?.end();
  // He who writes no more has left.
  await rest(first);
  await runtime.close();
  runtime = await open();
  const second = await runtime.attach(container.id, all);
  second.stdin?.write('two\n');
  assert.equal(await hear(second.stdout, /two\n/), 'got two\n', 'only the first one sees what was before');
  second.abandon();
});

test('a container without input reads nothing, and is shown byte by byte', async () => {
  const container = await start('none', 'cat; printf half; read word; sleep 0.3; echo end');
  const command = await runtime.attach(container.id, all);
  assert.equal(command.stdin, undefined);
  assert.match(await rest(command), /end\n$/);
  assert.equal(await exitCodeOf(container), 0);
});

test('on a terminal there is one output, of the size that was asked for', async () => {
  const script = 'tty; while read word; do echo "got $word $(stty size)" >&2; done';
  const container = await start('tty', script, { input: 'once', tty: true });
  const command = await runtime.attach(container.id, { ...all, stderr: true, tty: true });
  assert.equal(command.stderr, undefined);
  await hear(command.stdout, /\/dev\/pts\/\d+\r\n/);
  command.resize({ width: 77, height: 33 });
  // The size is set beside what is typed.
  for (let said = ''; !/33 77/.test(said); ) {
    command.stdin?.write('words\n');
    said = await hear(command.stdout, /got words \d+ \d+\r\n/);
  }
  command.stdin?.write('\x04');
  await rest(command);
  assert.equal(await exitCodeOf(container), 0);
});
