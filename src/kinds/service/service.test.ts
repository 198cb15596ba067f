import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideFamilies } from '#kinds/service/families.ts';
import { completeAddresses, dropUnused, keepGiven } from '#kinds/service/keep-given.ts';
import type { Service } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';
import { decoded, lines } from '#kinds/test-objects.ts';
import type { Draft } from '#schema/type.ts';

/** A service as it is validated: its addresses are completed after it was decoded. */
function service(spec: object, status: object = {}): Service {
  const object = decoded(services, { metadata: { name: 'web', namespace: 'default' }, spec, status });
  const complete = structuredClone(object) as Draft<Service>;
  completeAddresses(complete, undefined);
  return complete as Service;
}

const findings = (spec: object): readonly string[] => lines(services.rules.validate?.(service(spec)) ?? []);

const changes = (spec: object, old: object): readonly string[] =>
  lines(services.rules.validateUpdate?.(service(spec), service(old)) ?? []);

test('a service says little and reads back complete', () => {
  assert.deepEqual(service({ ports: [{ port: 80 }], selector: { app: 'web' } }).spec, {
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    selector: { app: 'web' },
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
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
      'spec.sessionAffinity: Unsupported value: "Foo": supported values: "ClientIP", "None"',
      'spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'spec.externalIPs[0]: Invalid value: "y": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
  ],
  [
    'a name with an address',
    { type: 'ExternalName', clusterIP: '10.96.0.9' },
    ['spec.clusterIPs: Forbidden: may not be set for ExternalName services', 'spec.externalName: Required value'],
  ],
  [
    'what only load balancers and ways in from outside know',
    {
      ports: [{ port: 80 }],
      loadBalancerClass: 'a/b',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30000,
      allocateLoadBalancerNodePorts: true,
      loadBalancerSourceRanges: [' 10.0.0.0/8 ', '10.0.0.1/8'],
      trafficDistribution: 'Near',
    },
    [
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
      'spec.LoadBalancerSourceRanges[1]: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
      "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
      "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      'spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ],
  ],
  [
    'no address where one is needed, and addresses that mean the asker',
    { type: 'NodePort', clusterIP: 'None', ports: [{ port: 80 }], externalIPs: ['127.0.0.1'] },
    [
      `spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`,
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
  ],
  [
    'one port of the nodes for two',
    {
      type: 'NodePort',
      ports: [
        { name: 'a', port: 80, nodePort: 30080 },
        { name: 'b', port: 81, nodePort: 30080 },
      ],
    },
    ['spec.ports[1].nodePort: Duplicate value: 30080'],
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

/** What there is to say of the families that a service asks for, or those it gets. */
function families(spec: object, old?: object): unknown {
  const draft = structuredClone(service(spec)) as Draft<Service>;
  const errors = decideFamilies(draft, old === undefined ? undefined : service(old).spec);
  return errors.length > 0 ? lines(errors) : [draft.spec.ipFamilies, draft.spec.ipFamilyPolicy];
}

const single = [['IPv4'], 'SingleStack'];
const decided: readonly (readonly [what: string, spec: object, outcome: unknown])[] = [
  ['nothing', {}, single],
  ['an address', { clusterIP: '10.96.0.9' }, single],
  ['pods without an address', { clusterIP: 'None', selector: { app: 'web' } }, single],
  ['neither pods nor an address', { clusterIP: 'None' }, [['IPv4', 'IPv6'], 'RequireDualStack']],
  ['both families if there are two', { ipFamilyPolicy: 'PreferDualStack' }, [['IPv4'], 'PreferDualStack']],
  [
    'both families, which there are not',
    { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6'] },
    [
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
      'spec.ipFamilies[1]: Invalid value: "IPv6": not configured on this cluster',
    ],
  ],
  [
    'an address of the other family',
    { clusterIP: '2001:db8::9' },
    ['spec.clusterIPs[0]: Invalid value: ["2001:db8::9"]: IPv6 is not configured on this cluster'],
  ],
  [
    'two families for one',
    { ipFamilies: ['IPv4', 'IPv6'] },
    [
      `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`,
    ],
  ],
  [
    'addresses that do not go together',
    { clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.8', '10.96.0.9'], ipFamilies: ['IPv6', 'IPv6', 'IPv5'] },
    [
      'spec.clusterIPs: Invalid value: ["10.96.0.8","10.96.0.9"]: first value must match `clusterIP`',
      'spec.ipFamilies[1]: Duplicate value: "IPv6"',
      'spec.ipFamilies[2]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6"',
      'spec.clusterIPs: Invalid value: ["10.96.0.8","10.96.0.9"]: may specify no more than one IP for each IP family',
      'spec.clusterIPs[0]: Invalid value: "10.96.0.8": expected an IPv6 value as indicated by `ipFamilies[0]`',
      'spec.clusterIPs[1]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `ipFamilies[1]`',
    ],
  ],
  [
    'a list alone',
    { clusterIPs: ['None', '10.96.0.9'] },
    [
      'spec.clusterIPs: Invalid value: ["None","10.96.0.9"]: must be empty when `clusterIP` is not specified',
      `spec.clusterIPs: Invalid value: ["None","10.96.0.9"]: 'None' must be the first and only value`,
    ],
  ],
];

for (const [what, spec, outcome] of decided) {
  test(`families of addresses are decided for who asks for ${what}`, () => assert.deepEqual(families(spec), outcome));
}

test('a change keeps the families, and gives one of two back when told to', () => {
  const old = { clusterIP: 'None', ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' };
  assert.deepEqual(families({ clusterIP: 'None' }, old), [['IPv4', 'IPv6'], 'RequireDualStack']);
  assert.deepEqual(families({ ...old, ipFamilyPolicy: 'SingleStack' }, old), single);
  assert.deepEqual(families({ ...old, ipFamilies: ['IPv4'] }, old), [
    `spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be 'SingleStack' to release the secondary IP family`,
  ]);
});

test('an address and a family once given stay', () => {
  const ports = [{ port: 80 }];
  const old = { ports, clusterIP: '10.96.0.9', ipFamilies: ['IPv4'] };
  assert.deepEqual(changes({ ...old, clusterIP: '10.96.0.10' }, old), [
    'spec.clusterIPs[0]: Invalid value: ["10.96.0.10"]: may not change once set',
  ]);
  assert.deepEqual(changes({ ...old, clusterIP: 'None' }, old), [
    'spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set',
  ]);
  assert.deepEqual(changes({ ...old, clusterIP: '2001:db8::9', ipFamilies: ['IPv6'] }, old), [
    'spec.clusterIPs[0]: Invalid value: ["2001:db8::9"]: may not change once set',
    'spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set',
  ]);
  assert.deepEqual(changes({ type: 'ExternalName', externalName: 'a.example' }, old), []);
});

test('the class and the health check of a load balancer stay', () => {
  const ports = [{ port: 80 }];
  const old = { ports, type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30000 };
  assert.deepEqual(changes({ ...old, healthCheckNodePort: 30001, loadBalancerClass: 'a b' }, old), [
    'spec.loadBalancerClass: Invalid value: "a b": may not change once set',
    ...Array.from({ length: 2 }).flatMap((_, index) => [
      `spec.loadBalancerClass: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      ...(index === 0 ? ['spec.healthCheckNodePort: Forbidden: field is immutable'] : []),
    ]),
  ]);
});

test('who notes the ways in says how they are taken', () => {
  const noted = (spec: object, ingress: readonly object[]): readonly string[] => {
    const old = service({ ports: [{ port: 80 }], ...spec });
    const status = { loadBalancer: { ingress } } as Service['status'];
    return lines(services.rules.validateStatusUpdate?.({ ...old, status }, old) ?? []);
  };
  const ip = '192.0.2.7';
  assert.deepEqual(noted({}, [{ ip, ipMode: 'VIP' }]), [
    "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
  ]);
  const balanced = { type: 'LoadBalancer' };
  assert.deepEqual(noted(balanced, [{ ip, ipMode: 'VIP' }, { hostname: 'lb.example' }]), []);
  assert.deepEqual(noted(balanced, [{ ip }, { ip, ipMode: 'x' }, { hostname: ip, ipMode: 'VIP' }]), [
    'status.loadBalancer.ingress[0].ipMode: Required value: must be specified when `ip` is set',
    'status.loadBalancer.ingress[1].ipMode: Unsupported value: "x": supported values: "Proxy", "VIP"',
    'status.loadBalancer.ingress[2].ipMode: Forbidden: may not be specified when `ip` is not set',
    'status.loadBalancer.ingress[2].hostname: Invalid value: "192.0.2.7": must be a DNS name, not an IP address',
  ]);
  const odd = service(balanced, { loadBalancer: { ingress: [{ ip }, { ip: '192.000.2.7' }] } });
  assert.deepEqual(services.rules.statusWarnings?.(odd), [
    'status.loadBalancer.ingress[1]: non-standard IP address "192.000.2.7" is invalid: use "192.0.2.7"',
  ]);
  const { status } = service(balanced, { loadBalancer: { ingress: [{ ip }] } });
  assert.equal(status.loadBalancer.ingress?.[0]?.ipMode, 'VIP');
  const alone = decoded(services, { status: { loadBalancer: { ingress: [{ ip }] } } });
  assert.equal(alone.status.loadBalancer.ingress?.[0]?.ipMode, 'VIP', 'a patch of the status is defaulted alone');
});

test('a change that is silent about what was given keeps it, and a type without use for it drops it', () => {
  const old = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }], clusterIP: '10.96.0.9' });
  const changed = (spec: object): Service['spec'] => {
    const draft = structuredClone(service(spec)) as Draft<Service>;
    keepGiven(draft, old);
    dropUnused(draft, old);
    return draft.spec as Service['spec'];
  };
  const same = changed({ type: 'NodePort', ports: [{ port: 80 }, { port: 81, name: 'b' }] });
  assert.deepEqual([same.clusterIP, same.clusterIPs], ['10.96.0.9', ['10.96.0.9']]);
  assert.deepEqual([same.ports?.[0]?.nodePort, same.ports?.[1]?.nodePort], [30080, undefined]);
  const inside = changed({
    type: 'ClusterIP',
    ports: [{ port: 80, nodePort: 30080 }],
    externalTrafficPolicy: 'Cluster',
  });
  assert.deepEqual([inside.ports?.[0]?.nodePort, inside.externalTrafficPolicy], [undefined, undefined]);
  const other = changed({ type: 'ClusterIP', ports: [{ port: 80, nodePort: 30081 }] });
  assert.equal(other.ports?.[0]?.nodePort, 30081, 'for validation to refuse');
  const named = changed({ type: 'ExternalName', externalName: 'a.example', clusterIP: '10.96.0.9' });
  assert.deepEqual([named.clusterIP, named.clusterIPs, named.ipFamilies], [undefined, undefined, undefined]);
  const local = changed({ type: 'ExternalName', externalName: 'a.example', internalTrafficPolicy: 'Local' });
  assert.equal(local.internalTrafficPolicy, undefined);
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
