import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, helpOf, parseArguments } from './command.ts';

const command: Command = {
  summary: 'Do it.',
  usage: '[--size N]',
  options: { size: { type: 'string', value: 'N', help: 'how large' } },
  run: async () => 0,
};

test('a word that belongs to no option is refused, unless the command takes files', () => {
  assert.throws(() => parseArguments(command, ['--size', '3', 'extra']), /^UsageError: unexpected "extra"$/);
  assert.deepEqual(parseArguments({ ...command, takesFiles: true }, ['a', '--size', '3', 'b']).files, ['a', 'b']);
});

test('help ends with the notes of the command', () => {
  assert.match(helpOf('do', command), /^Do it\.\n\nUsage: sampan do \[--size N\]\n\n {2}--size N {2}how large\n$/);
  assert.match(helpOf('do', { ...command, notes: 'Exit codes: 0.' }), /how large\n\nExit codes: 0\.\n$/);
});
