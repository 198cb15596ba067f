import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ingresses } from '#kinds/ingress/ingress.ts';
import type { Ingress } from '#kinds/ingress/schema.ts';
import { decoded, lines } from '#kinds/test-objects.ts';

const { rules, table } = ingresses;
const backend = { service: { name: 'web', port: { number: 80 } } };

const ingress = (spec: object, metadata: object = {}, status: object = {}): Ingress =>
  decoded(ingresses, { metadata, spec, status });
const refused = (spec: object, metadata: object = {}): readonly string[] =>
  lines(rules.validate?.(ingress(spec, metadata)) ?? []);
const refusedPath = (path: object): readonly string[] =>
  refused({ rules: [{ http: { paths: [{ pathType: 'Prefix', path: '/', backend, ...path }] } }] });
const at = 'spec.rules[0].http.paths[0]';

test('an ingress has a rule or a default backend', () => {
  assert.deepEqual(refused({ defaultBackend: backend }), []);
  assert.deepEqual(refusedPath({}), []);
  assert.deepEqual(refused({ rules: [{ host: 'a.example' }] }), []);
  const everything = { apiGroup: 'storage.example', kind: 'Bucket', name: 'static' };
  assert.deepEqual(refused({ defaultBackend: { resource: everything }, ingressClassName: 'nginx' }), []);
  assert.deepEqual(refused({}), ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']);
});

const paths: readonly (readonly [what: string, path: object, errors: readonly string[]])[] = [
  ['no path type', { pathType: undefined }, [`${at}.pathType: Required value: pathType must be specified`]],
  [
    'an unknown path type',
    { pathType: 'Glob' },
    [`${at}.pathType: Unsupported value: "Glob": supported values: "Exact", "ImplementationSpecific", "Prefix"`],
  ],
  ['no path', { path: undefined }, [`${at}.path: Invalid value: "": must be an absolute path`]],
  ['a path that is not from the root', { path: 'a' }, [`${at}.path: Invalid value: "a": must be an absolute path`]],
  [
    'parts that others would resolve',
    { path: '/a//b/../%2f/.' },
    ["must not contain '//'", "must not contain '/../'", "must not contain '%2f'", "cannot end with '/.'"].map(
      (text) => `${at}.path: Invalid value: "/a//b/../%2f/.": ${text}`,
    ),
  ],
  ['any path of the class’s own kind', { pathType: 'ImplementationSpecific', path: '/a/(.*)//' }, []],
  ['no path at all, of the class’s own kind', { pathType: 'ImplementationSpecific', path: undefined }, []],
];

for (const [what, path, errors] of paths) {
  test(`a rule with ${what}: ${errors.length === 0 ? 'taken' : 'refused'}`, () => {
    assert.deepEqual(refusedPath(path), errors);
  });
}

const backends: readonly (readonly [what: string, backend: object, errors: readonly string[]])[] = [
  ['nothing', {}, [': Invalid value: "": resource or service backend is required']],
  ['no port', { service: { name: 'web' } }, [': Required value: port name or number is required']],
  [
    'two ports',
    { service: { name: 'web', port: { name: 'http', number: 80 } } },
    [': Invalid value: "": cannot set both port name & port number'],
  ],
  [
    'no service',
    { service: { port: { number: 70000 } } },
    [
      '.service.name: Required value',
      '.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'a bad name of a port',
    { service: { name: 'web', port: { name: '80' } } },
    ['.service.port.name: Invalid value: "80": must contain at least one letter (a-z)'],
  ],
  [
    'both',
    { ...backend, resource: { kind: 'Bucket', name: 'b' } },
    [': Invalid value: "": cannot set both resource and service backends'],
  ],
  [
    'an object that is none',
    { resource: { kind: 'a/b' } },
    [`.resource.kind: Invalid value: "a/b": may not contain '/'`, '.resource.name: Required value'],
  ],
];

for (const [what, given, errors] of backends) {
  test(`a backend of ${what} is refused`, () => {
    assert.deepEqual(
      refused({ defaultBackend: given }),
      errors.map((error) => `spec.defaultBackend${error}`),
    );
  });
}

test('hosts are names, and a star stands for the first part', () => {
  assert.deepEqual(
    refused({ rules: [{ host: '*.a.example' }], tls: [{ hosts: ['*.a.example'], secretName: 's' }] }),
    [],
  );
  const ip = refused({ rules: [{ host: '10.0.0.1' }] });
  assert.deepEqual(ip, ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address']);
  assert.match(
    refused({ rules: [{ host: 'a.*' }] })[0] ?? '',
    /^spec\.rules\[0\]\.host: .*: a wildcard DNS-1123 subdomain /,
  );
  const [host, secret] = refused({ defaultBackend: backend, tls: [{ hosts: ['A'], secretName: 'S' }] });
  assert.match(host ?? '', /^spec\.tls\[0\]\.hosts\[0\]: Invalid value: "A": a lowercase RFC 1123 subdomain /);
  assert.match(secret ?? '', /^spec\.tls\[0\]\.secretName: Invalid value: "S": a lowercase RFC 1123 subdomain /);
  assert.deepEqual(refused({ rules: [{ http: { paths: [] } }] }), ['spec.rules[0].http.paths: Required value']);
});

test('the old annotation agrees with the class, and is warned of where it stands alone', () => {
  const metadata = { annotations: { 'kubernetes.io/ingress.class': 'old' } };
  assert.deepEqual(refused({ defaultBackend: backend, ingressClassName: 'new' }, metadata), [
    'annotations.kubernetes.io/ingress.class: Invalid value: "old": must match `ingressClassName` when both are specified',
  ]);
  const warnings = (spec: object) => rules.warnings?.(ingress(spec, metadata), undefined).length;
  assert.equal(warnings({ defaultBackend: backend }), 1);
  assert.equal(warnings({ defaultBackend: backend, ingressClassName: 'old' }), 0);
});

test('people are told that nothing is routed', () => {
  assert.equal(rules.notes?.(ingress({ defaultBackend: backend }), undefined).length, 1);
});

test('the ways in that a controller notes are addresses and names', () => {
  const noted = ingress({}, {}, { loadBalancer: { ingress: [{ ip: 'x', hostname: '10.0.0.1' }, { ip: '::1' }] } });
  const before = ingress({}, {}, { loadBalancer: { ingress: [{ ip: 'y' }] } });
  assert.equal(rules.validateStatusUpdate?.(before, before).length, 0, 'what stood there already is taken');
  assert.deepEqual(lines(rules.validateStatusUpdate?.(noted, before) ?? []), [
    'status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    'status.loadBalancer.ingress[0].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
  ]);
});

test('an ingress as it is listed', () => {
  const cells = (spec: object, status: object = {}) =>
    table.cells(ingress(spec, {}, status), Date.parse('2026-01-01T01:00:00Z'));
  assert.deepEqual(cells({ defaultBackend: backend }), ['x', '<none>', '*', '', '80', '60m']);
  const hosts = ['a', 'b', 'c', 'd', 'e'].map((host) => ({ host }));
  const status = { loadBalancer: { ingress: [{ hostname: 'b.example' }, { ip: '10.0.0.1' }, { ip: '10.0.0.1' }] } };
  assert.deepEqual(cells({ rules: hosts, tls: [{ secretName: 's' }], ingressClassName: 'nginx' }, status), [
    'x',
    'nginx',
    'a,b,c + 2 more...',
    '10.0.0.1,b.example',
    '80, 443',
    '60m',
  ]);
  assert.equal(cells({ rules: hosts.slice(0, 3) })[2], 'a,b,c');
});
