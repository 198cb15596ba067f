import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { yamlText } from './yaml-text.ts';

const mistakable = [
  'yes',
  'off',
  'y',
  '2026-11-22T07:18:35Z',
  '2020-01-01',
  '012',
  '1_000',
  '12:30:45',
  '0x1f',
  '1e3',
  '~',
  '<<',
  '',
];

test('what reads like a time, a number or a yes in any YAML stays a text', async () => {
  for (const text of mistakable) assert.equal(await yamlText({ a: text }), `a: ${JSON.stringify(text)}\n`);
});

test('readers of YAML 1.1 and 1.2 get back what was written', async () => {
  const text = fc.oneof(fc.string(), fc.constantFrom(...mistakable));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(text, fc.integer(), fc.boolean(), fc.array(tie('tree')), fc.dictionary(text, tie('tree'))),
  }));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(text, tree), async (value) => {
      const written = await yamlText(value);
      const wanted = JSON.parse(JSON.stringify(value));
      for (const version of ['1.1', '1.2'] as const) assert.deepEqual(parse(written, { version }), wanted, written);
    }),
  );
});
