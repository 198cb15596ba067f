import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { loadCompiled } from './compiled-script.ts';

describe('a script with compiled code beside it', () => {
  let folder = '';
  let file = '';
  let cache = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sampan-script-'));
    file = path.join(folder, 'script.js');
    cache = path.join(folder, 'compiled', 'script');
    writeFileSync(
      file,
      "'use strict';\nconst { sep } = require('node:path');\nexports.join = (a, b) => a + sep + b;\n",
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const join = (exports: unknown): string => (exports as typeof path).join('a', 'b');

  test('runs without compiled code, and keeps what it calls for the next time', async () => {
    const first = loadCompiled(file, cache);
    await first.keep();
    const untouched = statSync(cache).size;
    const second = loadCompiled(file, path.join(folder, 'compiled', 'other'));
    assert.equal(join(second.exports), 'a/b');
    await second.keep();
    assert.ok(statSync(path.join(folder, 'compiled', 'other')).size > untouched, 'the called function is in it');
    assert.equal(join(loadCompiled(file, cache).exports), 'a/b');
    assert.deepEqual(readdirSync(path.dirname(cache)).sort(), ['other', 'script'], 'no half-written file is left');
  });

  test('writes nothing where compiled code was of use', async () => {
    await loadCompiled(file, cache).keep();
    const kept = statSync(cache);
    const again = loadCompiled(file, cache);
    join(again.exports);
    await again.keep();
    assert.equal(statSync(cache).mtimeMs, kept.mtimeMs);
    assert.equal(statSync(cache).size, kept.size);
  });

  test('replaces compiled code of another engine, and does not run that of another file', async () => {
    mkdirSync(path.dirname(cache));
    writeFileSync(cache, 'of another engine');
    const script = loadCompiled(file, cache);
    assert.equal(join(script.exports), 'a/b');
    await script.keep();
    assert.notEqual(readFileSync(cache, 'latin1'), 'of another engine');
    writeFileSync(file, 'exports.join = () => "new";\n');
    assert.equal(join(loadCompiled(file, cache).exports), 'new');
  });

  test('is as good without a place for compiled code', async () => {
    const nowhere = loadCompiled(file, undefined);
    await nowhere.keep();
    assert.equal(join(nowhere.exports), 'a/b');
    writeFileSync(path.join(folder, 'compiled'), 'no folder');
    const script = loadCompiled(file, cache);
    await script.keep();
    assert.equal(join(script.exports), 'a/b');
  });
});
