import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { ApiError } from '#kinds/meta/errors.ts';
import type { StringMap } from '#kinds/meta/labels.ts';
import {
  everything,
  formatSelector,
  parseSelector,
  selectorMatches,
  selectorOf,
  validateLabelSelector,
} from '#kinds/meta/selector.ts';
import type { SelectorRequirement } from '#kinds/meta/selector-requirement.ts';

interface Fact {
  readonly in: string;
  readonly canonical?: string;
  readonly error?: string;
  readonly matches?: { readonly [labels: string]: boolean };
}

const facts = JSON.parse(
  readFileSync(new URL('../../../test/facts/label-selector.json', import.meta.url), 'utf8'),
) as readonly Fact[];

/** "{a:b,x:y}" */
function labelsOf(text: string): StringMap {
  const pairs = text
    .slice(1, -1)
    .split(',')
    .filter((pair) => pair !== '');
  return Object.fromEntries(pairs.map((pair) => pair.split(':')));
}

for (const fact of facts) {
  test(`"${fact.in}" is read as upstream reads it`, () => {
    if (fact.error !== undefined) {
      assert.throws(
        () => parseSelector(fact.in),
        (error) => error instanceof ApiError && error.code === 400 && error.message === fact.error,
      );
      return;
    }
    const selector = parseSelector(fact.in);
    assert.equal(formatSelector(selector), fact.canonical ?? '');
    for (const [labels, expected] of Object.entries(fact.matches ?? {})) {
      assert.equal(selectorMatches(selector, labelsOf(labels)), expected, labels);
    }
  });
}

test('text after a value is refused', () => {
  assert.throws(() => parseSelector('tier=not ok!'), { message: "found 'ok', expected: ',' or 'end of string'" });
  assert.throws(() => parseSelector('!=x'), { message: "found '!=', expected: !, identifier, or 'end of string'" });
  assert.throws(() => parseSelector('!,a'), {
    message: "unable to parse requirement: found ',', expected: identifier",
  });
  assert.throws(() => parseSelector('a in (b c)'), {
    message: "unable to parse requirement: found 'c', expected: ',' or ')'",
  });
});

const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
const value = fc.oneof(name, fc.constant(''));
const shape: fc.Arbitrary<Omit<SelectorRequirement, 'key'>> = fc
  .oneof(
    fc.tuple(fc.constantFrom('=', '==', '!='), fc.tuple(value)),
    fc.tuple(
      fc.constantFrom('in', 'notin'),
      fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((values) => values.sort()),
    ),
    fc.tuple(fc.constantFrom('exists', '!'), fc.constant([])),
    fc.tuple(fc.constantFrom('<', '>'), fc.tuple(fc.nat().map(String))),
  )
  .map(([operator, values]) => ({ operator, values }));

test('a formatted selector reads back as itself', () => {
  fc.assert(
    fc.property(fc.dictionary(name, shape, { maxKeys: 5 }), (byKey) => {
      const requirements = Object.entries(byKey)
        .map(([key, one]) => ({ key, ...one }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      assert.deepEqual(parseSelector(formatSelector(requirements)), requirements);
    }),
  );
});

test('an absent LabelSelector matches nothing, an empty one everything', () => {
  assert.equal(selectorMatches(selectorOf(undefined), { a: 'b' }), false);
  assert.equal(selectorMatches(selectorOf({}), undefined), true);
  assert.equal(selectorMatches(everything, undefined), true);
});

test('a LabelSelector has the text of the selector it means', () => {
  const selector = selectorOf({
    matchLabels: { b: '2', a: '1' },
    matchExpressions: [
      { key: 'c', operator: 'NotIn', values: ['y', 'x', 'y'] },
      { key: 'd', operator: 'DoesNotExist' },
    ],
  });
  assert.equal(formatSelector(selector), 'a=1,b=2,c notin (x,y),!d');
  assert.equal(selectorMatches(selector, { a: '1', b: '2', c: 'z' }), true);
  assert.equal(selectorMatches(selector, { a: '1', b: '2', c: 'x' }), false);
});

test('expressions are checked: values, operator, key', () => {
  const errors = validateLabelSelector(
    {
      matchExpressions: [
        { key: 'app', operator: 'In', values: [] },
        { key: 'x', operator: 'Exists', values: ['1'] },
        { key: '', operator: 'Near' },
      ],
    },
    'spec.selector',
  );
  const field = 'spec.selector.matchExpressions';
  const lines = errors.map((error) => `${error.field}: ${error.message}`);
  assert.deepEqual(lines.slice(0, -1), [
    `${field}[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
    `${field}[1].values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist'`,
    `${field}[2].operator: Invalid value: "Near": not a valid selector operator`,
    `${field}[2].key: Invalid value: "": name part must be non-empty`,
  ]);
  assert.match(
    lines.at(-1) ?? '',
    /\[2\]\.key: Invalid value: "": name part must consist of alphanumeric characters, /,
  );
});
