import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultAddresses, hasAddress } from '#kinds/service/defaults.ts';
import { keepGiven } from '#kinds/service/keep-given.ts';
import type { Service } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';
import { decoded, lines } from '#kinds/test-objects.ts';
import type { Draft } from '#schema/type.ts';

/** A service as it is validated: its addresses are completed after it was decoded. */
function service(spec: object, status: object = {}): Service {
  const object = decoded(services, { metadata: { name: 'web', namespace: 'default' }, spec, status });
  const complete = structuredClone(object) as Draft<Service>;
  if (hasAddress(complete.spec)) defaultAddresses(complete.spec);
  return complete as Service;
}

const findings = (spec: object): readonly string[] => [...lines(services.rules.validate?.(service(spec)) ?? [])].sort();

test('a service says little and reads back complete', () => {
  assert.deepEqual(service({ ports: [{ port: 80 }], selector: { app: 'web' } }).spec, {
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    selector: { app: 'web' },
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
  });
  assert.deepEqual(service({ type: 'ExternalName', externalName: 'a.example' }).spec, {
    type: 'ExternalName',
    externalName: 'a.example',
    sessionAffinity: 'None',
  });
});

const refused: readonly (readonly [what: string, spec: object, errors: readonly string[]])[] = [
  ['no ports', {}, ['spec.ports: Required value']],
  [
    'ports without names, out of range or doubled',
    { ports: [{ port: 0 }, { port: 80, name: 'a', protocol: 'tcp' }, { port: 81, name: 'a', nodePort: 30001 }] },
    [
      'spec.ports[0].name: Required value',
      'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ports[1].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
      'spec.ports[2].name: Duplicate value: "a"',
      "spec.ports[2].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ],
  ],
  [
    'two ports that are one',
    {
      ports: [
        { port: 80, name: 'a' },
        { port: 80, name: 'b' },
      ],
    },
    [
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ],
  ],
  [
    'types, affinities and addresses that are none',
    { ports: [{ port: 80 }], type: 'Foo', sessionAffinity: 'Foo', clusterIP: 'x', externalIPs: ['y'] },
    [
      'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'spec.externalIPs[0]: Invalid value: "y": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'spec.sessionAffinity: Unsupported value: "Foo": supported values: "ClientIP", "None"',
      'spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
  ],
  [
    'a name with an address',
    { type: 'ExternalName', clusterIP: '10.96.0.9' },
    ["spec.clusterIPs: Forbidden: may not be set when type is 'ExternalName'", 'spec.externalName: Required value'],
  ],
  [
    'two families of addresses',
    { ports: [{ port: 80 }], ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] },
    [
      'spec.ipFamilies[1]: Invalid value: "IPv6": not configured on this cluster',
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
  ],
  [
    'what only load balancers and ways in from outside know',
    { ports: [{ port: 80 }], loadBalancerClass: 'a/b', externalTrafficPolicy: 'Local' },
    [
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
  ],
];

for (const [what, spec, errors] of refused) {
  test(`refused as upstream refuses it: ${what}`, () => assert.deepEqual(findings(spec), errors));
}

test('a service without an address needs no ports, and one for outside may say who comes in', () => {
  assert.deepEqual(findings({ clusterIP: 'None' }), []);
  assert.deepEqual(
    findings({ type: 'LoadBalancer', ports: [{ port: 80 }], loadBalancerSourceRanges: ['10.0.0.0/8'] }),
    [],
  );
});

test('an address once given stays', () => {
  const old = service({ ports: [{ port: 80 }], clusterIP: '10.96.0.9' });
  const other = service({ ports: [{ port: 80 }], clusterIP: '10.96.0.10' });
  assert.deepEqual(lines(services.rules.validateUpdate?.(other, old) ?? []), [
    'spec.clusterIPs[0]: Invalid value: ["10.96.0.10"]: may not change once set',
  ]);
});

test('a change that is silent about what was given keeps it, and a type without use for it drops it', () => {
  const old = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }], clusterIP: '10.96.0.9' });
  const changed = (spec: object): Service['spec'] => {
    const draft = structuredClone(service(spec)) as Draft<Service>;
    keepGiven(draft, old);
    return draft.spec as Service['spec'];
  };
  const same = changed({ type: 'NodePort', ports: [{ port: 80 }, { port: 81, name: 'b' }] });
  assert.deepEqual([same.clusterIP, same.clusterIPs], ['10.96.0.9', ['10.96.0.9']]);
  assert.deepEqual([same.ports?.[0]?.nodePort, same.ports?.[1]?.nodePort], [30080, undefined]);
  const inside = changed({ type: 'ClusterIP', ports: [{ port: 80, nodePort: 30080 }] });
  assert.equal(inside.ports?.[0]?.nodePort, undefined);
  const named = changed({ type: 'ExternalName', externalName: 'a.example', clusterIP: '10.96.0.9' });
  assert.deepEqual([named.clusterIP, named.clusterIPs, named.ipFamilies], [undefined, undefined, undefined]);
});

test('the table shows addresses and ports as kubectl users know them', () => {
  const cells = (spec: object, status: object = {}): readonly unknown[] =>
    services.table.cells(service(spec, status), 0).toSpliced(5, 1);
  const ports = [
    { port: 80, name: 'a', nodePort: 30080 },
    { port: 53, name: 'b', protocol: 'UDP' },
  ];
  assert.deepEqual(cells({ type: 'NodePort', ports, clusterIP: '10.96.0.9', selector: { b: '2', a: '1' } }), [
    'web',
    'NodePort',
    '10.96.0.9',
    '<none>',
    '80:30080/TCP,53/UDP',
    'a=1,b=2',
  ]);
  assert.deepEqual(cells({ type: 'LoadBalancer', ports: [{ port: 80 }], clusterIP: '10.96.0.9' })[3], '<pending>');
  const ingress = { loadBalancer: { ingress: [{ ip: '192.0.2.7' }, { hostname: 'lb.example' }] } };
  assert.deepEqual(cells({ type: 'LoadBalancer', ports: [{ port: 80 }] }, ingress)[3], '192.0.2.7,lb.example');
  assert.deepEqual(cells({ type: 'ExternalName', externalName: 'a.example' }), [
    'web',
    'ExternalName',
    '<none>',
    'a.example',
    '<none>',
    '<none>',
  ]);
});

test('what a service says in vain, or in an old way, is told', () => {
  const warnings = (spec: object) => services.rules.warnings?.(service(spec), undefined) ?? [];
  const ports = [{ port: 80 }];
  assert.deepEqual(warnings({ ports }), []);
  assert.deepEqual(warnings({ ports, clusterIP: 'None', sessionAffinity: 'ClientIP', externalIPs: ['10.0.0.1'] }), [
    'spec.externalIPs is ignored for headless services',
    'spec.SessionAffinity is ignored for headless services',
  ]);
  assert.deepEqual(
    warnings({ ports, externalName: 'a.example', externalIPs: ['2001:DB8::1'], trafficDistribution: 'PreferClose' }),
    [
      'spec.externalIPs[0]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
      'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
      'spec.externalName is ignored when spec.type is not "ExternalName"',
      'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
    ],
  );
  assert.deepEqual(warnings({ type: 'ExternalName', externalName: 'a.example', externalIPs: ['10.0.0.1'] }), [
    'spec.externalIPs is ignored when spec.type is "ExternalName"',
  ]);
});
