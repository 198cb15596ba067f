import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { sleep, systemClock } from '#base/clock.ts';
import { silentLogger } from '#base/log.ts';
import { canMount } from '#node/runtime/process/mounting.ts';
import { createProcessRuntime } from '#node/runtime/process/process-runtime.ts';
import { type Container, type ContainerConfig, type Runtime, StartError } from '#node/runtime/runtime.ts';

let root = '';
let runtime: Runtime;

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'sampan-process-'));
  runtime = await open(root);
});

after(async () => {
  await runtime.close();
  rmSync(root, { recursive: true, force: true });
});

function open(directory: string): Promise<Runtime> {
  return createProcessRuntime({ root: directory, version: '0.0.0', clock: systemClock, log: silentLogger });
}

type Changes = Partial<Pick<ContainerConfig, 'attempt' | 'env' | 'image' | 'user' | 'workingDirectory'>>;

/** Starts a container in a pod of its own. */
async function start(command: readonly string[], uid: string, changes: Changes = {}): Promise<Container> {
  const logDirectory = join(root, 'logs', uid);
  const directory = join(root, 'pods', uid);
  const sandbox = { podUid: uid, namespace: 'default', name: uid, hostname: `host-${uid}`, logDirectory, directory };
  await runtime.createSandbox({ ...sandbox, annotations: {} });
  const attempt = changes.attempt ?? 0;
  return runtime.startContainer({
    podUid: uid,
    name: 'c',
    attempt,
    image: 'busybox',
    command,
    args: [],
    mounts: [],
    workingDirectory: undefined,
    env: [],
    logPath: join(logDirectory, 'c', `${attempt}.log`),
    terminationMessagePath: join(directory, 'termination'),
    user: undefined,
    longRunning: false,
    ...changes,
  });
}

async function find(id: string): Promise<Container | undefined> {
  return (await runtime.list()).containers.find((container) => container.id === id);
}

/** Waits for the end of a container and tells how it ended. */
async function exitOf({ id }: Container): Promise<{ exitCode: number; reason: string }> {
  const { promise, resolve } = Promise.withResolvers<Container>();
  const end = runtime.subscribe((container) => {
    if (container.id === id && container.state.is === 'exited') resolve(container);
  });
  const now = await find(id);
  if (now?.state.is === 'exited') resolve(now);
  const { state } = await promise;
  end();
  assert(state.is === 'exited');
  assert(state.finishedAt >= state.startedAt, 'a container does not end before it starts');
  return { exitCode: state.exitCode, reason: state.reason };
}

async function logOf(
  id: string,
  options: { stream?: 'Stdout' | 'Stderr'; follow?: boolean; timestamps?: boolean; tailLines?: number } = {},
) {
  const all = { follow: false, previous: false, timestamps: false, stream: 'All', ...options } as const;
  const chunks: Uint8Array[] = [];
  for await (const chunk of runtime.logs(id, all, AbortSignal.timeout(5_000))) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert(tries < 500, `in vain waited until ${what}`);
    await sleep(systemClock, 10);
  }
}

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
}

test('exit codes are those of the command, 128 and the signal when one killed it', async () => {
  const cases = [
    ['exit 0', 0, 'Completed'],
    ['exit 3', 3, 'Error'],
    ['exit 300', 44, 'Error'],
    ['kill -KILL $$', 137, 'Error'],
    ['kill -TERM $$', 143, 'Error'],
    ['kill -INT $$', 130, 'Error'],
    ['kill -SEGV $$', 139, 'Error'],
  ] as const;
  const ends = await Promise.all(
    cases.map(async ([script], index) => exitOf(await start(['sh', '-c', script], `exit-${index}`))),
  );
  assert.deepEqual(
    ends,
    cases.map(([, exitCode, reason]) => ({ exitCode, reason })),
  );
});

test('a container sees its own environment and nothing of ours', async () => {
  process.env.SAMPAN_TEST_SECRET = 'leaked';
  const env = [
    { name: 'A', value: 'a b "c"' },
    { name: 'dotted.name', value: '1' },
    { name: 'PWD', value: '/mine' },
  ];
  const container = await start(['/usr/bin/env'], 'env', { env });
  await exitOf(container);
  const lines = (await logOf(container.id)).trim().split('\n').toSorted();
  const names = lines.map((line) => line.slice(0, line.indexOf('=')));
  assert.deepEqual(names, [
    'A',
    'HOME',
    'HOSTNAME',
    'PATH',
    'PWD',
    'SAMPAN_CONTAINER_ID',
    'TERMINATION_MESSAGE_PATH',
    'dotted.name',
  ]);
  assert(lines.includes('A=a b "c"') && lines.includes('HOSTNAME=host-env') && lines.includes('PWD=/mine'));
});

test('a command that cannot be run is refused in the words of container runtimes', async () => {
  const script = join(root, 'no-format');
  const cases: [readonly string[], Changes, RegExp][] = [
    [
      ['no-such-command'],
      {},
      /exec: "no-such-command": executable file not found in \$PATH; images are only labels here: the program must/,
    ],
    [['/no/such'], {}, /exec: "\/no\/such": stat \/no\/such: no such file or directory; images are only/],
    [['/etc/passwd'], {}, /exec: "\/etc\/passwd": permission denied$/],
    [[script], {}, /exec format error$/],
    [
      ['true'],
      { workingDirectory: '/no/dir' },
      /chdir to cwd \("\/no\/dir"\).*no such file or directory; images are only/,
    ],
    [['true', 'x'.repeat(200_000)], {}, /argument list too long$/],
    [[], { image: 'app' }, /^no command specified: .* image "app" runs; give the container a command, or add /],
  ];
  writeFileSync(script, 'echo hello\n', { mode: 0o755 });
  for (const [index, [command, changes, message]] of cases.entries()) {
    await assert.rejects(start(command, `refused-${index}`, changes), (error: unknown) => {
      assert(error instanceof StartError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
});

test('one attempt is started once, however often and however many ask for it', async () => {
  const file = join(root, 'once');
  const command = ['sh', '-c', `echo x >> ${file}`];
  const all = await Promise.all([start(command, 'once'), start(command, 'once')]);
  await exitOf(all[0] as Container);
  const again = await start(command, 'once');
  assert.equal(new Set([...all, again].map(({ id }) => id)).size, 1);
  assert.equal(again.state.is, 'exited');
  assert.equal(readFileSync(file, 'utf8'), 'x\n');
});

test('when the leader exits, what it left behind dies with it, also in sessions of its own', async () => {
  const file = join(root, 'left');
  const script = `sleep 600 & echo $! >> ${file}; setsid sh -c 'echo $$ >> ${file}; exec sleep 600' & sleep 0.1; exit 5`;
  const container = await start(['sh', '-c', script], 'left');
  assert.equal((await exitOf(container)).exitCode, 5);
  const pids = readFileSync(file, 'utf8').trim().split('\n').map(Number);
  assert.equal(pids.length, 2);
  await until(() => !pids.some(isRunning), 'both are gone');
});

test('a stop ends what obeys at once and what does not after the grace, and leaves nobody', async () => {
  const file = join(root, 'stubborn');
  const polite = await start(['sleep', '600'], 'polite');
  const script = `trap '' TERM; setsid sleep 600 & echo $! > ${file}; sleep 600; sleep 600`;
  const stubborn = await start(['sh', '-c', script], 'stubborn');
  await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '', 'the trap is set');
  const before = Date.now();
  await runtime.stopContainer(polite.id, 5_000);
  assert(Date.now() - before < 2_000, 'nobody waits for the whole grace');
  assert.equal((await exitOf(polite)).exitCode, 143);
  const long = runtime.stopContainer(stubborn.id, 60_000);
  await runtime.stopContainer(stubborn.id, 100);
  await long;
  assert.equal((await exitOf(stubborn)).exitCode, 137);
  assert.equal(isRunning(Number(readFileSync(file, 'utf8'))), false);
  await runtime.stopContainer('unknown', 10);
});

test('the log has every line of both streams, and an unfinished one at the end without a newline', async () => {
  const script = 'echo one; echo two >&2; printf "three\\r\\n"; head -c 40000 /dev/zero | tr "\\0" x; echo; printf end';
  const container = await start(['sh', '-c', script], 'log');
  await exitOf(container);
  // How the two mix depends on when they are read.
  const out = { stream: 'Stdout' } as const;
  assert.equal(await logOf(container.id, out), `one\nthree\n${'x'.repeat(40_000)}\nend`);
  const told = await logOf(container.id, { stream: 'Stderr', timestamps: true });
  assert.match(told, /^\d{4}-.*\.\d{9}Z two\n$/);
  const last = await start(['sh', '-c', 'echo a; echo b; printf c'], 'log-tail');
  await exitOf(last);
  assert.equal(await logOf(last.id, { tailLines: 2 }), 'b\nc');
});

test('output opened by name is kept whole, and a signal does not cut it off', async () => {
  const script =
    'for i in 1 2 3; do echo $i > /dev/stderr; echo o$i > /dev/stdout; done; echo last; echo end >&2; exit 6';
  const container = await start(['sh', '-c', script], 'by-name');
  assert.equal((await exitOf(container)).exitCode, 6);
  assert.equal(await logOf(container.id), 'o1\no2\no3\nlast\n1\n2\n3\nend\n');
  const graceful = `exec 2>/dev/null; trap 'echo bye > /dev/stdout; exit 0' TERM; echo up > /dev/stdout; while :; do sleep 0.05; done`;
  const trapped = await start(['sh', '-c', graceful], 'by-name-stopped');
  const options = { follow: true, previous: false, timestamps: false, stream: 'All' } as const;
  for await (const chunk of runtime.logs(trapped.id, options, AbortSignal.timeout(5_000))) {
    if (Buffer.from(chunk).toString() === 'up\n') await runtime.stopContainer(trapped.id, 5_000);
  }
  assert.equal((await exitOf(trapped)).exitCode, 0);
  assert.equal(await logOf(trapped.id), 'up\nbye\n');
});

test('a follower sees lines as they are written and ends with the container', async () => {
  const container = await start(['sh', '-c', 'echo a; sleep 0.3; echo b; sleep 0.2; echo c'], 'follow');
  const chunks: string[] = [];
  const options = { follow: true, previous: false, timestamps: false, stream: 'All' } as const;
  for await (const chunk of runtime.logs(container.id, options, AbortSignal.timeout(5_000))) {
    chunks.push(Buffer.from(chunk).toString());
  }
  assert.deepEqual(chunks, ['a\n', 'b\n', 'c\n']);
});

test('whoever follows a container keeps no process from ending', async () => {
  const watchers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'FSEventWrap').length;
  const before = watchers();
  const container = await start(['sh', '-c', 'echo a; sleep 0.2; echo b; sleep 600'], 'followed');
  const options = { follow: true, previous: false, timestamps: false, stream: 'All' } as const;
  for await (const chunk of runtime.logs(container.id, options, AbortSignal.timeout(5_000))) {
    if (Buffer.from(chunk).toString() === 'b\n') break;
  }
  assert.equal(watchers(), before);
  await runtime.stopContainer(container.id, 5_000);
});

test('the termination message is what the command wrote, or the end of its log when asked for', async () => {
  const wrote = await start(['sh', '-c', 'printf DONE > $TERMINATION_MESSAGE_PATH; echo log'], 'message');
  const silent = await start(['sh', '-c', 'echo first; printf DONE'], 'fallback');
  await Promise.all([exitOf(wrote), exitOf(silent)]);
  assert.equal(await runtime.terminationMessage(wrote.id, true), 'DONE');
  assert.equal(await runtime.terminationMessage(silent.id, false), '');
  assert.equal(await runtime.terminationMessage(silent.id, true), 'first\nDONE');
});

test('a command beside a container has its environment, and is killed when its time is up', async () => {
  const container = await start(['sleep', '600'], 'exec', { env: [{ name: 'A', value: 'b' }] });
  const result = await runtime.exec(container.id, ['sh', '-c', 'echo $A; exit 7'], 5_000);
  assert.deepEqual(result, { exitCode: 7, output: 'b\n', timedOut: false });
  const late = await runtime.exec(container.id, ['sleep', '600'], 100);
  assert.equal(late.timedOut, true);
  await runtime.stopContainer(container.id, 1_000);
});

const streams = { stdin: true, stdout: true, stderr: true, tty: false };

test('an open command has its own streams, and all it wrote is there when it has ended', async () => {
  const container = await start(['sleep', '600'], 'open', { env: [{ name: 'A', value: 'b' }] });
  const script = 'echo $A; cat; echo err >&2; head -c 3000000 /dev/zero; exit 7';
  const command = await runtime.open(container.id, { ...streams, command: ['sh', '-c', script] });
  command.stdin?.end('input\n');
  const read = async (output: Readable | undefined): Promise<Buffer> =>
    Buffer.concat(await Array.fromAsync(output ?? []));
  const [out, err] = await Promise.all([read(command.stdout), read(command.stderr)]);
  assert.equal(await command.ended, 7);
  assert.equal(out.toString('latin1', 0, 8), 'b\ninput\n');
  assert.equal(out.length, 3_000_008);
  assert.equal(String(err), 'err\n');
  await runtime.stopContainer(container.id, 1_000);
});

test('an open command whose output nobody reads waits, and hangs up when it is abandoned', async () => {
  const container = await start(['sleep', '600'], 'abandoned');
  const mark = join(root, 'mark');
  const script = `trap 'echo hung up >${mark}; exit' HUP; yes & wait`;
  const command = await runtime.open(container.id, { ...streams, stdin: false, command: ['sh', '-c', script] });
  await once(command.stdout as Readable, 'readable');
  command.abandon();
  await assert.rejects(command.ended, /abandoned/);
  while (!existsSync(mark) || readFileSync(mark, 'utf8') !== 'hung up\n') await sleep(systemClock, 10);
  await runtime.stopContainer(container.id, 1_000);
});

for (const told of [true, false]) {
  test(`an open command gets all that was written before it was abandoned, its end told of: ${told}`, async () => {
    const container = await start(['sleep', '600'], `left-${told}`);
    const mark = join(root, `left-input-${told}`);
    const script = `sleep 0.1; echo unread; cat >${mark}.part; echo more; mv ${mark}.part ${mark}`;
    const command = await runtime.open(container.id, { ...streams, command: ['sh', '-c', script] });
    const input = Buffer.alloc(1_000_000, 'input\n');
    for (let at = 0; at < input.length; at += 50_000) command.stdin?.write(input.subarray(at, at + 50_000));
    if (told) command.stdin?.end();
    command.abandon();
    await assert.rejects(command.ended, /abandoned/);
    while (!existsSync(mark)) await sleep(systemClock, 10);
    assert.ok(readFileSync(mark).equals(input));
    await runtime.stopContainer(container.id, 1_000);
  });
}

test('a terminal is as large as its owner says', { skip: process.platform !== 'linux' }, async () => {
  const container = await start(['sleep', '600'], 'terminal', { env: [{ name: 'SHELL', value: "it's/mine" }] });
  const script = 'until [ "$(stty size)" = "33 77" ]; do sleep 0.02; done; echo "$SHELL"; exit 5';
  const command = await runtime.open(container.id, { ...streams, tty: true, command: ['sh', '-c', script] });
  assert.equal(command.stderr, undefined);
  command.resize({ width: 77, height: 33 });
  const out = Buffer.concat(await Array.fromAsync(command.stdout as Readable));
  assert.equal(await command.ended, 5);
  assert.equal(String(out), "it's/mine\r\n");
  await runtime.stopContainer(container.id, 1_000);
});

test('a command that cannot be started is not opened', async () => {
  const container = await start(['true'], 'unopened');
  const unknown = runtime.open(container.id, { ...streams, command: ['no-such-command'] });
  await assert.rejects(unknown, /executable file not found|is not running/);
  await exitOf(container);
  await assert.rejects(runtime.open(container.id, { ...streams, command: ['true'] }), /is not running/);
});

test('a connection to a port of a pod ends each way by itself, wherever on this machine the pod listens', async () => {
  await start(['true'], 'dialled');
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => socket.end(`heard ${Buffer.concat(chunks)}`));
    });
    await once(server.listen(0, host), 'listening');
    const { port } = server.address() as AddressInfo;
    const connection = await runtime.dial('dialled', port);
    connection.end('words');
    assert.equal(String(Buffer.concat(await Array.fromAsync(connection))), 'heard words');
    server.close();
    await once(server, 'close');
    const closed = { message: `dial tcp 127.0.0.1:${port}: connect: connection refused` };
    await assert.rejects(runtime.dial('dialled', port), closed);
  }
  await assert.rejects(runtime.dial('unknown', 80), /the pod is not here/);
});

test('another user runs without the rights of this one', { skip: process.getuid?.() !== 0 }, async () => {
  const container = await start(['id', '-u'], 'user', { user: { uid: 65_534, gid: 65_534 } });
  await exitOf(container);
  assert.equal(await logOf(container.id), '65534\n');
});

test('a removed pod leaves no file behind', async () => {
  const container = await start(['echo', 'hi'], 'removed');
  await exitOf(container);
  assert(existsSync(join(root, 'logs', 'removed', 'c', '0.log')));
  await runtime.removeSandbox('removed');
  const { sandboxes, containers } = await runtime.list();
  assert(!sandboxes.some(({ podUid }) => podUid === 'removed'));
  assert(!containers.some(({ podUid }) => podUid === 'removed'));
  for (const path of ['logs/removed', 'pods/removed', `containers/${container.id}`, `exits/${container.id}`]) {
    assert(!existsSync(join(root, path)), path);
  }
});

/** A program that opens a runtime on `directory`, starts these commands, says so, and stays until it is killed. */
function host(directory: string, commands: readonly (readonly string[])[]) {
  const program = `
    import { canMount } from '#node/runtime/process/mounting.ts';
import { createProcessRuntime } from '#node/runtime/process/process-runtime.ts';
    import { systemClock } from '#base/clock.ts';
    import { silentLogger } from '#base/log.ts';
    const [directory, commands] = JSON.parse(process.env.HOST);
    const runtime = await createProcessRuntime({ root: directory, version: '0', clock: systemClock, log: silentLogger });
    for (const [index, command] of commands.entries()) {
      const uid = 'pod-' + index;
      const paths = { logDirectory: directory + '/logs/' + uid, directory: directory + '/pods/' + uid };
      await runtime.createSandbox({ podUid: uid, namespace: 'default', name: uid, hostname: uid, annotations: {}, ...paths });
      await runtime.startContainer({ podUid: uid, name: 'c', attempt: 0, image: 'i', command, args: [], mounts: [], workingDirectory: undefined,
        env: [], logPath: paths.logDirectory + '/c/0.log', terminationMessagePath: paths.directory + '/t', user: undefined,
        longRunning: false });
    }
    console.log('started');
  `;
  const HOST = JSON.stringify([directory, commands]);
  const args = ['--no-warnings', '--input-type=module', '--eval', program];
  return spawn(process.execPath, args, { env: { ...process.env, HOST }, stdio: ['ignore', 'pipe', 'inherit'] });
}

test('kill -9 of the program: containers run on, exits and lines are not lost, nothing runs twice', async () => {
  const directory = join(root, 'killed');
  const count = join(root, 'count');
  const go = join(root, 'go');
  const waits = `echo $$ >> ${count}; echo before; while [ ! -e ${go} ]; do sleep 0.02; done; echo while away; exit`;
  const commands = [
    ['sh', '-c', `${waits} 4`],
    ['sh', '-c', `${waits} 0`],
    ['sh', '-c', `echo $$ >> ${count}; exec sleep 600`],
  ];
  const program = host(directory, commands);
  await new Promise((resolve) => program.stdout.once('data', resolve));
  program.kill('SIGKILL');
  await new Promise((resolve) => program.once('exit', resolve));
  await until(() => existsSync(count) && readFileSync(count, 'utf8').trim().split('\n').length === 3, 'all run');
  writeFileSync(go, '');
  const { length: exitsExpected } = ['pod-0', 'pod-1'];
  await sleep(systemClock, 300);
  const before = runtime;
  runtime = await open(directory);
  try {
    const { containers, sandboxes } = await runtime.list();
    assert.equal(sandboxes.length, 3);
    const states = containers.toSorted((a, b) => (a.podUid < b.podUid ? -1 : 1)).map(({ state }) => state);
    assert.deepEqual(
      states.map((state) => (state.is === 'exited' ? state.exitCode : state.is)),
      [4, 0, 'running'],
    );
    assert.equal(states.filter(({ is }) => is === 'exited').length, exitsExpected);
    const first = containers.find(({ podUid }) => podUid === 'pod-0') as Container;
    assert.equal(await logOf(first.id), 'before\nwhile away\n');
    const last = containers.find(({ podUid }) => podUid === 'pod-2') as Container;
    await runtime.stopContainer(last.id, 2_000);
    assert.equal((await exitOf(last)).exitCode, 143);
    assert.equal(readFileSync(count, 'utf8').trim().split('\n').length, 3, 'each ran once');
  } finally {
    await runtime.close();
    runtime = before;
  }
});

test('a container whose processes are gone without a word ends as unknown, 137', async () => {
  const directory = join(root, 'power-cut');
  const pidFile = join(root, 'power-cut-pid');
  const program = host(directory, [['sh', '-c', `echo $PPID > ${pidFile}; exec sleep 600`]]);
  await new Promise((resolve) => program.stdout.once('data', resolve));
  await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'), 'it runs');
  program.kill('SIGKILL');
  await new Promise((resolve) => program.once('exit', resolve));
  // The supervisor's group: it and all of the container, as a power cut would.
  const supervisor = Number(readFileSync(pidFile, 'utf8'));
  process.kill(-supervisor, 'SIGKILL');
  await until(() => !isRunning(supervisor), 'it is gone');
  const before = runtime;
  runtime = await open(directory);
  try {
    const [container] = (await runtime.list()).containers;
    assert.deepEqual(await exitOf(container as Container), { exitCode: 137, reason: 'ContainerStatusUnknown' });
  } finally {
    await runtime.close();
    runtime = before;
  }
});

test('a node keeps nothing in memory when it stops, unless containers run on', {
  skip: canMount() ? false : 'only where containers have mounts',
}, async () => {
  const directory = mkdtempSync(join(root, 'memory-'));
  const before = runtime;
  runtime = await open(directory);
  const { memory } = runtime.directories;
  const container = await start(['sleep', '600'], 'runs-on');
  await runtime.close();
  const whileItRuns = existsSync(memory);
  runtime = await open(directory);
  await runtime.stopContainer(container.id, 2_000);
  await runtime.close();
  runtime = before;
  assert.deepEqual([whileItRuns, existsSync(memory)], [true, false]);
});

test('nothing runs whose record could not be written, and the next try starts it', async () => {
  const containers = join(root, 'containers');
  const aside = join(root, 'aside');
  renameSync(containers, aside);
  writeFileSync(containers, 'no directory');
  await assert.rejects(start(['sh', '-c', 'echo once'], 'unwritten'), /Cannot write down container c: /);
  rmSync(containers);
  renameSync(aside, containers);
  const container = await start(['sh', '-c', 'echo once'], 'unwritten');
  assert.equal((await exitOf(container)).exitCode, 0);
  assert.equal(await logOf(container.id), 'once\n');
});
