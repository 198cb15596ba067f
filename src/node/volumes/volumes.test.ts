import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { HostPathVolumeSource } from '#kinds/pod/schema/volumes.ts';
import { prepareHostPath } from '#node/volumes/host-path.ts';
import { checkPaths, type Payload } from '#node/volumes/payload.ts';
import { resolveSubPath } from '#node/volumes/sub-path.ts';
import { writePayload } from '#node/volumes/write-payload.ts';

const root = mkdtempSync(join(tmpdir(), 'sampan-volumes-'));
after(() => rmSync(root, { recursive: true, force: true }));

function payload(files: { readonly [path: string]: string }, mode = 0o644): Payload {
  return new Map(Object.entries(files).map(([path, text]) => [path, { bytes: Buffer.from(text), mode }]));
}

test('a directory of files changes all at once, and not at all when nothing changed', () => {
  const directory = join(root, 'payload');
  writePayload(directory, payload({ a: '1', 'sub/b': '2' }), 0);
  assert.deepEqual(
    [readFileSync(join(directory, 'a'), 'utf8'), readFileSync(join(directory, 'sub/b'), 'utf8')],
    ['1', '2'],
  );
  const generation = readlinkSync(join(directory, '..data'));
  assert.match(generation, /^\.\.1970_01_01_00_00_00\./);
  writePayload(directory, payload({ 'sub/b': '2', a: '1' }), 1_000);
  assert.equal(readlinkSync(join(directory, '..data')), generation);
  writePayload(directory, payload({ a: '3', c: '4' }, 0o600), 2_000);
  assert.equal(readFileSync(join(directory, 'a'), 'utf8'), '3');
  assert.equal(statSync(join(directory, 'a')).mode & 0o777, 0o600);
  assert.deepEqual(
    readdirSync(directory).filter((name) => !name.startsWith('..')),
    ['a', 'c'],
  );
  assert(!existsSync(join(directory, generation)), 'the old generation is gone');
  assert.throws(() => checkPaths(payload({ '../out': 'x' })), /invalid path/);
});

test('hostPath finds what its type asks for, makes what it may, and says what is wrong', () => {
  const file = join(root, 'file');
  const directory = join(root, 'directory');
  writeFileSync(file, '');
  mkdirSync(directory);
  const prepare = (path: string, type: string) => prepareHostPath({ path, type } as HostPathVolumeSource);
  for (const [path, type] of [
    [file, ''],
    [file, 'File'],
    [directory, 'Directory'],
    ['/dev/null', 'CharDevice'],
  ] as const)
    prepare(path, type);
  for (const [path, type, what] of [
    [file, 'Directory', 'a directory'],
    [join(root, 'none'), 'Directory', 'a directory'],
    [file, 'DirectoryOrCreate', 'a directory'],
    [directory, 'File', 'a file'],
    [directory, 'FileOrCreate', 'a file'],
    [file, 'Socket', 'a socket file'],
    [file, 'CharDevice', 'a character device'],
    [file, 'BlockDevice', 'a block device'],
  ] as const)
    assert.throws(() => prepare(path, type), { message: `hostPath type check failed: ${path} is not ${what}` });
  prepare(join(root, 'made/deep'), 'DirectoryOrCreate');
  assert.equal(statSync(join(root, 'made/deep')).mode & 0o777, 0o755);
  prepare(join(root, 'made/file'), 'FileOrCreate');
  assert(statSync(join(root, 'made/file')).isFile());
  prepare(join(root, 'untyped'), '');
  assert(statSync(join(root, 'untyped')).isDirectory());
});

test('a subPath is made when it is missing, and never leads out of its volume', () => {
  const volume = join(root, 'volume');
  mkdirSync(volume);
  assert.equal(resolveSubPath(volume, 'a/b'), join(volume, 'a/b'));
  assert(statSync(join(volume, 'a/b')).isDirectory());
  symlinkSync('a/b', join(volume, 'inside'));
  assert.equal(resolveSubPath(volume, 'inside/c'), join(volume, 'a/b/c'));
  symlinkSync('/etc', join(volume, 'outside'));
  assert.throws(() => resolveSubPath(volume, 'outside'), /leads out of the volume/);
  assert.throws(() => resolveSubPath(volume, 'outside/new'), /leads out of the volume/);
  assert(!existsSync('/etc/new'));
  assert.throws(() => resolveSubPath(volume, '../x'), /must not contain/);
});
