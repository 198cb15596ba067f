import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decoded, lines } from '#kinds/test-objects.ts';
import type {
  MutatingWebhookConfiguration,
  ValidatingWebhookConfiguration,
} from '#kinds/webhook-configuration/schema.ts';
import {
  mutatingWebhookConfigurations as mutating,
  validatingWebhookConfigurations as validating,
} from '#kinds/webhook-configuration/webhook-configurations.ts';

const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const service = { namespace: 'tools', name: 'guard' };
const good = {
  name: 'pods.example.com',
  clientConfig: { service },
  rules: [rule],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
};

const configuration = (...webhooks: readonly object[]): ValidatingWebhookConfiguration =>
  decoded(validating, { webhooks });
const mutatingWith = (more: object): MutatingWebhookConfiguration =>
  decoded(mutating, { webhooks: [{ ...good, ...more }] });
const found = (...webhooks: readonly object[]): readonly string[] =>
  lines(validating.rules.validate?.(configuration(...webhooks)) ?? []);

/** Findings on one webhook with something else in it. */
const refused = (more: object): readonly string[] => found({ ...good, ...more });
const refusedRule = (more: object): readonly string[] => refused({ rules: [{ ...rule, ...more }] });
const refusedService = (more: object): readonly string[] =>
  refused({ clientConfig: { service: { ...service, ...more } } });
const at = 'webhooks[0]';

test('what is left out is filled in', () => {
  const [webhook] = configuration(good).webhooks ?? [];
  const { failurePolicy, matchPolicy, namespaceSelector, objectSelector, timeoutSeconds, ...rest } = webhook ?? {};
  assert.deepEqual(
    [failurePolicy, matchPolicy, namespaceSelector, objectSelector, timeoutSeconds],
    ['Fail', 'Equivalent', {}, {}, 10],
  );
  assert.deepEqual(rest, {
    ...good,
    rules: [{ ...rule, scope: '*' }],
    clientConfig: { service: { ...service, port: 443 } },
  });
  assert.equal(mutatingWith({}).webhooks?.[0]?.reinvocationPolicy, 'Never');
});

test('webhooks are told apart by names that are domain names', () => {
  assert.deepEqual(found(good, { ...good, name: 'a.b.c' }), []);
  assert.deepEqual(found(good, good, { ...good, name: 'k8s.io' }, { ...good, name: '' }), [
    'webhooks[1].name: Duplicate value: "pods.example.com"',
    'webhooks[2].name: Invalid value: "k8s.io": should be a domain with at least three segments separated by dots',
    'webhooks[3].name: Required value',
  ]);
  assert.match(refused({ name: 'A.b.c' })[0] ?? '', /^webhooks\[0\]\.name: Invalid value: "A\.b\.c": a lowercase/);
});

test('policies, side effects and time have their bounds', () => {
  assert.deepEqual(refused({ failurePolicy: 'Shrug', matchPolicy: 'Near', timeoutSeconds: 31, sideEffects: 'Some' }), [
    `${at}.failurePolicy: Unsupported value: "Shrug": supported values: "Fail", "Ignore"`,
    `${at}.matchPolicy: Unsupported value: "Near": supported values: "Equivalent", "Exact"`,
    `${at}.sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"`,
    `${at}.timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds`,
  ]);
  assert.deepEqual(refused({ sideEffects: undefined, timeoutSeconds: 0 }), [
    `${at}.sideEffects: Required value: must specify one of None, NoneOnDryRun`,
    `${at}.timeoutSeconds: Invalid value: 0: the timeout value must be between 1 and 30 seconds`,
  ]);
  assert.deepEqual(lines(mutating.rules.validate?.(mutatingWith({ reinvocationPolicy: 'Often' })) ?? []), [
    `${at}.reinvocationPolicy: Unsupported value: "Often": supported values: "IfNeeded", "Never"`,
  ]);
  assert.match(refused({ objectSelector: { matchLabels: { a: '-' } } })[0] ?? '', /^webhooks\[0\]\.objectSelector/);
});

test('a version of the question that the server knows is among those understood', () => {
  assert.deepEqual(refused({ admissionReviewVersions: ['v9', 'v1beta1'] }), []);
  const field = `${at}.admissionReviewVersions`;
  assert.deepEqual(refused({ admissionReviewVersions: undefined }), [
    `${field}: Required value: must specify one of v1, v1beta1`,
  ]);
  assert.deepEqual(refused({ admissionReviewVersions: ['v9', 'v9'] }), [
    `${field}[1]: Invalid value: "v9": duplicate version`,
    `${field}: Invalid value: ["v9","v9"]: must include at least one of v1, v1beta1`,
  ]);
  assert.match(refused({ admissionReviewVersions: ['0v', 'v1'] })[0] ?? '', /"0v": a DNS-1035 label/);
});

test('rules name something, and what stands for all stands alone', () => {
  const field = `${at}.rules[0]`;
  assert.deepEqual(refused({ rules: [{}] }), [
    `${field}.operations: Required value`,
    `${field}.apiGroups: Required value`,
    `${field}.apiVersions: Required value`,
    `${field}.resources: Required value`,
  ]);
  assert.deepEqual(refusedRule({ operations: ['*', 'PATCH'], apiGroups: ['a', '*'], apiVersions: ['*', ''] }), [
    `${field}.operations: Invalid value: ["*","PATCH"]: if '*' is present, must not specify other operations`,
    `${field}.operations[1]: Unsupported value: "PATCH": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"`,
    `${field}.apiGroups: Invalid value: ["a","*"]: if '*' is present, must not specify other API groups`,
    `${field}.apiVersions: Invalid value: ["*",""]: if '*' is present, must not specify other API versions`,
    `${field}.apiVersions[1]: Required value`,
  ]);
  assert.deepEqual(refusedRule({ scope: 'World' }), [
    `${field}.scope: Unsupported value: "World": supported values: "*", "Cluster", "Namespaced"`,
  ]);
});

test('resources of a rule do not cover each other', () => {
  for (const resources of [['*', 'a/b', '*/b'], ['a/x', 'a/*'], ['a', 'a/*'], ['*/*']]) {
    assert.deepEqual(refusedRule({ resources }), [], resources.join());
  }
  const field = `${at}.rules[0].resources`;
  assert.deepEqual(refusedRule({ resources: ['a/*', 'a/x', ''] }), [
    `${field}[1]: Invalid value: "a/x": if 'a/*' is present, must not specify a/x`,
    `${field}[2]: Required value`,
  ]);
  assert.deepEqual(refusedRule({ resources: ['*/a', 'x/a'] }), [
    `${field}[1]: Invalid value: "x/a": if '*/a' is present, must not specify x/a`,
  ]);
  assert.deepEqual(refusedRule({ resources: ['*/*', 'a'] }), [
    `${field}: Invalid value: ["*/*","a"]: if '*/*' is present, must not specify other resources`,
  ]);
  assert.deepEqual(refusedRule({ resources: ['*', 'a'] }), [
    `${field}: Invalid value: ["*","a"]: if '*' is present, must not specify other resources without subresources`,
  ]);
});

test('whom to ask is a service or an address, not both', () => {
  const text = `${at}.clientConfig: Required value: exactly one of url or service is required`;
  assert.deepEqual(refused({ clientConfig: {} }), [text]);
  assert.deepEqual(refused({ clientConfig: { service, url: 'https://a.example' } }), [text]);
});

test('an address has a scheme, a host and a path, and nothing else', () => {
  const field = `${at}.clientConfig.url`;
  const refusedUrl = (url: string) => refused({ clientConfig: { url } });
  assert.deepEqual(refusedUrl('https://a.example:8443/x/%20?'), []);
  assert.deepEqual(refusedUrl('HTTPS://[::1]:443'), []);
  const form = '; desired format: https://host[/path]';
  assert.deepEqual(refusedUrl(''), [
    `${field}: Invalid value: "": 'https' is the only allowed URL scheme${form}`,
    `${field}: Invalid value: "": host must be specified${form}`,
  ]);
  assert.deepEqual(refusedUrl('https:opaque'), [`${field}: Invalid value: "": host must be specified${form}`]);
  assert.deepEqual(refusedUrl('http://me:secret@a.example?q=1#top'), [
    `${field}: Invalid value: "http": 'https' is the only allowed URL scheme${form}`,
    `${field}: Invalid value: "me:secret": user information is not permitted in the URL`,
    `${field}: Invalid value: "top": fragments are not permitted in the URL`,
    `${field}: Invalid value: "q=1": query parameters are not permitted in the URL`,
  ]);
});

test('an address that is none is refused in Go words', () => {
  const problems: readonly (readonly [string, string])[] = [
    [':x', 'missing protocol scheme'],
    ['a_b:c', 'first path segment in URL cannot contain colon'],
    ['https://a.example:x/', 'invalid port ":x" after host'],
    ['https://[::1/', "missing ']' in host"],
    ['https://a b/', 'invalid character " " in host name'],
    ['https://a{b@a.example', 'net/url: invalid userinfo'],
    ['https://a.example/%zz', 'invalid URL escape "%zz"'],
    ['https://a.example/\t', 'net/url: invalid control character in URL'],
  ];
  for (const [url, problem] of problems) {
    assert.deepEqual(refused({ clientConfig: { url } }), [
      `${at}.clientConfig.url: Required value: url must be a valid URL: parse ${JSON.stringify(url)}: ${problem}; desired format: https://host[/path]`,
    ]);
  }
});

test('a service has a name, a namespace and a port, and a path of plain names', () => {
  const field = `${at}.clientConfig.service`;
  for (const path of ['', '/', '/a/b', '/a/']) assert.deepEqual(refusedService({ path }), [], path);
  // The fields are mixed up upstream, too.
  assert.deepEqual(refusedService({ namespace: '', port: 65536 }), [
    `${field}.name: Required value`,
    `${field}.port: Invalid value: 65536: port is not valid: must be between 1 and 65535, inclusive`,
  ]);
  assert.deepEqual(refusedService({ name: '' }), [`${field}.namespace: Required value`]);
  assert.deepEqual(refusedService({ path: 'foo/' }), [`${field}.path: Invalid value: "foo/": must start with a '/'`]);
  assert.deepEqual(refusedService({ path: '//' }), [`${field}.path: Invalid value: "//": segment[0] may not be empty`]);
  assert.deepEqual(refusedService({ path: '/foo/bar//' }), [
    `${field}.path: Invalid value: "/foo/bar//": segment[2] may not be empty`,
  ]);
  assert.match(refusedService({ path: '/a/--bad' })[0] ?? '', /: segment\[1\]: a lowercase RFC 1123 subdomain/);
});

test('conditions have names of their own and say something', () => {
  const field = `${at}.matchConditions`;
  const one = { name: 'not-ours', expression: '!("system:nodes" in request.userInfo.groups)' };
  assert.deepEqual(refused({ matchConditions: [one] }), []);
  assert.deepEqual(refused({ matchConditions: [one, one, { name: '', expression: ' ' }] }), [
    `${field}[1].name: Duplicate value: "not-ours"`,
    `${field}[2].expression: Required value`,
    `${field}[2].name: Required value`,
  ]);
  assert.match(refused({ matchConditions: [{ ...one, name: '-a' }] })[0] ?? '', /"-a": name part must consist of/);
  const many = Array.from({ length: 65 }, (_, index) => ({ ...one, name: `n${index}` }));
  assert.deepEqual(refused({ matchConditions: many }), [`${field}: Too many: 65: must have at most 64 items`]);
});

test('changes are judged as creates are', () => {
  const bad = configuration({ ...good, timeoutSeconds: 99 });
  assert.equal(validating.rules.validateUpdate?.(bad, configuration(good)).length, 1);
});

test('people are told of names that are reserved', () => {
  const reserved = decoded(validating, { metadata: { name: 'a.static.k8s.io' } });
  assert.match(
    validating.rules.warnings?.(reserved, undefined)[0] ?? '',
    /^metadata\.name: names ending with "\.static/,
  );
  assert.deepEqual(validating.rules.warnings?.(configuration(good), undefined), []);
});

test('a configuration as it is listed', () => {
  const cells = (...webhooks: readonly object[]) =>
    validating.table.cells(configuration(...webhooks), Date.parse('2026-01-01T01:00:00Z'));
  assert.deepEqual(cells(), ['x', 0, '60m']);
  assert.deepEqual(cells(good, { ...good, name: 'a.b.c' }), ['x', 2, '60m']);
});
