import { readdirSync, readFileSync } from 'node:fs';
import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import { containerMarker } from '#node/runtime/process/processes.ts';

/** What is known of a process is looked at again after this long: its number may be somebody else's by then. */
const knownMs: Millis = 5_000;

/** Finds the processes of containers among all of the machine's. To read an environment costs as much as to start a small
 *  process, and a busy machine has hundreds: what was read is known for a while. It stays true, as the launcher is not asked
 *  anything between the fork and the exec of a supervisor, and all others inherit their mark. */
export class ProcessSearch {
  private readonly clock: Pick<Clock, 'now'>;
  private marks = new Map<string, string>();
  private forgetAt: Millis = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.clock = clock;
  }

  /** The processes that belong to these containers: those that carry the mark of one in their environment, and those in the
   *  session of one of these supervisors (who cleared their environment, but stayed). */
  find(ids: ReadonlySet<string>, sessions: readonly number[]): number[] {
    const now = this.clock.now();
    const known = now < this.forgetAt ? this.marks : new Map<string, string>();
    if (known !== this.marks) this.forgetAt = now + knownMs;
    const marks = processNames().map((name) => [name, known.get(name) ?? markOf(name)] as const);
    this.marks = new Map(marks);
    return marks
      .filter(([name, mark]) => (ids.has(mark) && isMarked(name, mark)) || isIn(sessions, name))
      .map(([name]) => Number(name));
  }
}

function processNames(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d/.test(name));
  } catch {
    return [];
  }
}

const markStart = `\0${containerMarker}=`;

/** Empty when it has none, or is gone. */
function markOf(pidName: string): string {
  try {
    const environment = `\0${readFileSync(`/proc/${pidName}/environ`, 'latin1')}`;
    const at = environment.indexOf(markStart);
    if (at < 0) return '';
    const from = at + markStart.length;
    const end = environment.indexOf('\0', from);
    return environment.slice(from, end < 0 ? undefined : end);
  } catch {
    return '';
  }
}

/** Read anew, as whoever is found is killed. */
function isMarked(pidName: string, mark: string): boolean {
  return markOf(pidName) === mark;
}

function isIn(sessions: readonly number[], pidName: string): boolean {
  return sessions.length > 0 && sessions.includes(sessionOf(pidName));
}

/** -1 for zombies, which are nobody's to kill, and for processes that are gone. */
function sessionOf(pidName: string): number {
  try {
    const stat = readFileSync(`/proc/${pidName}/stat`, 'latin1');
    const [state, , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? -1 : Number(session);
  } catch {
    return -1;
  }
}
