import { readFileSync } from 'node:fs';

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

/** Names this boot of the machine; processes of an earlier one are gone, whatever their numbers. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}
