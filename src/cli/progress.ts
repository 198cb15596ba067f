import { isFinished } from '#kinds/job/finished.ts';
import type { Job } from '#kinds/job/schema.ts';
import { humanDuration } from '#kinds/meta/human-duration.ts';

const barWidth = 24;

/** The job to show of several: the first that runs; else one that is yet to run; else the first. */
export function shownJob(jobs: readonly Job[]): Job | undefined {
  const open = jobs.filter((job) => !isFinished(job));
  return open.find(({ spec }) => spec.suspend !== true) ?? open[0] ?? jobs[0];
}

/** How far a job is, on one line: "pi [######------] 1/2 · 1 active · 0 failed · 3s". */
export function progressLine(job: Job, now: number): string {
  const { succeeded = 0, failed = 0, active = 0, startTime } = job.status;
  const wanted = job.spec.completions ?? 1;
  const share = wanted === 0 ? 1 : Math.min(1, succeeded / wanted);
  const done = Math.round(share * barWidth);
  const bar = '#'.repeat(done) + '-'.repeat(barWidth - done);
  const time = startTime === undefined ? '' : ` · ${humanDuration(now - Date.parse(startTime))}`;
  return `${job.metadata.name} [${bar}] ${succeeded}/${wanted} · ${active} active · ${failed} failed${time}`;
}

/** A line at the bottom of a terminal that is rewritten in place, below the lines printed through it. */
export class StatusLine {
  private readonly terminal: { readonly columns?: number; write(text: string): unknown };
  private text = '';

  constructor(terminal: { readonly columns?: number; write(text: string): unknown }) {
    this.terminal = terminal;
  }

  /** Shows `text` in place of what was there. */
  show(text: string): void {
    this.text = text.slice(0, (this.terminal.columns ?? 80) - 1);
    this.terminal.write(`\r\x1b[K${this.text}`);
  }

  /** Takes the line away, runs `print`, and puts it back. */
  above(print: () => void): void {
    this.terminal.write('\r\x1b[K');
    print();
    this.terminal.write(this.text);
  }

  /** Takes the line away for good. */
  clear(): void {
    this.text = '';
    this.terminal.write('\r\x1b[K');
  }
}
