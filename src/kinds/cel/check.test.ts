import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCel } from '#kinds/cel/check.ts';
import { parseCel } from '#kinds/cel/parse.ts';
import {
  type CelTypeOf,
  doubleType,
  dynType,
  intType,
  listType,
  mapType,
  objectType,
  optionalType,
  shownType,
  stringType,
  timestampType,
} from '#kinds/cel/types.ts';
import { usesName } from '#kinds/cel/walk.ts';

const part = objectType(new Map([['b', stringType]]));
const self = objectType(
  new Map<string, CelTypeOf>([
    ['text', stringType],
    ['count', intType],
    ['share', doubleType],
    ['when', timestampType],
    ['list', listType(stringType)],
    ['map', mapType(stringType, intType)],
    ['any', dynType],
    ['parts', listType(part)],
    ['named', mapType(stringType, part)],
    ['__namespace__', stringType],
  ]),
);
const names = new Map([
  ['self', self],
  ['oldSelf', optionalType(self)],
]);

function found(source: string): readonly string[] {
  return checkCel(parseCel(source), names).problems.map(({ at, text }) => `${at} ${text}`);
}

function mismatch(at: number, name: string, args: string): readonly string[] {
  return [`${at} found no matching overload for '${name}' applied to '${args}'`];
}

test('unknown names, fields and functions are found before there are values', () => {
  assert.deepEqual(found("self.parts.all(x, x.b == 'a') && self.named['k'].b == 'a' && has(self.parts[0].b)"), []);
  assert.deepEqual(found('self.z + other'), [
    "4 undefined field 'z'",
    "9 undeclared reference to 'other' (in container '')",
  ]);
  assert.deepEqual(found("self.parts.filter(x, x.b == 'a').all(x, x.z)"), ["41 undefined field 'z'"]);
  assert.deepEqual(found('self.named.k.z'), ["12 undefined field 'z'"]);
  assert.deepEqual(found('self.text.frob() && frob()'), [
    "14 undeclared reference to 'frob' (in container '')",
    "24 undeclared reference to 'frob' (in container '')",
  ]);
  assert.deepEqual(found("self.namespace == 'a' && self.__namespace__ == 'a'"), []);
  assert.deepEqual(
    ['self == oldSelf', 'self', '[1].all(oldSelf, oldSelf > 0)', 'oldSelf.all(oldSelf, true)'].map((source) =>
      usesName(parseCel(source), 'oldSelf'),
    ),
    [true, false, false, true],
  );
});

test('operators and functions that do not take what they are given are found', () => {
  assert.deepEqual(found('self.text == 1'), mismatch(10, '_==_', '(string, int)'));
  assert.deepEqual(found('self.count > 1.5 && self.share < 2 && self.any == 1 && self.when != null'), []);
  assert.deepEqual(found('self.share == 1'), mismatch(11, '_==_', '(double, int)'));
  assert.deepEqual(found('self.text && true'), ["4 expected type 'bool' but found 'string'"]);
  assert.deepEqual(found('self.list.all(x, x)'), ["17 expected type 'bool' but found 'string'"]);
  assert.deepEqual(found('self.list.filter(x, x)'), mismatch(16, '_?_:_', '(string, list(string), list(string))'));
  assert.deepEqual(found('self.count ? 1 : 2'), mismatch(11, '_?_:_', '(int, int, int)'));
  assert.deepEqual(found('1 in self.list'), mismatch(2, '@in', '(int, list(string))'));
  assert.deepEqual(found('self.text.startsWith(1)'), mismatch(20, 'startsWith', 'string.(int)'));
  assert.deepEqual(found('size(self.count) > 0'), mismatch(4, 'size', '(int)'));
  assert.deepEqual(found('self.list["a"] == "b"'), mismatch(9, '_[_]', '(list(string), string)'));
  assert.deepEqual(found("ip('a').getHost() == ''"), mismatch(15, 'getHost', 'net.IP.()'));
  assert.deepEqual(found("'a'.reverse() == 'a'"), mismatch(11, 'reverse', 'string.()'));
  assert.deepEqual(found('self.text.length'), ["9 type 'string' does not support field selection"]);
  assert.deepEqual(found('self.count.all(x, true)'), [
    "4 expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)",
  ]);
});

test('the type of an expression follows from those of its parts', () => {
  const types: { readonly [source: string]: string } = {
    'self.list.all(x, x == "a")': 'bool',
    'self.list.map(x, x + "a")': 'list(string)',
    'self.list.map(x, size(x) > 1, size(x))': 'list(int)',
    'self.list.transformMap(i, x, i > 0, x)': 'map(int, string)',
    'self.map.transformList(k, v, k)': 'list(string)',
    'self.list.transformMapEntry(i, x, {x: i})': 'map(string, int)',
    'self.list.sortBy(x, x.size())': 'list(string)',
    'self.map.a + 1': 'int',
    'self.list + []': 'list(string)',
    '[[1], [2]].flatten()': 'list(int)',
    'self.any ? self.count : 2': 'int',
    'has(self.text)': 'bool',
    'self.?text': 'optional_type(string)',
    'self.?text.orValue("a")': 'string',
    'oldSelf.list[0]': 'optional_type(string)',
    'oldSelf.text.optMap(x, x.size()).orValue(1)': 'int',
    '[?self.?text]': 'list(string)',
    'self.when - self.when': 'duration',
    '-self.count': 'int',
    'self.any + self.any': 'dyn',
    'type(1)': 'type(int)',
    'format.named("uuid")': 'optional_type(kubernetes.NamedFormat)',
  };
  for (const [source, type] of Object.entries(types)) {
    const checked = checkCel(parseCel(source), names);
    assert.deepEqual([checked.problems, shownType(checked.type)], [[], type], source);
  }
});

test('what is written out is read before there are values', () => {
  const wrong: { readonly [source: string]: string } = {
    "duration('x') == duration('1s')": '9 invalid duration argument',
    'timestamp(-62135596801) == self.when': '10 invalid timestamp argument',
    "self.text.matches('(')": '18 invalid matches argument',
    "[1, 'a'].size() == 2": "4 expected type 'int' but found 'string'",
    "{'a': 1, 'b': 2.0}.size() == 2": "14 expected type 'int' but found 'double'",
    "'%d'.format([1.5])": '13 error during formatting: decimal clause can only be used on integers, was given double',
    "'%s %s'.format([1])": '14 index 1 out of range',
    "'%s'.format([1, 2])": '11 too many arguments supplied to string.format (expected 1, got 2)',
    "'%q'.format([1])": '11 could not parse formatting clause: unrecognized formatting clause "q"',
  };
  for (const [source, problem] of Object.entries(wrong)) assert.deepEqual(found(source), [problem], source);
  assert.deepEqual(found("'%s %d %.1f'.format(['a', 1, 1.5]) == '' && [1, 2].size() == 2"), []);
});
