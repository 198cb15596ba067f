import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExactNumber } from '#schema/json-source.ts';
import { readYaml } from '#schema/yaml-text.ts';

test('unquoted words mean what they mean to Kubernetes', () => {
  const meanings: readonly (readonly [string, unknown])[] = [
    ['yes', true],
    ['On', true],
    ['n', false],
    ['~', null],
    ['', null],
    ['010', 8],
    ['0o17', 15],
    ['0x1f', 31],
    ['-0b11', -3],
    ['1_000', 1000],
    ['1e3', 1000],
    ['.5', 0.5],
    ['08', 8],
    ['1:30', '1:30'],
    ['2024-01-01', '2024-01-01'],
    ['1.2.3', '1.2.3'],
    ['"on"', 'on'],
    ["'12'", '12'],
    ['!!str 12', '12'],
    ['12345678901234567890', new ExactNumber('12345678901234567890')],
  ];
  for (const [text, value] of meanings) assert.deepEqual(readYaml(`k: ${text}\n`).value, { k: value }, text);
});

test('keys become texts', () => {
  assert.deepEqual(readYaml('on: 1\n2: x\n').value, { true: 1, 2: 'x' });
  assert.throws(() => readYaml('{[a]: b}'), { message: /^yaml: invalid map key/ });
});

test('a repeated key is reported with the line of its value, and the last one counts', () => {
  const { value, problems } = readYaml('apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  name: b\n');
  assert.deepEqual(value, { apiVersion: 'v1', kind: 'A', metadata: { name: 'b' } });
  assert.deepEqual(
    problems.map(({ text }) => text),
    ['line 5: key "name" already set in map'],
  );
});

test('aliases and merges are expanded', () => {
  assert.deepEqual(readYaml('a: &x {b: 1, c: 2}\nd: *x\ne:\n  <<: *x\n  c: 3\n').value, {
    a: { b: 1, c: 2 },
    d: { b: 1, c: 2 },
    e: { b: 1, c: 3 },
  });
});

test('only the first document is read', () => {
  assert.deepEqual(readYaml('---\na: 1\n---\nb: 2\n').value, { a: 1 });
});

test('malformed text is refused with its line', () => {
  const refusals: readonly (readonly [string, string])[] = [
    ['a: 1\nb: c: d\n', 'yaml: line 2: mapping values are not allowed in this context'],
    ['a:\n\t- b\n', 'yaml: line 2: found character that cannot start any token'],
    ['a: *b\n', "yaml: unknown anchor 'b' referenced"],
    ['a: &a\n  b: *a\n', "yaml: anchor 'a' value contains itself"],
    ['a: .nan\n', 'json: unsupported value: NaN'],
    ['['.repeat(20_000), 'yaml: exceeded max depth of 10000'],
  ];
  for (const [text, message] of refusals) assert.throws(() => readYaml(text), { name: 'YamlError', message });
});

test('a text of very many parts is given up, one of a few thousand is not', () => {
  const message = 'yaml: more than 400000 tokens; send so much as JSON';
  assert.throws(() => readYaml('\n'.repeat(400_001)), { name: 'YamlError', message });
  assert.deepEqual(readYaml(`${'# nothing\n'.repeat(5_000)}a: 1`).value, { a: 1 });
});

test('JSON by the name of YAML is read however many parts it has, and its repeated keys are found all the same', () => {
  const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, 'v']));
  assert.deepEqual(readYaml(JSON.stringify(many)), { value: many, problems: [] });
  const { value, problems } = readYaml('{"a": 1, "a": 2}');
  assert.deepEqual([value, problems.map(({ text }) => text)], [{ a: 2 }, ['line 1: key "a" already set in map']]);
});

test('a small text cannot stand for an endless one', () => {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
  for (let level = 1; level < 9; level += 1) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(',')}]`,
    );
  }
  assert.throws(() => readYaml(lines.join('\n')), { message: 'yaml: document contains excessive aliasing' });
});

test('half of a surrogate pair is no character', () => {
  assert.throws(() => readYaml('a: "\\ud800"'), { message: 'yaml: found invalid Unicode character escape code' });
});

test('brackets, dashes and documents without end do not keep the parser busy', () => {
  const begun = performance.now();
  for (const text of ['['.repeat(3_000_000), '- '.repeat(1_500_000), '{a: '.repeat(700_000)]) {
    assert.throws(() => readYaml(text), { message: 'yaml: exceeded max depth of 10000' });
  }
  assert.deepEqual(readYaml(`a: 1\n${'---\n'.repeat(700_000)}`).value, { a: 1 });
  const ms = performance.now() - begun;
  assert.ok(ms < 5_000, `it took ${ms} ms`);
});
