import assert from 'node:assert/strict';
import { test } from 'node:test';
import { services } from '#kinds/service/service.ts';
import { decoded } from '#kinds/test-objects.ts';

const now = Date.parse('2026-01-01T01:00:00Z');

function row(spec: object, ingress: readonly object[] = []): readonly unknown[] {
  return services.table.cells(decoded(services, { spec, status: { loadBalancer: { ingress } } }), now);
}

test('a service in all columns', () => {
  const ports = [
    { port: 80, targetPort: 8080, nodePort: 30080 },
    { port: 53, protocol: 'UDP', nodePort: 0 },
  ];
  const selector = { app: 'web', 'app.org/part': 'x' };
  const spec = { type: 'NodePort', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports, selector };
  assert.deepEqual(row(spec), [
    'x',
    'NodePort',
    '10.0.0.1',
    '<none>',
    '80:30080/TCP,53/UDP',
    '60m',
    'app.org/part=x,app=web',
  ]);
  assert.deepEqual(row({ type: 'ClusterIP' }).slice(2, 5), ['<none>', '<none>', '<none>']);
});

test('addresses outside: those of the load balancer in order, each once, then its own', () => {
  const ways = [
    { ip: '192.0.2.9' },
    { hostname: 'b.example' },
    {},
    { ip: '192.0.2.10', hostname: 'c' },
    ...[{ ip: '192.0.2.9' }],
  ];
  const externalIPs = ['198.51.100.1'];
  const outside = (spec: object, ingress: readonly object[] = []) => row(spec, ingress)[3];
  assert.equal(outside({ type: 'LoadBalancer' }), '<pending>');
  assert.equal(outside({ type: 'LoadBalancer' }, ways), '192.0.2.10,192.0.2.9,b.example');
  assert.equal(outside({ type: 'LoadBalancer', externalIPs }, [{ ip: '192.0.2.9' }]), '192.0.2.9,198.51.100.1');
  assert.equal(outside({ type: 'ClusterIP', externalIPs }, ways), '198.51.100.1');
  assert.equal(outside({ type: 'ExternalName', externalName: 'db.example' }), 'db.example');
  assert.equal(outside({ type: 'Odd' }), '<unknown>');
});
