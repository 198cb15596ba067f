import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogStream } from '#node/logs/cri-format.ts';
import { rawFiles } from '#node/runtime/process/log-pump.ts';

const readBytesMax = 64 * 1024;

/** Reads one output of a container as it was written. */
export class RawOutput {
  private readonly file: string;
  private position = 0;

  constructor(directory: string, stream: LogStream) {
    this.file = join(directory, rawFiles[stream]);
  }

  /** Passes over what is there. */
  toEnd(): void {
    this.position = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** What comes next; empty when there is no more for now. */
  read(): Buffer {
    let fd: number;
    try {
      fd = openSync(this.file, 'r');
    } catch {
      return Buffer.alloc(0);
    }
    try {
      const { size } = fstatSync(fd);
      // Somebody opened /dev/stdout anew, which empties a plain file.
      if (size < this.position) this.position = 0;
      const bytes = Buffer.allocUnsafe(Math.min(size - this.position, readBytesMax));
      const read = bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, this.position));
      this.position += read.length;
      return read;
    } finally {
      closeSync(fd);
    }
  }
}
