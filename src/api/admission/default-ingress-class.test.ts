import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace } from '#api/test-harness.ts';
import { ingresses } from '#kinds/ingress/ingress.ts';
import type { Ingress } from '#kinds/ingress/schema.ts';
import { ingressClasses } from '#kinds/ingress-class/ingress-class.ts';

const defaultBackend = { service: { name: 'web', port: { number: 80 } } };

async function makeClass({ client, clock }: Harness, name: string, isDefault: boolean): Promise<void> {
  await clock.advance(1_000);
  const annotations = { 'ingressclass.kubernetes.io/is-default-class': String(isDefault) };
  await client.create(ingressClasses, { metadata: { name, annotations }, spec: { controller: 'a.example/b' } });
}

function make({ client }: Harness, name: string, spec: object = {}, annotations = {}): Promise<Ingress> {
  return client.create(ingresses, { metadata: { name, namespace, annotations }, spec: { defaultBackend, ...spec } });
}

test('an ingress that names no class is of the newest default one, if there is any', async () => {
  const harness = await Harness.start();
  await makeClass(harness, 'plain', false);
  assert.equal((await make(harness, 'a')).spec.ingressClassName, undefined);
  await makeClass(harness, 'older', true);
  assert.equal((await make(harness, 'b')).spec.ingressClassName, 'older');
  await makeClass(harness, 'newer', true);
  assert.equal((await make(harness, 'c')).spec.ingressClassName, 'newer');
  assert.equal((await make(harness, 'd', { ingressClassName: 'plain' })).spec.ingressClassName, 'plain');
  const annotated = await make(harness, 'e', {}, { 'kubernetes.io/ingress.class': 'plain' });
  assert.equal(annotated.spec.ingressClassName, undefined);
});

test('the generation of an ingress counts changes of what is wanted, not of how it is reached', async () => {
  const harness = await Harness.start();
  const made = await make(harness, 'a');
  assert.equal(made.metadata.generation, 1);
  assert.deepEqual(made.status, { loadBalancer: {} });
  const ref = { namespace, name: 'a' };
  const wanted = { spec: { ingressClassName: 'other' } };
  const changed = await harness.client.patch(ingresses, ref, { type: 'merge', body: wanted });
  assert.equal(changed.metadata.generation, 2);
  const reached = { status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } } };
  const noted = await harness.client.patch(ingresses, ref, { type: 'merge', body: reached }, { subresource: 'status' });
  assert.equal(noted.metadata.generation, 2);
  assert.deepEqual(noted.status, reached.status);
});
