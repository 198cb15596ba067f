import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import type { LogOptions } from '#client/node-port.ts';
import { contentBytesMax, fixedTime, frame, parseRecord } from '#node/logs/cri-format.ts';
import { type LogSource, readLog } from '#node/logs/read-log.ts';
import { logBytesMax, logFilesMax, rotatedFiles } from '#node/logs/rotation.ts';
import { lastWords } from '#node/logs/termination-message.ts';
import { LogPump } from '#node/runtime/process/log-pump.ts';

const time = '2026-01-01T00:00:00.5Z';
let directory = '';
let logPath = '';
let punched: [number, number][] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sampan-logs-'));
  logPath = join(directory, 'log', '0.log');
  punched = [];
  writeFileSync(join(directory, 'out'), '');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function pump(): LogPump {
  const punch = (_path: string, offset: number, length: number) => void punched.push([offset, length]);
  return new LogPump({ directory, logPath, now: () => Date.UTC(2026, 0, 1), punch, mayPunch: () => true });
}

function write(text: string | Buffer, stream = 'out'): void {
  appendFileSync(join(directory, stream), text);
}

async function read(options: Partial<LogOptions> = {}, source: Partial<LogSource> = {}): Promise<string> {
  const all = { follow: false, previous: false, timestamps: false, stream: 'All', ...options } as const;
  const still = { path: logPath, update: () => {}, ended: () => true, changed: async () => {}, ...source };
  const chunks: Uint8Array[] = [];
  for await (const chunk of readLog(still, all, new AbortController().signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}

test('any bytes come out as they went in, but for a carriage return before a newline', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (given) => {
      const bytes = Buffer.from(given);
      const { records, consumed } = frame(bytes, 'stdout', time, true);
      assert.equal(consumed, bytes.length);
      const parts: Buffer[] = [];
      for (let at = 0; at < records.length; ) {
        const end = records.indexOf(10, at);
        const record = parseRecord(records.subarray(at, end));
        assert(record !== undefined);
        parts.push(record.content, Buffer.from(record.partial ? '' : '\n'));
        at = end + 1;
      }
      const expected = bytes.toString('latin1').replaceAll('\r\n', '\n');
      assert.equal(Buffer.concat(parts).toString('latin1'), expected);
    }),
  );
});

test('a long line is cut into partial records, an unfinished one waits for its end', () => {
  const long = frame(Buffer.from(`${'x'.repeat(100 * 1024)}\n`), 'stdout', time, false);
  const tags = long.records
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[2]);
  assert.deepEqual(tags, ['P', 'P', 'P', 'P', 'P', 'P', 'F']);
  assert.deepEqual(frame(Buffer.from('abc'), 'stderr', time, false), { records: Buffer.alloc(0), consumed: 0 });
  assert.equal(frame(Buffer.from('abc'), 'stderr', time, true).records.toString(), `${time} stderr P abc\n`);
  assert.equal(contentBytesMax, 16_384);
  assert.equal(fixedTime(time), '2026-01-01T00:00:00.500000000Z');
});

test('after a crash between two steps no line is lost and none is there twice', async () => {
  write('one\ntwo\n');
  pump().pump(false);
  const position = readFileSync(join(directory, 'position'));
  write('three\n');
  pump().pump(false);
  // As if the last step had reached the log, but not the record of it.
  writeFileSync(join(directory, 'position'), position);
  write('four\n');
  pump().pump(true);
  assert.equal(await read(), 'one\ntwo\nthree\nfour\n');
});

test('a log is rotated at 10 MiB, five files are kept, and a follower reads through all of it', async () => {
  const line = `${'y'.repeat(1023)}\n`;
  const source = pump();
  let round = 0;
  const steps: Partial<LogSource> = {
    ended: () => round === 61,
    changed: async () => {
      round++;
      write(line.repeat(1024));
      source.pump(false);
    },
  };
  assert.equal((await read({ follow: true }, steps)).length, 61 * 1024 * 1024);
  assert.equal(rotatedFiles(logPath).length + 1, logFilesMax);
  assert(statSync(logPath).size <= logBytesMax + 1024 * 1024);
  assert.equal(punched[0]?.[0], 0);
  const freed = punched.reduce((sum, [, length]) => sum + length, 0);
  assert(freed > 56 * 1024 * 1024, 'what was read is given back');
});

test('a raw file that was emptied is read from its new start', async () => {
  const source = pump();
  write('first\n');
  source.pump(false);
  truncateSync(join(directory, 'out'));
  write('2nd\n');
  source.pump(true);
  assert.equal(await read(), 'first\n2nd\n');
});

test('a reader gets the tail, the time, the stream and the size it asks for', async () => {
  write('a\nb\nc\n');
  write('e\n', 'err');
  pump().pump(true);
  assert.equal(await read({ tailLines: 2 }), 'c\ne\n');
  assert.equal(await read({ tailLines: 0 }), '');
  assert.equal(await read({ limitBytes: 3 }), 'a\nb');
  assert.equal(await read({ stream: 'Stderr' }), 'e\n');
  assert.equal(await read({ since: Date.UTC(2026, 0, 2) }), '');
  assert.equal(await read({ tailLines: 1, timestamps: true }), '2026-01-01T00:00:00.000000000Z e\n');
  assert.equal(await read({}, { path: join(directory, 'none') }), '');
});

test('a malformed record is passed over, and a partial one is joined with its end', async () => {
  pump();
  write('x\n');
  pump().pump(true);
  appendFileSync(logPath, `nonsense\n${time} stdout P ab\n${time} stdout F c\n`);
  assert.equal(await read({ timestamps: true, tailLines: 3 }), '2026-01-01T00:00:00.500000000Z abc\n');
});

test('last words are the last 4096 bytes of the file, or the last 80 lines of the log', () => {
  const message = join(directory, 'message');
  writeFileSync(message, 'm'.repeat(5000));
  assert.equal(lastWords(message, '').length, 4096);
  write(Array.from({ length: 100 }, (_, line) => `${line}\n`).join(''));
  pump().pump(true);
  assert.equal(lastWords(join(directory, 'none'), logPath).split('\n')[0], '20');
  assert.equal(lastWords(directory, ''), '', 'a directory in its place says nothing');
});
