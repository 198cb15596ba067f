import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { VirtualClock } from '#base/virtual-clock.ts';
import { LogFile } from './log-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-audit-'));
after(() => rmSync(folder, { recursive: true }));

test('a log grows at its end and belongs to its owner alone', async () => {
  const file = path.join(folder, 'plain.log');
  const options = { path: file, bytesMax: 0, backupsMax: 0, daysMax: 0, clock: new VirtualClock() };
  for (const text of ['one\n', 'two\n']) {
    const log = new LogFile(options);
    await log.open();
    assert.equal(await log.append(Buffer.from(text)), 4);
    await log.close();
  }
  assert.equal(readFileSync(file, 'utf8'), 'one\ntwo\n');
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a log that has grown too large is put aside, and the oldest of those goes', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 31, 18, 4, 5));
  const log = new LogFile({ path: path.join(folder, 'audit.log'), bytesMax: 10, backupsMax: 2, daysMax: 0, clock });
  await log.open();
  for (const text of ['first---\n', 'second--\n', 'third---\n', 'fourth--\n']) {
    await clock.advance(1_000);
    await log.append(Buffer.from(text));
  }
  await log.close();
  const files = readdirSync(folder).filter((name) => name.startsWith('audit'));
  assert.deepEqual(files.toSorted(), [
    'audit-2026-01-31T18-04-08.000.log',
    'audit-2026-01-31T18-04-09.000.log',
    'audit.log',
  ]);
  assert.equal(readFileSync(path.join(folder, files.toSorted()[0] ?? ''), 'utf8'), 'second--\n');
  assert.equal(readFileSync(path.join(folder, 'audit.log'), 'utf8'), 'fourth--\n');
});
