import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock.ts';
import { silentLogger } from '#base/log.ts';
import { createProcessRuntime } from '#node/runtime/process/process-runtime.ts';
import type { Runtime } from '#node/runtime/runtime.ts';
import { completeJob, withClient } from './large-job.ts';
import { inFolder, startUp } from './packaged.ts';
import { type BenchResult, median } from './report.ts';

const rounds = 3;
const containersPerRound = 400;
const atOnce = 16;

/** Pods of `/bin/true` per second, as a Job of the packaged program on one node and through the process runtime alone (sandbox,
 *  start, exit seen, everything removed), beside what bare Node reaches when it does nothing but spawn `/bin/true`. */
export async function run(): Promise<readonly BenchResult[]> {
  const root = mkdtempSync(join(tmpdir(), 'sampan-bench-process-'));
  const runtime = await createProcessRuntime({ root, version: '0', clock: systemClock, log: silentLogger });
  const ours: number[] = [];
  const bare: number[] = [];
  const whole: number[] = [];
  try {
    await rate(root, runtime, -1, 50);
    for (let round = 0; round < rounds; round++) {
      bare.push(await inParallel(containersPerRound, spawnTrue));
      ours.push(await rate(root, runtime, round, containersPerRound));
      whole.push(await inFolder(rateOfJob));
    }
  } finally {
    await runtime.close();
    rmSync(root, { recursive: true, force: true });
  }
  const floor = { name: 'bare spawn', median: median(bare) };
  return [
    { name: 'a Job of pods of /bin/true', median: median(whole), unit: 'pods/s', floor },
    { name: 'the process runtime alone', median: median(ours), unit: 'pods/s', floor },
  ];
}

async function rateOfJob(folder: string): Promise<number> {
  const cluster = await startUp(folder);
  const shape = { completions: containersPerRound, parallelism: 100, command: ['/bin/true'] };
  try {
    return await withClient(cluster, async (client) => {
      await completeJob(client, 'warm-up', { ...shape, completions: 100 });
      return containersPerRound / (await completeJob(client, 'measured', shape));
    });
  } finally {
    await cluster.stop();
  }
}

async function rate(root: string, runtime: Runtime, round: number, count: number): Promise<number> {
  const waiting = new Map<string, () => void>();
  const end = runtime.subscribe(({ podUid, state }) => {
    if (state.is === 'exited') waiting.get(podUid)?.();
  });
  const result = await inParallel(count, async (index) => {
    const podUid = `${round}-${index}`;
    const ended = new Promise<void>((resolve) => waiting.set(podUid, resolve));
    await runOne(root, runtime, podUid);
    await ended;
    await runtime.removeSandbox(podUid);
  });
  end();
  return result;
}

async function runOne(root: string, runtime: Runtime, podUid: string): Promise<void> {
  const directory = join(root, 'pods', podUid);
  const logDirectory = join(root, 'logs', podUid);
  const names = { podUid, namespace: 'default', name: podUid, hostname: podUid };
  await runtime.createSandbox({ ...names, directory, logDirectory, annotations: {} });
  await runtime.startContainer({
    podUid,
    name: 'c',
    attempt: 0,
    image: '',
    command: ['/bin/true'],
    args: [],
    mounts: [],
    workingDirectory: undefined,
    env: [],
    logPath: join(logDirectory, 'c', '0.log'),
    terminationMessagePath: join(directory, 'termination'),
    user: undefined,
    longRunning: false,
  });
}

function spawnTrue(): Promise<void> {
  return new Promise((resolve) => {
    spawn('/bin/true', { stdio: 'ignore', detached: true }).on('exit', () => resolve());
  });
}

/** Does `one` so many times, a few at once, and says how many a second that was. */
async function inParallel(count: number, one: (index: number) => Promise<void>): Promise<number> {
  const begin = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await one(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (count / (performance.now() - begin)) * 1000;
}
