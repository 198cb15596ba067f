import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { proxiedPath, type ResourceInfo, requestInfo, splitUrl } from '#server/request-info.ts';

function info(method: string, target: string): ReturnType<typeof requestInfo> {
  const url = splitUrl(target);
  assert.ok(url !== undefined);
  return requestInfo(method, url.path, url.query);
}

function resource(method: string, target: string): ResourceInfo {
  const found = info(method, target);
  assert.ok(found.at === 'resource', target);
  return found;
}

test('a namespaced object is read with all its parts', () => {
  assert.deepEqual(resource('GET', '/apis/batch/v1/namespaces/dock/jobs/tide/status'), {
    at: 'resource',
    verb: 'get',
    group: 'batch',
    version: 'v1',
    watchPrefix: false,
    plural: 'jobs',
    namespace: 'dock',
    name: 'tide',
    subresource: 'status',
    rest: [],
  });
});

test('each method has its verb', () => {
  const verbs: readonly (readonly [string, string, string])[] = [
    ['GET', '/api/v1/namespaces/a/pods', 'list'],
    ['GET', '/api/v1/namespaces/a/pods/', 'list'],
    ['GET', '/api/v1/pods?watch=true', 'watch'],
    ['GET', '/api/v1/pods?watch', 'watch'],
    ['GET', '/api/v1/pods?watch=maybe', 'watch'],
    ['GET', '/api/v1/pods?watch=0', 'list'],
    ['GET', '/api/v1/pods?watch=false', 'list'],
    ['GET', '/api/v1/namespaces/a/pods/p?watch=true', 'get'],
    ['GET', '/api/v1/watch/namespaces/a/pods/p', 'watch'],
    ['HEAD', '/api/v1/namespaces/a/pods/p', 'get'],
    ['POST', '/api/v1/namespaces/a/pods', 'create'],
    ['PUT', '/api/v1/namespaces/a/pods/p', 'update'],
    ['PATCH', '/api/v1/namespaces/a/pods/p', 'patch'],
    ['DELETE', '/api/v1/namespaces/a/pods/p', 'delete'],
    ['DELETE', '/api/v1/namespaces/a/pods', 'deletecollection'],
    ['OPTIONS', '/api/v1/namespaces/a/pods', ''],
  ];
  for (const [method, target, verb] of verbs) assert.equal(resource(method, target).verb, verb, `${method} ${target}`);
});

test('a namespace is its own namespace, and only status and finalize are its subresources', () => {
  const itself = resource('GET', '/api/v1/namespaces/a');
  assert.deepEqual(
    [itself.plural, itself.namespace, itself.name, itself.subresource],
    ['namespaces', 'a', 'a', undefined],
  );
  assert.equal(resource('PUT', '/api/v1/namespaces/a/finalize').subresource, 'finalize');
  assert.equal(resource('GET', '/api/v1/namespaces/a/configmaps').plural, 'configmaps');
});

test('discovery roots, doubled slashes and dot segments are plain paths', () => {
  for (const path of [
    '/',
    '/api',
    '/api/v1',
    '/apis/batch',
    '/apis/batch/v1/',
    '/api//v1/pods',
    '/api/v1/../pods',
    '/apix/v1/pods',
  ]) {
    assert.equal(info('GET', path).at, 'path', path);
  }
});

test('a path that is not percent-encoding is told apart', () => {
  assert.equal(splitUrl('/api/v1/pods/%zz'), undefined);
  assert.equal(splitUrl('/api/v1/namespaces/a%20b/pods')?.path, '/api/v1/namespaces/a b/pods');
});

test('any method and path can be read', () => {
  fc.assert(
    fc.property(fc.string(), fc.webPath({ size: 'medium' }), fc.string(), (method, path, query) => {
      const url = splitUrl(`${path}?${query}`);
      if (url !== undefined) requestInfo(method, url.path, url.query);
    }),
  );
});

test('what follows a proxy is whatever it is', () => {
  const cases = [
    ['', ''],
    ['/', '/'],
    ['/a', '/a'],
    ['/a/', '/a/'],
    ['//', '//'],
    ['/a//../b/', '/a//../b/'],
  ] as const;
  for (const [given, expected] of cases) {
    const path = `/api/v1/namespaces/dock/pods/web:80/proxy${given}`;
    const found = resource('PUT', path);
    assert.deepEqual([found.verb, found.name, found.subresource], ['update', 'web:80', 'proxy'], path);
    assert.equal(proxiedPath(path, found), expected, path);
  }
  assert.equal(info('GET', '/api/v1/namespaces/dock//pods/web/proxy/').at, 'path');
});
