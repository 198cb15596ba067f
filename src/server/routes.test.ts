import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalog } from '#kinds/catalog.ts';
import { isApiError } from '#kinds/meta/errors.ts';
import { requestInfo, splitUrl } from '#server/request-info.ts';
import { RouteTable } from '#server/routes.ts';

const table = new RouteTable(catalog);

/** The plural and verb found, "nothing", or the code of the refusal. */
function outcome(method: string, target: string): string {
  const url = splitUrl(target) ?? assert.fail();
  const info = requestInfo(method, url.path, url.query);
  if (info.at === 'path') return 'path';
  try {
    const result = table.find(info, method);
    return result.found === 'nothing' ? 'nothing' : `${result.route.resource.plural} ${result.route.verb}`;
  } catch (error) {
    return isApiError(error) ? String(error.code) : assert.fail(String(error));
  }
}

test('what exists is found, what does not is not, and a wrong method is told apart', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['GET', '/api/v1/pods', 'pods list'],
    ['GET', '/api/v1/namespaces/a/pods/p', 'pods get'],
    ['PATCH', '/apis/batch/v1/namespaces/a/jobs/j/status', 'jobs patch'],
    ['GET', '/api/v1/watch/nodes/n', 'nodes watch'],
    ['GET', '/apis/tides.example/v1/boats', 'nothing'],
    ['GET', '/apis/batch/v7/jobs', '404'],
    ['GET', '/api/v1/namespaces/a/gizmos', '404'],
    ['GET', '/api/v1/namespaces/a/nodes', '404'],
    ['GET', '/api/v1/pods/p', '404'],
    ['GET', '/apis/batch/v1/namespaces/a/jobs/j/scale', '404'],
    ['GET', '/apis/batch/v1/namespaces/a/jobs/j/status/more', '404'],
    ['OPTIONS', '/api/v1/namespaces/a/pods/p/proxy/b/c', 'pods '],
    ['HEAD', '/api/v1/namespaces/a/services/s/proxy', 'services get'],
    ['GET', '/api/v1/namespaces/a/pods/p/exec/more', '404'],
    ['POST', '/api/v1/configmaps', '405'],
    ['POST', '/api/v1/namespaces/a/configmaps/one', '405'],
    ['PUT', '/api/v1/namespaces/a/configmaps', '405'],
    ['DELETE', '/api/v1/namespaces', '405'],
    ['POST', '/api/v1/watch/nodes', '405'],
    ['HEAD', '/api/v1/namespaces/a/pods', '405'],
    ['OPTIONS', '/api/v1/namespaces/a/pods', '405'],
  ];
  for (const [method, target, expected] of cases)
    assert.equal(outcome(method, target), expected, `${method} ${target}`);
});
