import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { shellWord } from './shell-word.ts';

test('a shell reads a word as it was, whatever is in it', () => {
  assert.equal(shellWord('/home/ann/.sampan/kubeconfig'), '/home/ann/.sampan/kubeconfig');
  for (const text of ['a b', "it's", '$HOME `id` \\', 'ü*', '']) {
    assert.equal(execFileSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' }), text);
  }
});
