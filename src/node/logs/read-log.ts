import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { LogOptions } from '#client/node-port.ts';
import { fixedTime, type LogRecord, parseRecord } from '#node/logs/cri-format.ts';
import { fileAfter } from '#node/logs/rotation.ts';

/** Where a log comes from while it may still grow. */
export interface LogSource {
  readonly path: string;
  /** Brings the file up to date. */
  update(): void;
  /** Whether the container has ended and all it wrote is in the file. */
  ended(): boolean;
  /** Resolves when there may be something new to read, or the container has ended, or the signal aborts. */
  changed(signal: AbortSignal): Promise<void>;
}

const chunkBytes = 64 * 1024;
const newline = 0x0a;

/** Turns records into what the client sees (spec: node-agent.md section 16, "Reader rule"). */
export class LogPrinter {
  private readonly options: LogOptions;
  private left: number;
  private atLineStart = true;

  constructor(options: LogOptions) {
    this.options = options;
    this.left = options.limitBytes ?? Number.POSITIVE_INFINITY;
  }

  /** Whether `limitBytes` has been reached. */
  get full(): boolean {
    return this.left <= 0;
  }

  /** The bytes of the records that were asked for, cut at the limit. */
  print(records: readonly LogRecord[]): Buffer {
    const parts: Buffer[] = [];
    for (const record of records) {
      if (!this.wants(record)) continue;
      if (this.options.timestamps && this.atLineStart) parts.push(Buffer.from(`${fixedTime(record.time)} `));
      parts.push(record.content);
      if (!record.partial) parts.push(lineFeed);
      this.atLineStart = !record.partial;
    }
    const bytes = Buffer.concat(parts);
    const kept = bytes.length > this.left ? bytes.subarray(0, this.left) : bytes;
    this.left -= kept.length;
    return kept;
  }

  private wants(record: LogRecord): boolean {
    const { since, stream } = this.options;
    if (since !== undefined && Date.parse(record.time) < since) return false;
    return stream === 'All' || record.stream === stream.toLowerCase();
  }
}

const lineFeed = Buffer.from('\n');

/** Reads a log from its file: from the start, or the last `tailLines` records, to its end; with `follow` on into the files
 *  that rotation begins, until the container has ended. Holds one open file and one chunk, whatever the log's size. */
export async function* readLog(
  source: LogSource,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const printer = new LogPrinter(options);
  let file: OpenLog | undefined;
  try {
    while (!signal.aborted && !printer.full) {
      const ended = source.ended();
      source.update();
      file ??= OpenLog.open(source.path, options.tailLines);
      const bytes = printer.print(file?.read() ?? []);
      if (bytes.length > 0) {
        yield bytes;
        continue;
      }
      if (file?.more === true) continue;
      const next = file === undefined || !options.follow ? undefined : fileAfter(source.path, file.inode);
      if (next !== undefined) {
        file?.close();
        file = OpenLog.open(next, undefined);
        continue;
      }
      if (!options.follow || ended) return;
      await source.changed(signal);
    }
  } finally {
    file?.close();
  }
}

/** A log file being read forwards. */
class OpenLog {
  private readonly fd: number;
  readonly inode: number;
  private position: number;
  /** Whether the last read came back with records, none of which may have been wanted. */
  more = false;

  private constructor(fd: number, inode: number, position: number) {
    this.fd = fd;
    this.inode = inode;
    this.position = position;
  }

  static open(path: string, tailLines: number | undefined): OpenLog | undefined {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const { ino, size } = fstatSync(fd);
    return new OpenLog(fd, ino, tailLines === undefined ? 0 : startOfTail(fd, size, tailLines));
  }

  /** The next whole records, as many as fit into a chunk. Malformed ones are left out. */
  read(): LogRecord[] {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const size = readSync(this.fd, chunk, 0, chunk.length, this.position);
    const end = chunk.lastIndexOf(newline, size - 1);
    const records: LogRecord[] = [];
    this.more = size > 0 && end >= 0;
    if (!this.more) return records;
    for (let at = 0; at <= end; ) {
      const lineEnd = chunk.indexOf(newline, at);
      const record = parseRecord(chunk.subarray(at, lineEnd));
      if (record !== undefined) records.push(record);
      at = lineEnd + 1;
    }
    this.position += end + 1;
    return records;
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** Where the last `lines` whole records begin. */
function startOfTail(fd: number, size: number, lines: number): number {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let seen = 0;
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunkBytes);
    readSync(fd, chunk, 0, end - start, start);
    for (let at = end - start - 1; at >= 0; at--) {
      if (chunk[at] === newline && seen++ === lines) return start + at + 1;
    }
    end = start;
  }
  return 0;
}
