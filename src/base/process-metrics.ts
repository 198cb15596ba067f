import { readdirSync, readFileSync } from 'node:fs';
import type { Clock } from '#base/clock.ts';
import type { MetricsRegistry } from '#base/metrics.ts';

/** What every program that Prometheus watches tells of its process. Open files are known on Linux alone. */
export function addProcessMetrics(registry: MetricsRegistry, clock: Clock): void {
  const startedAt = clock.now() / 1000 - process.uptime();
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const one = (read: () => number | undefined) => () => {
    const value = read();
    return value === undefined ? [] : [[[], value] as const];
  };
  const seconds = 'Processor time of the program and the system for it, in seconds.';
  registry.gauge('process_cpu_seconds_total', seconds, [], one(cpuSeconds), 'counter');
  const memory = 'Memory that is in use, in bytes.';
  registry.gauge('process_resident_memory_bytes', memory, [], one(process.memoryUsage.rss));
  const start = 'When the process began, in seconds since 1970.';
  registry.gauge(
    'process_start_time_seconds',
    start,
    [],
    one(() => startedAt),
  );
  registry.gauge('process_open_fds', 'Files and connections that are open.', [], one(openFiles));
  registry.gauge('process_max_fds', 'How many may be open.', [], one(openFilesMax));
}

function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}

function openFilesMax(): number | undefined {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return limit === null ? undefined : Number(limit[1]);
  } catch {
    return undefined;
  }
}
