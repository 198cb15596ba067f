import { type FileHandle, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '#base/clock.ts';
import type { LineTarget } from './line-writer.ts';

export interface LogFileOptions {
  readonly path: string;
  /** Beyond it the file is put aside and a new one begun; 0: never. */
  readonly bytesMax: number;
  /** How many files put aside are kept; 0: all. */
  readonly backupsMax: number;
  /** How old they may grow; 0: any age. */
  readonly daysMax: number;
  readonly clock: Clock;
}

const dayMs = 24 * 3600_000;

/** A file that grows at its end, readable by its owner alone. One that has grown too large gets the time in its name, as in
 *  `audit-2026-01-31T18-04-05.000.log`, and the oldest of those are removed. */
export class LogFile implements LineTarget {
  private readonly options: LogFileOptions;
  private file: FileHandle | undefined;
  private bytes = 0;

  constructor(options: LogFileOptions) {
    this.options = options;
  }

  /** Throws when the file cannot be opened. */
  async open(): Promise<void> {
    this.file = await open(this.options.path, 'a', 0o600);
    this.bytes = (await this.file.stat()).size;
  }

  async append(bytes: Uint8Array): Promise<number> {
    const { bytesMax } = this.options;
    if (bytesMax > 0 && this.bytes > 0 && this.bytes + bytes.length > bytesMax) await this.rotate();
    if (this.file === undefined) await this.open();
    const { bytesWritten } = await (this.file as FileHandle).write(bytes);
    this.bytes += bytesWritten;
    return bytesWritten;
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private async rotate(): Promise<void> {
    await this.close();
    const { dir, name, ext } = path.parse(this.options.path);
    const time = new Date(this.options.clock.now()).toISOString().slice(0, -1).replaceAll(':', '-');
    await rename(this.options.path, path.join(dir, `${name}-${time}${ext}`));
    await this.open();
    await this.removeOld();
  }

  private async removeOld(): Promise<void> {
    const { backupsMax, daysMax, clock } = this.options;
    const { dir, name, ext } = path.parse(this.options.path);
    const isBackup = (file: string): boolean =>
      file.startsWith(`${name}-`) && file.endsWith(ext) && /^\d{4}-\d\d-\d\dT/.test(file.slice(name.length + 1));
    const backups = (await readdir(dir === '' ? '.' : dir)).filter(isBackup).toSorted().toReversed();
    for (const [index, backup] of backups.entries()) {
      const file = path.join(dir, backup);
      const tooMany = backupsMax > 0 && index >= backupsMax;
      if (tooMany || (daysMax > 0 && clock.now() - (await stat(file)).mtimeMs > daysMax * dayMs)) await unlink(file);
    }
  }
}
