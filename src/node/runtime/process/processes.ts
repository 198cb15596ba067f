import { readdirSync, readFileSync } from 'node:fs';

/** One process, told apart from a later one with the same number: the kernel reuses process ids, and a signal to a reused
 *  one would hit a stranger (spec: node-agent.md section 35.2, Identity). */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks from boot to start. Empty where there is no /proc. */
  readonly startTime: string;
}

/** The variable by which every process of a container is found, whatever sessions and groups it made for itself. */
export const containerMarker = 'SAMPAN_CONTAINER_ID';

/** Reads the text that a supervisor wrote about itself: a line of /proc/<pid>/stat, or a bare pid where there is none.
 *  Undefined when it is not complete. */
export function parseIdentity(stat: string): ProcessIdentity | undefined {
  if (!stat.endsWith('\n')) return undefined;
  const pid = Number.parseInt(stat, 10);
  if (!(pid > 0)) return undefined;
  const afterName = stat.slice(stat.lastIndexOf(')') + 2);
  const startTime = stat.includes(')') ? (afterName.split(' ')[19] ?? '') : '';
  return { pid, startTime };
}

/** What process has that pid now; undefined when none has, or only a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')) return undefined;
    return parseIdentity(stat);
  } catch {
    return process.platform === 'linux' ? undefined : identifyBySignal(pid);
  }
}

function identifyBySignal(pid: number): ProcessIdentity | undefined {
  try {
    process.kill(pid, 0);
    return { pid, startTime: '' };
  } catch {
    return undefined;
  }
}

/** Whether the very process is still there. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now !== undefined && now.startTime === identity.startTime;
}

/** Sends `signal` to a process, or to its group when `pid` is negative. False when there is nobody to send it to. */
export function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** The processes that belong to these containers: those that carry the mark of one in their environment, and those in the
 *  session of one of these supervisors (who cleared their environment, but stayed). Goes through all of /proc: some
 *  milliseconds for a thousand processes, so the launcher does it and never the server. */
export function processesOf(ids: ReadonlySet<string>, sessions: readonly number[]): number[] {
  return processNames()
    .filter((name) => ids.has(markOf(name) ?? '') || (sessions.length > 0 && sessions.includes(sessionOf(name))))
    .map(Number);
}

function processNames(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d/.test(name));
  } catch {
    return [];
  }
}

const markStart = `\0${containerMarker}=`;

function markOf(pidName: string): string | undefined {
  try {
    const environment = `\0${readFileSync(`/proc/${pidName}/environ`, 'latin1')}`;
    const at = environment.indexOf(markStart);
    if (at < 0) return undefined;
    const from = at + markStart.length;
    const end = environment.indexOf('\0', from);
    return environment.slice(from, end < 0 ? undefined : end);
  } catch {
    return undefined;
  }
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

/** Names this boot of the machine; processes of an earlier one are gone, whatever their numbers. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}
