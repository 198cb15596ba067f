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

export interface TerminalResize {
  readonly terminal: string;
  readonly width: number;
  readonly height: number;
}

/** Resolves when it is done, or could not be done. */
export function resizeTerminal({ terminal, width, height }: TerminalResize): Promise<void> {
  const size = ['rows', String(height), 'cols', String(width)];
  return new Promise((resolve) => {
    const stty = spawn('stty', ['-F', terminal, ...size], { stdio: 'ignore' });
    stty.on('error', () => resolve());
    stty.on('exit', () => resolve());
  });
}
