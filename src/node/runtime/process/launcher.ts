/** The launcher: a small process that starts all others. `spawn` copies the caller's page tables, so in the API server's
 *  process it would stop the event loop for as long as its memory is large (23 ms at 550 MB); here it costs the same always.
 *  It loads nothing but Node's own modules, obeys its parent over the IPC channel, and exits when the parent is gone. What it
 *  started lives on: every container is its own session, watched by its own shell (supervisor.ts). */
import { type ChildProcess, spawn } from 'node:child_process';
import { readExitFile } from '#node/runtime/process/exit-file.ts';
import { LauncherFeed } from '#node/runtime/process/launcher-feed.ts';
import { hasOutput, removePaths, writeContainer, writeSandbox } from '#node/runtime/process/launcher-files.ts';
import type { FromLauncher, Order, PortableFile, ToLauncher } from '#node/runtime/process/launcher-protocol.ts';
import { LauncherSession } from '#node/runtime/process/launcher-session.ts';
import { Outbox } from '#node/runtime/process/outbox.ts';
import { ProcessSearch } from '#node/runtime/process/process-search.ts';
import { send } from '#node/runtime/process/processes.ts';
import { supervisorCommand } from '#node/runtime/process/supervisor.ts';
import type { Payload } from '#node/volumes/payload.ts';
import { writePayload } from '#node/volumes/write-payload.ts';

process.umask(0o022);
process.title = 'sampan launcher';
// A terminal's interrupt is for the parent to act on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));
process.on('message', (messages: readonly ToLauncher[]) => {
  for (const message of messages) obey(message);
});

const sessions = new Map<number, LauncherSession | LauncherFeed>();
const search = new ProcessSearch({ now: () => performance.now() });

const outbox = new Outbox<FromLauncher>((messages) => {
  if (process.connected) process.send?.(messages);
});

function obey(message: ToLauncher): void {
  if ('session' in message) {
    sessions.get(message.session)?.obey(message.word);
    return;
  }
  answer(message.order).then(
    (value) => tell({ ask: message.ask, value }),
    (error: Error) => tell({ ask: message.ask, error: error.message }),
  );
}

function tell(message: FromLauncher): void {
  outbox.post(message);
}

async function answer(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'start':
      return start(order);
    case 'kill':
      return kill(order);
    case 'run':
      return run(order);
    case 'open':
      return open(order);
    case 'feed':
      return feed(order);
    case 'sandbox':
      return writeSandbox(order.directory, order.recordFile, order.record);
    case 'volume':
      return writePayload(order.directory, payloadOf(order.files), order.now, order.group);
    case 'remove':
      return removePaths(order.paths);
    case 'punch':
      return punch(order);
  }
}

async function start(order: Order & { do: 'start' }): Promise<string | undefined> {
  const { id, directory, exitFile, env } = order;
  try {
    writeContainer(order);
  } catch (error) {
    return (error as Error).message;
  }
  const [file = '', ...rest] = supervisorCommand(order);
  const child = spawn(file, rest, { detached: true, stdio: 'ignore', env, cwd: '/' });
  child.on('exit', (code) => {
    tell({ gone: id, end: { code, exit: readExitFile(exitFile), wrote: hasOutput(directory) } });
  });
  return new Promise((resolve, reject) => {
    child.on('spawn', () => resolve(undefined));
    child.on('error', reject);
  });
}

/** Kills until nobody belongs to these containers, or the tries are used up; answers how many are left then. */
async function kill(order: Order & { do: 'kill' }): Promise<number> {
  const ids = new Set(order.ids);
  for (let tries = 0; ; tries++) {
    const left = search.find(ids, order.supervisors).filter((pid) => !order.supervisors.includes(pid));
    if (left.length === 0 || tries === killTriesMax) return left.length;
    for (const pid of left) send(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, Math.min(1 << tries, 50)));
  }
}

function payloadOf(files: readonly PortableFile[]): Payload {
  return new Map(
    files.map(({ base64, path, ...access }) => [path, { ...access, bytes: Buffer.from(base64, 'base64') }]),
  );
}

const killTriesMax = 20;
const outputBytesMax = 16 * 1024;

function run(order: Order & { do: 'run' }): Promise<{ exitCode: number; output: string; timedOut: boolean }> {
  const [file = '', ...rest] = order.command;
  const child = spawn(file, rest, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: order.env,
    cwd: order.cwd,
  });
  const chunks: Buffer[] = [];
  let size = 0;
  const collect = (chunk: Buffer): void => {
    if (size < outputBytesMax) chunks.push(chunk.subarray(0, outputBytesMax - size));
    size += chunk.length;
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, order.timeout);
  return new Promise((resolve, reject) => {
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      // What the command left behind may hold the pipes: end it, then take what is in them already.
      killGroup(child);
      setImmediate(() => {
        const output = Buffer.concat(chunks).toString();
        resolve({ exitCode: code ?? 128 + signalNumber(signal), output, timedOut });
        child.stdout?.destroy();
        child.stderr?.destroy();
      });
    });
  });
}

async function open(order: Order & { do: 'open' }): Promise<void> {
  const { session } = order;
  const opened = await LauncherSession.open(order, (news) => {
    if (news.is === 'ended') sessions.delete(session);
    tell({ session, news });
  });
  sessions.set(session, opened);
}

async function feed({ session, directory, once }: Order & { do: 'feed' }): Promise<void> {
  const feed = await LauncherFeed.open(directory, once, (news) => {
    if (news.is === 'ended') sessions.delete(session);
    tell({ session, news });
  });
  sessions.set(session, feed);
}

function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) send(-child.pid, 'SIGKILL');
}

/** Gives back the disk space of the part of a file that has been read. Answers whether this machine can. */
function punch(order: Order & { do: 'punch' }): Promise<boolean> {
  const { path, offset, length } = order;
  const child = spawn('fallocate', ['--punch-hole', '--offset', String(offset), '--length', String(length), path], {
    stdio: 'ignore',
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === 'SIGTERM' ? 15 : 9;
}
