import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { sleep, systemClock } from '#base/clock.ts';
import { inFolder, residentMib, startUp } from './packaged.ts';
import { type BenchResult, median } from './report.ts';

const settleMs = 5_000;
const rounds = 4;
/** As long as a heartbeat takes to come round. */
const roundMs = 10_000;
const ticksPerSecond = 100;

/** What everything under `sampan up` (server and launcher) costs while nothing is asked of it, beside as many bare Node
 *  processes that only wait. Linux only: the figures are the kernel's. */
export function run(): Promise<readonly BenchResult[]> {
  return inFolder(async (folder) => {
    const cluster = await startUp(folder);
    const bare = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
    try {
      const pids = familyOf(cluster.pid);
      await sleep(systemClock, settleMs);
      const shares: number[] = [];
      for (let round = 0; round < rounds; round++) shares.push(await busyShare(pids));
      const own = residentMib(pids);
      const floor = residentMib([bare.pid ?? 0]);
      const name = `${pids.length} × bare Node`;
      return [
        { name: 'CPU', median: median(shares), unit: '% of a core' },
        { name: 'resident', median: own.rss, unit: 'MiB', floor: { name, median: floor.rss * pids.length } },
        {
          name: 'resident, shared pages counted once',
          median: own.pss,
          unit: 'MiB',
          floor: { name, median: floor.pss * pids.length },
        },
      ];
    } finally {
      bare.kill();
      await cluster.stop();
    }
  });
}

/** The process and all its descendants. */
function familyOf(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(familyOf)];
}

async function busyShare(pids: readonly number[]): Promise<number> {
  const before = cpuSeconds(pids);
  const begin = performance.now();
  await sleep(systemClock, roundMs);
  return ((cpuSeconds(pids) - before) / ((performance.now() - begin) / 1000)) * 100;
}

/** Fields 14 and 15 of the line, counted behind the name, which may hold blanks: time in user and in kernel mode. */
function cpuSeconds(pids: readonly number[]): number {
  const ticks = pids.flatMap((pid) => {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    return [Number(fields[11]), Number(fields[12])];
  });
  return ticks.reduce((sum, each) => sum + each, 0) / ticksPerSecond;
}
