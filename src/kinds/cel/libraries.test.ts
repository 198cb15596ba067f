import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCel } from '#kinds/cel/check.ts';
import { evaluateCel } from '#kinds/cel/evaluate.ts';
import { withOrigin } from '#kinds/cel/origin.ts';
import { parseCel } from '#kinds/cel/parse.ts';
import { CelError, type CelValue } from '#kinds/cel/values.ts';

function value(source: string): CelValue {
  const expression = parseCel(source);
  assert.deepEqual(checkCel(expression, new Map()).problems, [], source);
  return evaluateCel(expression, new Map(), { left: 10_000 });
}

/** Expressions that must be true, and good by their types. */
function hold(...sources: readonly string[]): void {
  for (const source of sources) assert.equal(value(source), true, source);
}

function fail(texts: { readonly [source: string]: string }): void {
  for (const [source, text] of Object.entries(texts)) assert.throws(() => value(source), new CelError(text), source);
}

test('bytes and unsigned numbers are types of their own', () => {
  hold(
    "b'a\\xff' + b'\\377' == b'a\\xff\\xff' && size(b'é') == 2 && bytes('é') == b'é' && string(b'a') == 'a'",
    "b'a' < b'b' && type(b'') == bytes && [b'b', b'a'].min() == b'a'",
    '1u + 2u == 3u && 7u / 2u == 3u && 7u % 4u == 3u && type(1u) == uint && uint("5") == 5u && 0x10u == 16u',
    '1u < 2 && 1.5 > 1u && dyn(1u) == 1 && dyn(1) == 1.0 && {1: "a"}[dyn(1u)] == "a"',
    '-9223372036854775808 < 0 && int(-1.9) == -1 && int(duration("1s")) == 1000000000',
  );
  fail({
    "string(b'\\xff') == ''": 'invalid UTF-8 in bytes, cannot convert to string',
    '1u - 2u == 0u': 'unsigned integer overflow',
    'uint(-1) == 1u': 'unsigned integer overflow',
    'int(18446744073709551615u) == 1': 'integer overflow',
    'int(1e19) == 1': 'integer overflow',
    "double('x') == 1.0": "type conversion error from 'string' to 'double'",
    "double('NaN') < 1.0": 'NaN values cannot be ordered',
  });
});

test('macros may name an item and its place', () => {
  hold(
    '[3, 4].all(i, x, x == i + 3) && {"a": 1}.exists(k, v, k == "a" && v == 1) && [1, 1].existsOne(i, x, i == x)',
    '[1, 2].transformList(i, x, i > 0, x * 2) == [4] && {"a": 1}.transformList(k, v, k) == ["a"]',
    '{"a": 1, "b": 2}.transformMap(k, v, v > 1, v * 2) == {"b": 4} && [5].transformMap(i, x, x) == {0: 5}',
    '["a"].transformMapEntry(i, x, {x: i}) == {"a": 0}',
  );
  fail({ '["a", "a"].transformMapEntry(i, x, {x: i}) == {}': 'insert failed: key a already exists' });
  assert.throws(() => parseCel('[1].all(x, x, true)'), { message: 'duplicate variable name: x' });
  assert.throws(() => parseCel('[1].map(x.y, true)'), { message: 'argument is not an identifier' });
});

test('lists are cut, sorted and flattened', () => {
  hold(
    '[1, 2, 3].slice(1, 3) == [2, 3] && [[1], [2, 3]].flatten() == [1, 2, 3] && [[[1]]].flatten(2) == [1]',
    '[2, 1].sort() == [1, 2] && ["bb", "a"].sortBy(x, size(x)) == ["a", "bb"] && [1, 2].reverse() == [2, 1]',
    '[1, 2, 1].distinct() == [1, 2] && lists.range(3) == [0, 1, 2]',
    '[1, 2].first().value() == 1 && [1, 2].last().value() == 2 && ![].first().hasValue()',
    '[optional.of(1), optional.none()].unwrapOpt() == [1] && [1, ?optional.none()] == [1]',
    '{?"a": optional.of(1), ?"b": optional.none()} == {"a": 1} && !optional.ofNonZeroValue("").hasValue()',
    'optional.of(2).optMap(x, x + 1).value() == 3 && !optional.of(1).optFlatMap(x, optional.none()).hasValue()',
    'optional.of(1).orValue(1 / 0) == 1 && optional.none().or(optional.of(1)).value() == 1',
  );
  fail({
    '[1].slice(0, 2) == []': 'cannot slice(0, 2), list is length 1',
    '[1].slice(1, 0) == []': 'cannot slice(1, 0), start index must be less than or equal to end index',
  });
});

test('sets have no order, and lists with keys are told apart by them', () => {
  const of = (source: string, origin: Parameters<typeof withOrigin>[1]): CelValue =>
    withOrigin([...(value(source) as readonly CelValue[])], origin);
  const scope = new Map([
    ['set', of('["a", "b"]', { isSet: true })],
    ['pods', of('[{"k": 1, "v": 1}, {"k": 2, "v": 2}]', { keys: ['k'] })],
  ]);
  for (const source of [
    'set == ["b", "a"] && set + ["a", "c"] == ["c", "a", "b"]',
    'pods == [{"k": 2, "v": 2}, {"k": 1, "v": 1}]',
    'pods + [{"k": 1, "v": 9}] == [{"k": 1, "v": 9}, {"k": 2, "v": 2}]',
  ]) {
    assert.equal(evaluateCel(parseCel(source), scope, { left: 1000 }), true, source);
  }
});

test('texts are searched by patterns and formatted', () => {
  hold(
    "'a1b22'.find('[0-9]+') == '1' && 'a'.find('x') == '' && 'a1b22'.findAll('[0-9]+') == ['1', '22']",
    "'a1b22c3'.findAll('[0-9]+', 2) == ['1', '22'] && 'ab'.findAll('x*') == ['', '', '']",
    "matches('abc', 'b') && 'ab'.replace('', '-') == '-a-b-' && 'abc'.lastIndexOf('') == 3",
    "strings.quote('a\\n\"b') == '\"a\\\\n\\\\\"b\"' && string(1e6) == '1e+06' && string(0.5) == '0.5'",
    "'%s %s %s'.format([[1.5, 'a'], {'b': 1, 'a': null}, duration('1m')]) == '[1.500000, \"a\"] {\"a\":null, \"b\":1} 60s'",
    "'%b %o %x %X %x'.format([5, 8, 255, 255, 'hi']) == '101 10 ff FF 6869'",
    "'%.2f %e %%'.format([12345.678, 3.14]) == '12,345.68 3.140000×10⁰⁰ %'",
  );
});

test('times are told in the zones of places, and keep the one they came with', () => {
  hold(
    "timestamp('2026-07-01T23:30:00Z').getHours('Europe/Berlin') == 1",
    "timestamp('2026-07-01T23:30:00Z').getDate('+02:00') == 2 && timestamp('2026-01-01T00:00:00Z').getFullYear('-1:00') == 2025",
    "timestamp('2026-01-01T00:00:00.5Z').getMilliseconds() == 500 && timestamp('2026-12-31T00:00:00Z').getDayOfYear() == 364",
    "string(timestamp('2026-01-01T00:00:00+05:30')) == '2026-01-01T00:00:00+05:30' && int(timestamp(5)) == 5",
    "type(timestamp(0)) == google.protobuf.Timestamp && duration('1h').getMinutes() == 60",
  );
  fail({
    "timestamp(0).getHours('Sea/Nowhere') == 1": 'unknown time zone Sea/Nowhere',
    "timestamp('9999-12-31T23:59:59Z') + duration('1s') == timestamp(0)": 'timestamp overflow',
  });
});

test('URLs are taken apart as Go does', () => {
  hold(
    "url('https://a.sea:80/p%2Fq/r s?k=a&k=b+c').getHost() == 'a.sea:80' && url('https://[::1]:80/').getHostname() == '::1'",
    "url('https://a.sea:80/').getPort() == '80' && url('HTTPS://a.sea/').getScheme() == 'https' && url('/a').getScheme() == ''",
    "url('https://a/p%2Fq').getEscapedPath() == '/p%2Fq' && url('https://a/r s').getEscapedPath() == '/r%20s'",
    "url('https://a/?k=a&k=b+c').getQuery() == {'k': ['a', 'b c']} && url('/a?x#f').getQuery() == {'x': ['']}",
    "url('//a.sea/b').getHost() == 'a.sea' && url('///a').getEscapedPath() == '///a' && !isURL('https://a b/')",
    "isURL('/a') && !isURL('a') && !isURL('https://a:b/') && !isURL('../a') && isURL('mailto:a@b.c')",
  );
  fail({
    "url('a') == url('/a')": 'URL parse error during conversion from string: parse "a": invalid URI for request',
    "url('https://a:x/') == url('/a')":
      'URL parse error during conversion from string: parse "https://a:x/": invalid port ":x" after host',
  });
});

test('addresses, ranges, amounts and versions are values', () => {
  hold(
    "ip('10.0.0.1').family() == 4 && ip('::1').isLoopback() && ip('10.0.0.1').isGlobalUnicast() && ip('fe80::1').isLinkLocalUnicast()",
    "string(ip('2001:DB8:0:0:1:0:0:1')) == '2001:db8::1:0:0:1' && !ip.isCanonical('2001:DB8::1') && !isIP('::ffff:1.2.3.4')",
    "cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8') && cidr('10.0.0.0/8').containsIP('10.9.9.9') && cidr('::/0').prefixLength() == 0",
    "cidr('10.0.0.0/8').containsCIDR(cidr('10.1.0.0/16')) && !cidr('10.1.0.0/16').containsCIDR('10.0.0.0/8') && type(ip('::1')) == net.IP",
    "quantity('1.5').add(quantity('500m')) == quantity('2') && quantity('10').sub(3).asInteger() == 7 && sign(quantity('-1')) == -1",
    "!quantity('1500m').isInteger() && quantity('50.5k').asApproximateFloat() == 50500.0 && quantity('1Gi').compareTo(quantity('1G')) == 1",
    "semver('1.10.0').isGreaterThan(semver('1.9.9')) && semver('1.0.0-rc.1').isLessThan(semver('1.0.0')) && semver('v1.2', true).minor() == 2",
    "!isSemver('v1.2.3') && !isSemver('01.2.3') && isSemver('v01.2', true) && semver('1.2.3+a') == semver('1.2.3+b')",
    "format.dns1035LabelPrefix().validate('ab-') == optional.none() && format.uri().validate('a').hasValue()",
  );
  fail({
    "ip('1.2.3') == ip('::1')":
      'IP Address "1.2.3" parse error during conversion from string: ParseAddr("1.2.3"): IPv4 address too short',
    "quantity('9999999999999999999999G').asInteger() == 1": 'cannot convert value to integer',
    "semver('1.2') == semver('1.2.0')": 'No Major.Minor.Patch elements found',
  });
});
