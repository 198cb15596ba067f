import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Millis } from '#base/units.ts';
import { frame, type LogStream } from '#node/logs/cri-format.ts';
import { logBytesMax, rotate } from '#node/logs/rotation.ts';

/** How far the pump has come. What stands in the log beyond `logBytes` belongs to a step that was never finished. */
interface Position {
  readonly stdout: number;
  readonly stderr: number;
  readonly logBytes: number;
}

export const rawFiles: { readonly [Stream in LogStream]: string } = { stdout: 'out', stderr: 'err' };
const positionFile = 'position';
const streams: readonly LogStream[] = ['stdout', 'stderr'];
const readBytesMax = 256 * 1024;
/** Read parts of the raw files are given back in steps of this size. */
const punchBytes = 4 * 1024 * 1024;

export interface LogPumpOptions {
  /** The container's directory, where the raw files are. */
  readonly directory: string;
  readonly logPath: string;
  readonly now: () => Millis;
  /** Frees the disk space of a part of a raw file that has been read. */
  readonly punch: (path: string, offset: number, length: number) => void;
  /** Whether nobody else reads the raw files. */
  readonly mayPunch: () => boolean;
}

/** Carries what a container wrote from its raw files into its log, in order and exactly once: each step appends to the log
 *  and then records how far it came; after a crash the log is cut back to the last recorded step and that step is redone.
 *  Works in small synchronous steps, as it runs while somebody waits for the result. */
export class LogPump {
  private readonly options: LogPumpOptions;
  private position: Position;
  private readonly punched = { stdout: 0, stderr: 0 };

  constructor(options: LogPumpOptions) {
    this.options = options;
    this.position = this.readPosition() ?? { stdout: 0, stderr: 0, logBytes: 0 };
    if (existsSync(options.logPath)) this.cutBack();
    else this.position = { ...this.position, logBytes: 0 };
  }

  /** Takes over all there is. `ended`: nobody writes any more, so that an unfinished last line goes too. Throws when the log
   *  cannot be written (disk full); what was not taken over is still there for the next call. */
  pump(ended: boolean): void {
    for (const stream of streams) while (this.step(stream, ended));
  }

  private step(stream: LogStream, ended: boolean): boolean {
    const raw = this.readRaw(stream);
    if (raw.length === 0) return false;
    const atEnd = raw.length < readBytesMax;
    const { records, consumed } = frame(raw, stream, new Date(this.options.now()).toISOString(), ended && atEnd);
    if (consumed === 0) return false;
    if (this.position.logBytes > logBytesMax) this.rotate();
    this.append(records);
    this.commit({
      ...this.position,
      [stream]: this.position[stream] + consumed,
      logBytes: this.position.logBytes + records.length,
    });
    this.giveBack(stream);
    return true;
  }

  private readRaw(stream: LogStream): Buffer {
    let fd: number;
    try {
      fd = openSync(join(this.options.directory, rawFiles[stream]), 'r');
    } catch {
      return Buffer.alloc(0);
    }
    try {
      const { size } = fstatSync(fd);
      // Somebody opened /dev/stdout anew, which empties a plain file: go on with what was written since.
      if (size < this.position[stream]) this.position = { ...this.position, [stream]: 0 };
      const bytes = Buffer.allocUnsafe(Math.min(size - this.position[stream], readBytesMax));
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, this.position[stream]));
    } finally {
      closeSync(fd);
    }
  }

  private append(records: Buffer): void {
    const { logPath } = this.options;
    if (this.position.logBytes === 0) mkdirSync(dirname(logPath), { recursive: true });
    const fd = openSync(logPath, 'a', 0o640);
    try {
      for (let at = 0; at < records.length; ) at += writeSync(fd, records, at);
    } catch (error) {
      ftruncateSync(fd, this.position.logBytes);
      throw error;
    } finally {
      closeSync(fd);
    }
  }

  private rotate(): void {
    rotate(this.options.logPath, new Date(this.options.now()).toISOString());
    this.commit({ ...this.position, logBytes: 0 });
  }

  private giveBack(stream: LogStream): void {
    const from = this.punched[stream];
    const length = this.position[stream] - from;
    if (length < punchBytes || !this.options.mayPunch()) return;
    this.punched[stream] += length;
    this.options.punch(join(this.options.directory, rawFiles[stream]), from, length);
  }

  /** One write of fixed size in place: whole, or not at all, as far as the death of this process goes. */
  private commit(position: Position): void {
    const text = [position.stdout, position.stderr, position.logBytes].map((n) => String(n).padStart(16)).join(' ');
    const fd = openSync(join(this.options.directory, positionFile), constants.O_WRONLY | constants.O_CREAT, 0o640);
    try {
      writeSync(fd, `${text}\n`, 0);
    } finally {
      closeSync(fd);
    }
    this.position = position;
  }

  private readPosition(): Position | undefined {
    try {
      const [stdout, stderr, logBytes] = readFileSync(join(this.options.directory, positionFile), 'latin1')
        .trim()
        .split(/ +/)
        .map(Number);
      if (stdout === undefined || stderr === undefined || logBytes === undefined) return undefined;
      return { stdout, stderr, logBytes };
    } catch {
      return undefined;
    }
  }

  /** Drops records that a dead run appended without recording it. */
  private cutBack(): void {
    const fd = openSync(this.options.logPath, 'r+');
    try {
      if (fstatSync(fd).size > this.position.logBytes) ftruncateSync(fd, this.position.logBytes);
    } finally {
      closeSync(fd);
    }
  }
}
