import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CelBudgetError, evaluateCel, type Scope } from '#kinds/cel/evaluate.ts';
import { parseCel } from '#kinds/cel/parse.ts';
import { CelSyntaxError } from '#kinds/cel/tokens.ts';
import { CelError, type CelValue } from '#kinds/cel/values.ts';

const self = new Map<string, CelValue>([
  ['n', 3n],
  ['x', 1.5],
  ['name', 'buoy-é'],
  ['list', [1n, 2n, 3n]],
  ['map', new Map([['a', 'b']])],
  ['nothing', null],
]);
const scope: Scope = new Map([['self', self]]);

function value(source: string, steps = 10_000): CelValue {
  return evaluateCel(parseCel(source), scope, { left: steps });
}

/** Expressions that must be true. */
function holds(...sources: readonly string[]): void {
  for (const source of sources) assert.equal(value(source), true, source);
}

function fails(source: string, text: string): void {
  assert.throws(() => value(source), new CelError(text), source);
}

test('operators bind and compute as the language has it', () => {
  holds(
    '1 + 2 * 3 == 7',
    '-7 / 2 == -3 && -7 % 2 == -1',
    '7.0 / 2.0 == 3.5 && 1 == 1.0 && 1 < 1.5',
    '!(1 > 2) && (true || false)',
    "'a' + 'b' == 'ab' && [1] + [2] == [1, 2]",
    "2 in [1, 2] && 'a' in {'a': 1} && !('b' in {'a': 1})",
    'self.n > 2 ? true : self.none',
    "{'a': [1, 2]}.a[1] == 2 && {'a': 1}['a'] == 1",
    "r'\\d' + '\\n\\u00e9' == '\\\\d\\né'",
    '0x10 == 16 && 1e3 == 1000.0 && null == self.nothing',
    '"""a\nb""" == "a\\nb" // and so on',
    "self != {'n': 3} && [1, 2] != [2, 1] && {'a': 1, 'b': 2} == {'b': 2, 'a': 1}",
  );
});

test('what has no value says why, unless the other side decides', () => {
  holds('self.none == 1 || true', '!(self.none == 1 && false)', '[1, 2].exists(i, i == 2 || self.none)');
  fails('self.none', 'no such key: none');
  fails('other', 'no such attribute(s): other');
  fails('self.list[3]', 'index out of bounds: 3');
  fails('1 / 0', 'division by zero');
  fails('9223372036854775807 + 1', 'integer overflow');
  fails("1 + 'a'", 'no such overload');
  fails("'a' < 1", 'no such overload');
  fails("'a' ? 1 : 2", 'no such overload');
});

test('macros walk lists and maps', () => {
  holds(
    'self.list.all(i, i > 0) && !self.list.all(i, i > 1)',
    'self.list.exists(i, i == 3) && self.list.exists_one(i, i == 3)',
    'self.list.filter(i, i > 1) == [2, 3] && self.list.map(i, i * 2) == [2, 4, 6]',
    'self.list.map(i, i > 1, i * 2) == [4, 6]',
    "self.map.all(k, self.map[k] == 'b')",
    'has(self.n) && !has(self.none) && !has(self.map.b)',
  );
});

test('functions of texts count characters', () => {
  holds(
    "size(self.name) == 6 && self.name.size() == 6 && self.name.charAt(5) == 'é'",
    "self.name.startsWith('bu') && self.name.endsWith('é') && self.name.contains('y-')",
    "self.name.matches('^[a-z]+-') && !self.name.matches('^\\\\d')",
    "'a,b,c'.split(',') == ['a', 'b', 'c'] && 'a,b,c'.split(',', 2) == ['a', 'b,c']",
    "'abcb'.indexOf('b') == 1 && 'abcb'.indexOf('b', 2) == 3 && 'abcb'.lastIndexOf('b') == 3 && 'a'.indexOf('x') == -1",
    "'abc'.substring(1) == 'bc' && 'abc'.substring(0, 2) == 'ab'",
    "'aXa'.replace('a', 'b') == 'bXb' && 'aXa'.replace('a', 'b', 1) == 'bXa'",
    "'Ab'.lowerAscii() == 'ab' && 'Ab'.upperAscii() == 'AB' && ' a '.trim() == 'a'",
    "['a', 'b'].join('-') == 'a-b' && '%s has %d of %.1f'.format(['it', 3, 1.25]) == 'it has 3 of 1.3'",
    "isURL('https://sea.example') && !isURL('sea')",
  );
  fails("'abc'.substring(4)", 'index out of range: 4');
});

test('values are converted, compared in lists, and told by their types', () => {
  holds(
    "int('3') == 3 && int(3.9) == 3 && double(3) == 3.0 && string(3) == '3' && bool('true') && uint(3) == 3u",
    'type(1) == int && type(1.0) == double && type([]) == list && type(self) == map && dyn(1) == 1',
    '[1, 2].isSorted() && !["b", "a"].isSorted() && [1, 2].sum() == 3 && [1.5, 2.0].sum() == 3.5',
    '[3, 1].min() == 1 && [3, 1].max() == 3 && [1, 2, 1].indexOf(1) == 0 && [1, 2, 1].lastIndexOf(1) == 2',
    'sets.contains([1, 2], [2]) && sets.intersects([1], [1, 2]) && sets.equivalent([1, 2], [2, 1, 1])',
    "quantity('1Gi').isGreaterThan(quantity('1G')) && isQuantity('50m') && !isQuantity('x')",
    "isIP('10.0.0.1') && isIP('::1') && !isIP('10.0.0') && isCIDR('10.0.0.0/8')",
  );
  fails("int('x')", "type conversion error from 'string' to 'int'");
});

test('formats that Kubernetes names say what is wrong with a text', () => {
  holds(
    "!format.dns1123Label().validate('a-b').hasValue()",
    "format.dns1123Label().validate('a.b').value() == ['must not contain dots']",
    "format.named('uuid').value().validate('x').value()[0] == 'does not match the UUID format'",
    "!format.named('odd').hasValue() && '%s'.format(['x']) == 'x'",
  );
});

test('times and durations are added and compared', () => {
  holds(
    "duration('1h') == duration('60m') && duration('1.5s') > duration('1s') && duration('90s').getMinutes() == 1",
    "timestamp('2026-01-01T01:00:00+01:00') == timestamp('2026-01-01T00:00:00Z')",
    "timestamp('2026-01-01T00:00:00Z') + duration('24h') == timestamp('2026-01-02T00:00:00Z')",
    "timestamp('2026-03-05T06:07:08Z').getMonth() == 2 && timestamp('2026-03-05T06:07:08Z').getDate() == 5",
    "string(duration('90s')) == '90s' && string(timestamp('2026-01-01T00:00:00.5Z')) == '2026-01-01T00:00:00.5Z'",
  );
});

test('what may be missing is an optional', () => {
  holds(
    'self.?n.orValue(0) == 3 && self.?none.orValue(0) == 0 && !self.?none.hasValue()',
    "self.?map.a.value() == 'b' && self.list[?5].orValue(9) == 9 && optional.of(1).hasValue()",
  );
  fails('self.?none.value()', 'optional.none() dereference');
});

test('work has a limit, which nothing can catch', () => {
  const source = '[1, 2, 3].all(a, [1, 2, 3].all(b, [1, 2, 3].all(c, true))) || true';
  assert.throws(() => value(source, 50), CelBudgetError);
  assert.equal(value(source), true);
  const long = `'${'a'.repeat(2000)}'`;
  for (const costly of [
    `${long}.replace('', ${long}).replace('', ${long}).size() > 0`,
    `['a', 'b'].map(x, ${long} + ${long}).join(${long}) == ''`,
    `[[1, 2, 3]] == [[1, 2, 3]] || true`,
  ]) {
    assert.throws(() => value(costly, costly.startsWith('[[') ? 10 : 200), CelBudgetError, costly.slice(0, 20));
  }
});

test('texts that are no expressions are refused where they go wrong', () => {
  const at: { readonly [source: string]: number } = {
    '1 +': 3,
    'a b': 2,
    '(1': 2,
    "'a": 0,
    '#': 0,
    'x.in': 2,
    for: 0,
    'has(1)': 4,
  };
  for (const [source, where] of Object.entries(at)) {
    assert.throws(
      () => parseCel(source),
      (error) => error instanceof CelSyntaxError && error.at === where,
      source,
    );
  }
  assert.throws(() => parseCel('('.repeat(5000)), CelSyntaxError);
  assert.throws(() => parseCel('!'.repeat(5000)), CelSyntaxError);
  for (const chain of ['a', '1 + ', 'true || ', 'true && ']) {
    const source = chain === 'a' ? `a${'.a'.repeat(2000)}` : `${chain.repeat(1000)}1`;
    assert.throws(() => parseCel(source), CelSyntaxError, chain);
  }
});
