import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answeredHeaders, forwardedHeaders, rewrittenLocation } from '#server/proxy-headers.ts';

const forwarding = { peer: '10.0.0.9', uri: '/whole/path', upgrade: false };

test('what tells who asks, and what is about the connection, is not handed on', () => {
  const headers = forwardedHeaders(
    {
      ':method': 'GET',
      ':authority': 'api:6443',
      authorization: 'Bearer secret',
      'impersonate-user': 'somebody',
      connection: 'keep-alive, x-hop',
      'keep-alive': '5',
      'x-hop': 'one',
      'x-kept': 'two',
      cookie: 'a=b',
      te: 'trailers',
      upgrade: 'h2c',
      'x-forwarded-for': '1.2.3.4',
    },
    forwarding,
  );
  assert.deepEqual(headers, {
    'x-kept': 'two',
    cookie: 'a=b',
    host: 'api:6443',
    'x-forwarded-for': '1.2.3.4, 10.0.0.9',
    'x-forwarded-uri': '/whole/path',
  });
});

test('a WebSocket asks for what it wants to become, without the token among its protocols', () => {
  const given = {
    host: 'h',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-protocol': 'base64url.bearer.authorization.k8s.io.c2VjcmV0, chat',
  };
  const headers = forwardedHeaders(given, { ...forwarding, upgrade: true });
  assert.equal(headers.connection, 'Upgrade');
  assert.equal(headers.upgrade, 'websocket');
  assert.equal(headers['sec-websocket-protocol'], 'chat');
  const only = { ...given, 'sec-websocket-protocol': 'base64url.bearer.authorization.k8s.io.c2VjcmV0' };
  assert.equal(forwardedHeaders(only, forwarding)['sec-websocket-protocol'], undefined);
});

test('answers keep their headers but for those of the connection and of other origins', () => {
  const given = {
    connection: 'close',
    'transfer-encoding': 'chunked',
    'access-control-allow-origin': '*',
    'service-worker-allowed': '/',
    'clear-site-data': '"*"',
    'strict-transport-security': 'max-age=5',
    'alt-svc': 'h2=":80"',
    'http2-settings': 'AA',
    'set-cookie': ['a=1', 'b=2'],
    'cache-control': 'max-age=5',
    location: '/there',
  };
  assert.deepEqual(
    answeredHeaders(given, (url) => `/here${url}`),
    {
      'set-cookie': ['a=1', 'b=2'],
      'cache-control': 'no-cache, private, max-age=5',
      location: '/here/there',
    },
  );
});

test('redirects on the same host stay below the path that was asked for, others are left alone', () => {
  const prefix = '/api/v1/namespaces/a/pods/p/proxy';
  const cases = [
    ['/login?next=/', `${prefix}/login?next=/`],
    ['http://10.1.1.1:80/a/', `${prefix}/a/`],
    ['https://api:6443/a', `${prefix}/a`],
    ['http://10.1.1.1:80', `${prefix}/`],
    [`${prefix}/a`, `${prefix}/a`],
    ['sibling', 'sibling'],
    ['?page=2', '?page=2'],
    ['https://example.com/a', 'https://example.com/a'],
    ['mailto:a@b', 'mailto:a@b'],
  ] as const;
  for (const [given, expected] of cases) {
    assert.equal(rewrittenLocation(given, prefix, ['10.1.1.1:80', 'api:6443']), expected, given);
  }
});
