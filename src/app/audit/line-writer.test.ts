import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Logger, silentLogger } from '#base/log.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import { type LineTarget, LineWriter } from './line-writer.ts';

/** A target with so much room. */
class Disk implements LineTarget {
  room = Number.POSITIVE_INFINITY;
  text = '';
  appends = 0;
  closed = false;

  async append(bytes: Uint8Array): Promise<number> {
    this.appends++;
    if (this.room === 0) throw new Error('ENOSPC: no space left on device, write');
    const taken = Math.min(this.room, bytes.length);
    this.room -= taken;
    this.text += Buffer.from(bytes.subarray(0, taken)).toString();
    return taken;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

function start(waitingBytesMax?: number) {
  const said: string[] = [];
  const log: Logger = {
    ...silentLogger,
    warn: (message, fields) => void said.push(`${message} ${JSON.stringify(fields)}`),
    error: (message, fields) => void said.push(`${message} ${JSON.stringify(fields)}`),
  };
  const disk = new Disk();
  const clock = new VirtualClock();
  const limit = waitingBytesMax === undefined ? {} : { waitingBytesMax };
  return { disk, clock, said, writer: new LineWriter({ target: disk, name: 'the log', clock, log, ...limit }) };
}

test('lines come in order, many at a time, and all of them before the end', async () => {
  const { disk, writer } = start();
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`);
  for (const line of lines) writer.write(line);
  await writer.close();
  assert.equal(disk.text, `${lines.join('\n')}\n`);
  assert.ok(disk.appends < 10, `${disk.appends} writes`);
  assert.ok(disk.closed);
});

test('a full disk is reported once; what waited is written when there is room again, no line cut', async () => {
  const { disk, writer, clock, said } = start();
  disk.room = 4;
  writer.write('first');
  writer.write('second');
  await clock.advance(5_000);
  assert.equal(disk.text, 'firs');
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /^Cannot write to the log; lines wait in memory until it can be written again/);
  writer.write('third');
  disk.room = Number.POSITIVE_INFINITY;
  await clock.advance(1_500);
  assert.equal(disk.text, 'first\nsecond\nthird\n');
  assert.match(said[1] ?? '', /^the log can be written again/);
  await writer.close();
});

test('what no longer fits in memory is dropped and counted', async () => {
  const { disk, writer, clock, said } = start(20);
  disk.room = 0;
  for (let index = 0; index < 6; index++) writer.write('123456789');
  await clock.advance(1_500);
  disk.room = Number.POSITIVE_INFINITY;
  await clock.advance(1_500);
  assert.equal(disk.text, '123456789\n'.repeat(2));
  assert.match(said[1] ?? '', /"linesDropped":4/);
});

test('lines that are lost at the end are counted, and the end comes all the same', async () => {
  const { disk, writer, said } = start();
  disk.room = 0;
  writer.write('one');
  writer.write('two');
  await writer.close();
  assert.match(said.at(-1) ?? '', /^Lost lines that could not be written to the log \{"lines":2\}$/);
  assert.ok(disk.closed);
});
