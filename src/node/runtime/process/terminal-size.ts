import { spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** The terminal of the command that the program `script` with this pid runs; undefined while there is none. */
export function terminalOf(pid: number | undefined): string | undefined {
  try {
    const [child] = childrenOf(pid);
    const terminal = readlinkSync(`/proc/${child}/fd/0`);
    return terminal.startsWith('/dev/pts/') ? terminal : undefined;
  } catch {
    return undefined;
  }
}

export function childrenOf(pid: number | undefined): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

export function resizeTerminal(terminal: string, width: number, height: number): void {
  const size = ['rows', String(height), 'cols', String(width)];
  spawn('stty', ['-F', terminal, ...size], { stdio: 'ignore' }).on('error', () => {});
}
