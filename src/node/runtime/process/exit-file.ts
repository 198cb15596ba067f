import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Millis } from '#base/units.ts';

/** How a container ended. */
export interface ExitRecord {
  readonly exitCode: number;
  /** Empty when the code says it all. */
  readonly reason: string;
  readonly at: Millis;
}

/** What a supervisor wrote down. Undefined while it has not: the file is there from the start of the container, and complete when
 *  it ends in a newline. */
export function readExitFile(file: string): ExitRecord | undefined {
  try {
    const text = readFileSync(file, 'latin1');
    if (!text.endsWith('\n')) return undefined;
    const [code = '', reason = ''] = text.trim().split(' ');
    return { exitCode: Number(code), reason, at: Math.floor(statSync(file).mtimeMs) };
  } catch {
    return undefined;
  }
}

/** For ends that no supervisor could write down. */
export function writeExitFile(file: string, exitCode: number, reason: string): void {
  writeFileSync(file, `${exitCode} ${reason}\n`);
}
