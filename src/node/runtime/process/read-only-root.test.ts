import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOnlyWords } from '#node/runtime/process/read-only-root.ts';
import type { Mount } from '#node/runtime/runtime.ts';

const table = [
  '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
  '22 27 0:21 / /proc rw,relatime - proc proc rw',
  '24 27 0:6 / /dev rw - devtmpfs devtmpfs rw',
  '25 24 0:23 / /dev/shm rw - tmpfs tmpfs rw',
  '30 27 0:30 / /srv/a\\040b rw,nosuid,nodev - tmpfs tmpfs rw',
  '31 27 0:31 / /snap ro - squashfs loop ro',
  '32 27 0:32 / /auto rw - autofs systemd-1 rw',
  '33 27 0:33 / /tmp/deep rw - tmpfs tmpfs rw',
  '34 27 0:34 / /tmp rw - tmpfs tmpfs rw',
  '35 27 0:35 / /state/inner rw - tmpfs tmpfs rw',
  '',
].join('\n');

/** The places that become read-only, with the flags they are mounted with. */
function places(...targets: readonly string[]): readonly string[] {
  const mounts = targets.map((target): Mount => ({ source: '/x', target, readOnly: false, propagation: 'private' }));
  const words = readOnlyWords(mounts, '/state', table);
  return words.flatMap((word, index) => (index % 3 === 2 ? [`${word} ${words[index - 2]}`] : []));
}

test('every file system that can be seen becomes read-only, with its other flags as they were', () => {
  assert.deepEqual(places(), [
    '/ -o remount,bind,ro,relatime',
    '/srv/a b -o remount,bind,ro,nosuid,nodev',
    '/tmp -o remount,bind,ro',
  ]);
});

test('what a volume hides is left alone, as its path leads into the volume', () => {
  assert.deepEqual(
    places('/tmp', '/srv/a b/c').map((place) => place.split(' -o')[0]),
    ['/', '/srv/a b'],
  );
});
