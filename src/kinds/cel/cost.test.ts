import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCel } from '#kinds/cel/check.ts';
import { costOf } from '#kinds/cel/cost.ts';
import { parseCel } from '#kinds/cel/parse.ts';
import { type CelTypeOf, intType, listType, mapType, objectType, stringType } from '#kinds/cel/types.ts';

const text = (sizeMax: number): CelTypeOf => ({ ...stringType, sizeMax });
const self = objectType(
  new Map<string, CelTypeOf>([
    ['n', intType],
    ['text', text(100)],
    ['other', text(40)],
    ['list', listType(text(10), 20)],
    ['numbers', listType(intType, 30)],
    ['map', mapType(stringType, text(50), 5)],
    ['long', text(3_145_726)],
  ]),
);
const names = new Map([['self', self]]);

function cost(source: string): number {
  const expression = parseCel(source);
  const checked = checkCel(expression, names);
  assert.deepEqual(checked.problems, [], source);
  return costOf(expression, checked, self);
}

test('what an expression can cost follows from how long its values can be', () => {
  const costs: { readonly [source: string]: number } = {
    true: 0,
    'self.n': 2,
    'self.n == 1': 2,
    'has(self.n)': 1,
    'self.n + 1 > 2 && self.n < 3': 7,
    'self.text == self.other': 8,
    "self.text == 'abc'": 3,
    'self.text.contains(self.other)': 44,
    "self.text.startsWith('abc')": 3,
    "self.text.matches('^[a-z]+$')": 24,
    "self.text.find('[0-9]') == ''": 24,
    "self.text.lowerAscii() == 'a'": 13,
    "self.text + self.other == ''": 18,
    "self.text.split('').size() > 1": 24,
    "self.text.replace('a', 'bb') == self.long": 44,
    'isIP(self.other) && ip(self.other).family() == 4': 14,
    'self.long == self.long': 314_577,
    'optional.of([1, 2, 3]).optMap(v, v.size()).hasValue()': 38,
    "self.?text.orValue('') == ''": 3,
    'self.n > 0 ? self.list.size() : 1': 6,
    'self.map["a"] == self.other': 9,
  };
  for (const [source, most] of Object.entries(costs)) assert.equal(cost(source), most, source);
});

test('comprehensions cost with every item, and those inside of others with all of these', () => {
  const costs: { readonly [source: string]: number } = {
    "self.list.all(x, x == 'a')": 103,
    "self.list.exists(x, x == 'a')": 123,
    "self.list.exists_one(x, x == 'a')": 84,
    'self.list.map(x, x.size())': 293,
    "self.list.filter(x, x == 'a').size() == 1": 315,
    'self.list.all(x, self.list.all(y, x == y))': 2523,
    'self.numbers.sum() == 1': 33,
    "self.list.join(',') == ''": 24,
    'self.list.sort() == self.list': 857,
    'self.map.all(k, v, v == k)': 28,
    "self.map.transformMap(k, v, v + 'a').size() > 0": 85,
    'self.numbers.distinct().size() > 0': 1815,
    '[1, 2].all(x, x in self.numbers)': 83,
  };
  const found = Object.fromEntries(Object.keys(costs).map((source) => [source, cost(source)]));
  assert.deepEqual(found, costs);
});

test('what has no limit costs without end, and no more', () => {
  assert.equal(cost('type(self.text) == type(self.other)') > 1e18, true);
  const deep = 'self.long.split("").all(a, self.long.split("").all(b, self.long.split("").all(c, true)))';
  assert.equal(cost(deep), 2 ** 64);
});
