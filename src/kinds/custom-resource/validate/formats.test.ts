import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatOf } from '#kinds/custom-resource/validate/formats.ts';

const good: { readonly [format: string]: readonly string[] } = {
  'date-time': ['2026-01-01T00:00:00Z', '2026-02-28t23:59:59.123+01:00'],
  date: ['2024-02-29'],
  duration: ['1h30m', '0', '3 days', '1.5s'],
  uri: ['https://sea.example/a?b', '/path', 'urn:x:y'],
  email: ['a.b@sea.example'],
  hostname: ['sea.example', 'a'],
  ipv4: ['10.0.0.1'],
  ipv6: ['2001:db8::1'],
  cidr: ['10.0.0.0/8'],
  mac: ['01:23:45:67:89:ab'],
  uuid: ['0aaa0000-0000-4000-8000-000000000001'],
  uuid4: ['0aaa0000-0000-4000-8000-000000000001'],
  byte: ['aGk=', ''],
  password: ['anything'],
  isbn: ['0321751043', '978-0321751041'],
  isbn10: ['0-8044-2957-X'],
  isbn13: ['978 0 306 40615 7'],
  creditcard: ['4111-1111-1111-1111', '378282246310005'],
  ssn: ['111-22-3333', '111223333'],
  'k8s-short-name': ['a-b', '1'],
  'k8s-long-name': ['a.b-c', 'a'],
};
const bad: { readonly [format: string]: readonly string[] } = {
  'date-time': ['noon', '2026-01-01', '2026-01-01T24:00:00Z', '2026-13-01T00:00:00Z'],
  date: ['2026-02-29', '26-01-01'],
  duration: ['soon', '1 eon'],
  uri: ['sea.example', 'a b:c', ''],
  email: ['a@b@c', 'ab'],
  hostname: ['-a', 'a b', 'x'.repeat(64)],
  ipv4: ['10.0.0', '2001:db8::1'],
  ipv6: ['10.0.0.1'],
  cidr: ['10.0.0.0'],
  mac: ['01:23'],
  uuid: ['x'],
  uuid4: ['0aaa0000-0000-3000-8000-000000000001'],
  byte: ['a'],
  isbn: ['0321751044', '97803217510', ''],
  isbn10: ['978-0321751041', '080442957x'],
  isbn13: ['978-0306406158', '0321751043'],
  creditcard: ['4111-1111-1111-1112', '9111111111111111', ''],
  ssn: ['111-22-333', 'a'],
  'k8s-short-name': ['a-', 'a.b', 'A', 'x'.repeat(64)],
  'k8s-long-name': ['a.-', 'a..b', 'A', 'x'.repeat(254)],
};

test('formats are told from what they are not', () => {
  for (const [format, texts] of Object.entries(good)) {
    for (const text of texts) assert.equal(formatOf(format)?.(text), true, `${format} ${text}`);
  }
  for (const [format, texts] of Object.entries(bad)) {
    for (const text of texts) assert.equal(formatOf(format)?.(text), false, `${format} ${text}`);
  }
});

test('formats that nobody checks are no formats', () => {
  assert.equal(formatOf('int32'), undefined);
  assert.equal(formatOf('toString'), undefined);
});
