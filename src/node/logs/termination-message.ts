import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseRecord } from '#node/logs/cri-format.ts';

/** Limits of spec node-agent.md section 15. */
const messageBytesMax = 4096;
const logBytesMax = 2048;
const logLinesMax = 80;

/** The end of a container's termination message file; if that is empty, the end of its log when `logPath` is given. Empty
 *  when there is neither, or what is there is not a file. */
export function lastWords(messagePath: string, logPath: string): string {
  const message = readTail(messagePath, messageBytesMax).toString();
  if (message !== '' || logPath === '') return message;
  return logTail(readTail(logPath, logBytesMax + recordOverhead));
}

/** Enough for the prefixes of as many records as can count. */
const recordOverhead = (logLinesMax + 1) * 64;

function logTail(bytes: Buffer): string {
  const lines = bytes.toString('latin1').split('\n').slice(0, -1);
  const contents = lines
    .slice(-logLinesMax)
    .map((line) => parseRecord(Buffer.from(line, 'latin1')))
    .flatMap((record) => (record === undefined ? [] : [record.content, ...(record.partial ? [] : [lineFeed])]));
  const text = Buffer.concat(contents);
  return text.subarray(Math.max(0, text.length - logBytesMax)).toString();
}

const lineFeed = Buffer.from('\n');

function readTail(path: string, bytesMax: number): Buffer {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return Buffer.alloc(0);
    const buffer = Buffer.alloc(Math.min(stat.size, bytesMax));
    return buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, stat.size - buffer.length));
  } finally {
    closeSync(fd);
  }
}
