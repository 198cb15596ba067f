/** The log line format of the Container Runtime Interface (spec: node-agent.md section 16):
 *  `<time> <stdout|stderr> <tag> <bytes>\n`, tag F for a whole line, P for a part that the next record continues. */

export type LogStream = 'stdout' | 'stderr';

/** Content beyond this goes into further records, all but the last tagged P. */
export const contentBytesMax = 16_384;

/** One record, as read back. */
export interface LogRecord {
  /** As written: RFC 3339 with up to nine fraction digits. */
  readonly time: string;
  readonly stream: LogStream;
  readonly partial: boolean;
  readonly content: Buffer;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

export interface Framed {
  readonly records: Buffer;
  /** How many bytes of the input the records stand for. */
  readonly consumed: number;
}

/** Frames what a container wrote to one stream. An unfinished last line is left for later unless `ended`, or long enough to
 *  be cut anyway. */
export function frame(bytes: Buffer, stream: LogStream, time: string, ended: boolean): Framed {
  const parts: Buffer[] = [];
  const whole = Buffer.from(`${time} ${stream} F `);
  const part = Buffer.from(`${time} ${stream} P `);
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(newline, at);
    const lineEnd = end < 0 ? bytes.length : end;
    while (lineEnd - at > contentBytesMax) {
      parts.push(part, bytes.subarray(at, at + contentBytesMax), lineFeed);
      at += contentBytesMax;
    }
    if (end < 0) {
      if (!ended) break;
      parts.push(part, bytes.subarray(at), lineFeed);
      at = bytes.length;
      break;
    }
    const cut = end > at && bytes[end - 1] === carriageReturn ? end - 1 : end;
    parts.push(whole, bytes.subarray(at, cut), lineFeed);
    at = end + 1;
  }
  return { records: Buffer.concat(parts), consumed: at };
}

const lineFeed = Buffer.from('\n');

/** The record in one line (without its newline); undefined when it is malformed. */
export function parseRecord(line: Buffer): LogRecord | undefined {
  const afterTime = line.indexOf(0x20);
  const afterStream = line.indexOf(0x20, afterTime + 1);
  const afterTag = line.indexOf(0x20, afterStream + 1);
  if (afterTime <= 0 || afterStream < 0 || afterTag < 0) return undefined;
  const stream = line.toString('latin1', afterTime + 1, afterStream);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const partial = line[afterStream + 1] === 0x50;
  return { time: line.toString('latin1', 0, afterTime), stream, partial, content: line.subarray(afterTag + 1) };
}

/** The time with nine fraction digits, as `timestamps` prints it. */
export function fixedTime(time: string): string {
  const [, seconds = time, fraction = '', zone = 'Z'] = /^([^.Z+]*)(?:\.(\d*))?(Z|[+-].*)$/.exec(time) ?? [];
  return `${seconds}.${fraction.padEnd(9, '0').slice(0, 9)}${zone}`;
}
