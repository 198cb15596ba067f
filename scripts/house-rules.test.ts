import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  deadFiles,
  forbiddenImports,
  importCircles,
  missingFiles,
  oversized,
  unofficialClocks,
} from './house-rules.ts';
import type { SourceFile } from './source-files.ts';

function file(path: string, given: Partial<SourceFile> = {}): SourceFile {
  return { path, text: '', imports: [], typeImports: [], ...given };
}

test('an import that points up is found, also of a type', () => {
  const up = file('src/base/clock.ts', { typeImports: ['src/kinds/job/job.ts'] });
  const down = file('src/kinds/job/job.ts', { imports: ['src/base/clock.ts', 'src/kinds/meta/names.ts'] });
  assert.match(forbiddenImports([up, down]).join(), /^src\/base\/clock\.ts: may not import src\/kinds\/job\/job\.ts/);
});

test('a folder without a row in the table is found', () => {
  assert.match(forbiddenImports([file('src/helpers/x.ts')]).join(), /src\/helpers is not in/);
});

test('a circle of values is found and written out; types may refer to each other', () => {
  const a = file('src/base/a.ts', { imports: ['src/base/b.ts'] });
  const b = file('src/base/b.ts', { imports: ['src/base/c.ts'] });
  const c = file('src/base/c.ts', { imports: ['src/base/b.ts'] });
  assert.deepEqual(importCircles([a, b, c]), ['src/base/b.ts -> src/base/c.ts -> src/base/b.ts']);
  assert.deepEqual(importCircles([a, b, file('src/base/c.ts', { typeImports: ['src/base/b.ts'] })]), []);
});

test('a file that only its test needs is dead', () => {
  const main = file('src/cli/main.ts', { imports: ['src/base/used.ts'] });
  const used = file('src/base/used.ts');
  const dead = file('src/base/dead.ts');
  const itsTest = file('src/base/dead.test.ts', { imports: ['src/base/dead.ts'] });
  assert.deepEqual(deadFiles([main, used, dead, itsTest]), ['src/base/dead.ts: no file needs it']);
});

test('an import of nothing is found', () => {
  const from = file('src/base/a.ts', { imports: ['src/base/gone.ts'] });
  assert.deepEqual(
    missingFiles([from], () => false),
    ['src/base/a.ts: imports src/base/gone.ts, which is not there'],
  );
});

test('a function longer than a screen is found, a long test is not', () => {
  const body = Array.from({ length: 80 }, () => '  step();').join('\n');
  const text = `export function long(): void {\n${body}\n}\n`;
  assert.deepEqual(oversized([file('src/base/a.ts', { text })]), ['src/base/a.ts:1: long has 82 lines, at most 70']);
  const method = `class A {\n  private async long(a: string): Promise<void> {\n${body}\n  }\n}\n`;
  assert.match(oversized([file('src/base/a.ts', { text: method })]).join(), /a\.ts:2: long has 82 lines/);
  assert.deepEqual(oversized([file('src/base/a.test.ts', { text })]), []);
});

test('a file that grew too long is found', () => {
  const text = 'x\n'.repeat(700);
  assert.deepEqual(oversized([file('src/base/a.ts', { text })]), ['src/base/a.ts: 701 lines, at most 600']);
});

test('time and chance from elsewhere are found, but not in comments', () => {
  const text = 'const now = Date.now();\n// never Date.now() here\nsetTimeout(run, 5);\n';
  const found = unofficialClocks([file('src/api/a.ts', { text }), file('src/base/clock.ts', { text })]);
  assert.deepEqual(
    found.map((line) => line.split(' ')[0]),
    ['src/api/a.ts:1:', 'src/api/a.ts:3:'],
  );
});
