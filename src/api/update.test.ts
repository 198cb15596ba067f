import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, plainWrite, refusal } from '#api/test-harness.ts';
import { jsonCopy } from '#base/json.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { leases } from '#kinds/lease/lease.ts';
import type { New } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';

const suspended = {
  metadata: { name: 'j', namespace },
  spec: { suspend: true, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i:1' }] } } },
} as unknown as New<Job>;

test('of two updates from one revision one wins and the other is a conflict', async () => {
  const { client, configMap } = await bound();
  const seen = await configMap('a', { n: '1' });
  const both = await Promise.allSettled([
    client.update(configMaps, { ...seen, data: { n: '2' } }),
    client.update(configMaps, { ...seen, data: { n: '3' } }),
  ]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
  const stale = await refusal(client.update(configMaps, { ...seen, data: { n: '4' } }));
  assert.equal(
    stale.message,
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  );
});

test('an update without a resourceVersion overwrites, unless the kind wants to see what it replaces', async () => {
  const { client, configMap, api, context, target } = await bound();
  await configMap('a', { n: '1' });
  const blind = { metadata: { name: 'a' }, data: { n: '2' } };
  const { object } = await api.update(context, target(configMaps, 'a'), blind, plainWrite);
  assert.deepEqual((object as unknown as typeof blind).data, { n: '2' });

  await client.create(leases, { metadata: { name: 'l', namespace }, spec: { holderIdentity: 'x' } });
  const lease = { metadata: { name: 'l' }, spec: { holderIdentity: 'y' } };
  const refused = await refusal(api.update(context, target(leases, 'l'), lease, plainWrite));
  assert.match(refused.message, /metadata.resourceVersion: Invalid value: 0: must be specified for an update$/);
});

test('an update that changes nothing is not written', async () => {
  const { client, store, clock, configMap } = await bound();
  const seen = await configMap('a', { n: '1' });
  await clock.advance(60_000);
  const before = store.revision;
  const same = await client.update(configMaps, { ...seen, data: { n: '1' } });
  assert.equal(same, await client.get(configMaps, seen.metadata));
  assert.equal(store.revision, before);
});

test('an update to a missing name creates leases, and is NotFound for most kinds', async () => {
  const { api, context, target } = await bound();
  const lease = { metadata: { name: 'l', resourceVersion: '5' }, spec: {} };
  const made = await api.update(context, target(leases, 'l'), lease, plainWrite);
  assert.equal(made.created, true);
  const missing = await refusal(api.update(context, target(configMaps, 'a'), { metadata: { name: 'a' } }, plainWrite));
  assert.equal(missing.message, 'configmaps "a" not found');
  const withUid = { metadata: { name: 'm', uid: 'u' }, spec: {} };
  const conflict = await refusal(api.update(context, target(leases, 'm'), withUid, plainWrite));
  assert.match(conflict.message, /Precondition failed: UID in precondition: u, UID in object meta: $/);
});

test('the main resource writes the spec and counts its changes; the status is out of its reach', async () => {
  const { client } = await bound();
  const job = await client.create(jobs, suspended);
  const changed = await client.update(jobs, { ...job, spec: { ...job.spec, parallelism: 3 }, status: { active: 9 } });
  assert.equal(changed.metadata.generation, 2);
  assert.deepEqual(changed.status, {});
  const labelled = await client.patch(jobs, job.metadata, {
    type: 'merge',
    body: { metadata: { labels: { a: 'b' } } },
  });
  assert.equal(labelled.metadata.generation, 2);
});

test('/status writes the status alone', async () => {
  const { client } = await bound();
  const job = await client.create(jobs, suspended);
  const wish = { ...job, spec: { ...job.spec, parallelism: 3 }, status: { active: 1 } };
  const written = await client.update(jobs, wish, { subresource: 'status' });
  assert.deepEqual(written.status, { active: 1 });
  assert.equal(written.spec.parallelism, 1);
  assert.equal(written.metadata.generation, 1);
  const entry = written.metadata.managedFields?.find((one) => one.subresource === 'status');
  assert.deepEqual(entry?.fieldsV1, { 'f:status': { 'f:active': {} } });
});

test('an update of a status warns of what is odd there, and of nothing else', async () => {
  const { api, context, target, pod, warnings } = await bound();
  const made = await pod('p', { volumes: [{ name: 'g', gitRepo: { repository: 'r' } }] });
  const odd = { ...made, status: { podIP: 'FD00::1', podIPs: [{ ip: 'FD00::1' }] } };
  await api.update(context, target(pods, 'p', 'status'), jsonCopy(odd), plainWrite);
  assert.deepEqual(warnings, [
    'status.podIPs[0].ip: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")',
  ]);
});

test('a body about another object than the URL is refused', async () => {
  const { api, context, target, configMap } = await bound();
  await configMap('a');
  const other = await refusal(api.update(context, target(configMaps, 'a'), { metadata: { name: 'b' } }, plainWrite));
  assert.equal(other.message, 'the name of the object (b) does not match the name on the URL (a)');
});

test('an unknown subresource is not there', async () => {
  const { api, context, target, pod } = await bound();
  const made = await pod('p');
  const refused = await refusal(api.update(context, target(pods, 'p', 'nonsense'), jsonCopy(made), plainWrite));
  assert.equal(refused.code, 404);
});

async function bound() {
  const harness = await Harness.start();
  const { client, store, clock, api, context, warnings } = harness;
  const configMap = harness.configMap.bind(harness);
  return {
    client,
    store,
    clock,
    api,
    context,
    warnings,
    configMap,
    pod: harness.pod.bind(harness),
    target: harness.target,
  };
}
