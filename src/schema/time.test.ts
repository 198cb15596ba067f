import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalTimeText } from '#schema/time.ts';

test('times are UTC and of one precision', () => {
  const times: readonly (readonly ['time' | 'microTime', string, string | null])[] = [
    ['time', '2024-06-01T12:00:00+02:00', '2024-06-01T10:00:00Z'],
    ['time', '2024-06-01T10:00:00.999Z', '2024-06-01T10:00:00Z'],
    ['time', '2024-02-29T23:59:59Z', '2024-02-29T23:59:59Z'],
    ['time', '2024-12-31T23:30:00-01:00', '2025-01-01T00:30:00Z'],
    ['time', '0001-01-01T00:00:00Z', null],
    ['microTime', '2024-06-01T12:00:00.000000+02:00', '2024-06-01T10:00:00.000000Z'],
    ['microTime', '2024-06-01T10:00:00.120000Z', '2024-06-01T10:00:00.120000Z'],
    ['microTime', '0001-01-01T00:00:00.000000Z', null],
  ];
  for (const [is, text, expected] of times) assert.equal(canonicalTimeText(text, is), expected, text);
});

test('what is no time is refused in the words of Go', () => {
  const layout = '"2006-01-02T15:04:05Z07:00"';
  const micro = '"2006-01-02T15:04:05.000000Z07:00"';
  const refusals: readonly (readonly ['time' | 'microTime', string, string])[] = [
    ['time', 'yesterday', ` as ${layout}: cannot parse "yesterday" as "2006"`],
    ['time', '', ` as ${layout}: cannot parse "" as "2006"`],
    ['time', '2024-6-01T00:00:00Z', ` as ${layout}: cannot parse "6-01T00:00:00Z" as "01"`],
    ['time', '2024-06-01 00:00:00Z', ` as ${layout}: cannot parse " 00:00:00Z" as "T"`],
    ['time', '2024-06-01T00:00:00', ` as ${layout}: cannot parse "" as "Z07:00"`],
    ['time', '2024-13-01T00:00:00Z', ': month out of range'],
    ['time', '2023-02-29T00:00:00Z', ': day out of range'],
    ['time', '2024-06-01T24:00:00Z', ': hour out of range'],
    ['time', '2024-06-01T00:00:00Zx', ': extra text: "x"'],
    ['microTime', '2020-01-01T00:00:00Z', ` as ${micro}: cannot parse "Z" as ".000000"`],
    ['microTime', '2024-06-01T12:00:00+02:00', ` as ${micro}: cannot parse "+02:00" as ".000000"`],
    ['microTime', '2024-06-01T10:00:00.123456789Z', ` as ${micro}: cannot parse "789Z" as "Z07:00"`],
  ];
  for (const [is, text, rest] of refusals) {
    const message = `parsing time ${JSON.stringify(text)}${rest}`;
    assert.throws(() => canonicalTimeText(text, is), { name: 'TimeError', message });
  }
});
