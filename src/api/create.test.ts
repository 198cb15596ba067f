import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, plainWrite, refusal } from '#api/test-harness.ts';
import { seededRandom } from '#base/random.ts';
import { catalog } from '#kinds/catalog.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import { jobs } from '#kinds/job/job.ts';
import { pods } from '#kinds/pod/pod.ts';
import { decode } from '#schema/decode.ts';

test('a new object gets what only the server sets, whatever the client sends', async () => {
  const { client } = await Harness.start();
  const forged = {
    name: 'forged',
    namespace,
    uid: 'abc',
    creationTimestamp: '2001-02-03T04:05:06Z',
    deletionTimestamp: '2001-02-03T04:05:06Z',
    deletionGracePeriodSeconds: 5,
    selfLink: '/nowhere',
    generation: 7,
  };
  const made = await client.create(configMaps, { metadata: forged, data: { a: '1' } });
  const { uid, resourceVersion, managedFields: _fields, ...rest } = made.metadata;
  assert.match(uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.match(resourceVersion, /^[0-9]+$/);
  assert.deepEqual(rest, { name: 'forged', namespace, creationTimestamp: '2026-01-01T00:00:00Z', generation: 7 });
  assert.equal(made.kind, 'ConfigMap');
  assert.ok(Object.isFrozen(made) && Object.isFrozen(made.data));
});

test('a job starts at generation 1 without status, and carries its generated labels', async () => {
  const { client } = await Harness.start();
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i:1' }] } };
  const body = { metadata: { name: 'j', namespace, generation: 41 }, spec: { template }, status: { active: 5 } };
  const job = await client.create(jobs, body as never);
  assert.equal(job.metadata.generation, 1);
  assert.deepEqual(job.status, {});
  assert.equal(job.metadata.labels?.['batch.kubernetes.io/controller-uid'], job.metadata.uid);
  assert.deepEqual((await client.get(jobs, job.metadata)).metadata.labels, job.metadata.labels);
});

test('a job whose name is too long for a label is told so once, where its pods would have it', async () => {
  const { client } = await Harness.start();
  const name = 'j'.repeat(64);
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i:1' }] } };
  const long = await refusal(client.create(jobs, { metadata: { name, namespace }, spec: { template } } as never));
  const text = `spec.template.labels: Invalid value: "${name}": must be no more than 63 bytes`;
  assert.equal(long.message, `Job.batch "${name}" is invalid: ${text}`);
});

test('generateName adds five characters of the reduced alphabet to at most 58', async () => {
  const { client } = await Harness.start();
  const short = await client.create(configMaps, { metadata: { generateName: 'batch-of-', namespace } });
  assert.match(short.metadata.name, /^batch-of-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  const long = await client.create(configMaps, { metadata: { generateName: 'x'.repeat(80), namespace } });
  assert.equal(long.metadata.name.length, 63);
});

test('a name that is taken is refused, and said to be in deletion when it is', async () => {
  const harness = await Harness.start();
  await harness.configMap('a');
  const taken = await refusal(harness.configMap('a'));
  assert.equal(taken.message, 'configmaps "a" already exists');
  await harness.configMap('held', {}, { finalizers: ['example.org/x'] });
  await harness.client.delete(configMaps, { namespace, name: 'held' });
  const held = await refusal(harness.configMap('held'));
  assert.equal(held.message, 'object is being deleted: configmaps "held" already exists');
  assert.equal(held.reason, 'AlreadyExists');
});

test('a body of another namespace, with a resourceVersion or without a name is refused', async () => {
  const { api, client, context, target } = await Harness.start();
  const elsewhere = { metadata: { name: 'a', namespace: 'elsewhere' } };
  const moved = await refusal(api.create(context, target(configMaps), elsewhere, plainWrite));
  assert.equal(moved.code, 400);
  assert.match(moved.message, /^the namespace of the provided object does not match/);
  const versioned = client.create(configMaps, { metadata: { name: 'a', namespace, resourceVersion: '5' } });
  assert.equal((await refusal(versioned)).message, 'resourceVersion should not be set on objects to be created');
  for (const resourceVersion of ['0', '00', 'none', '-1']) {
    const made = await client.create(configMaps, { metadata: { generateName: 'a-', namespace, resourceVersion } });
    assert.match(made.metadata.resourceVersion ?? '', /^[1-9]\d*$/, 'what is no revision counts as none');
  }
  const nameless = await refusal(client.create(configMaps, { metadata: { namespace } }));
  assert.match(nameless.message, /metadata.name: Required value: name or generateName is required$/);
});

test('a dry run answers with everything but a resourceVersion, and stores nothing', async () => {
  const { client, store } = await Harness.start();
  const before = store.revision;
  const made = await client.create(configMaps, { metadata: { name: 'a', namespace } }, { dryRun: true });
  assert.ok(made.metadata.uid !== '');
  assert.equal(made.metadata.resourceVersion, undefined);
  const metadata = { name: 'a', namespace, resourceVersion: '7' };
  assert.equal((await client.create(configMaps, { metadata }, { dryRun: true })).metadata.name, 'a');
  assert.equal((await refusal(client.create(configMaps, { metadata }))).code, 500);
  assert.equal(store.revision, before);
});

test('owner references that are there twice are reduced to one, with a warning', async () => {
  const harness = await Harness.start();
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u-1' };
  const body = { metadata: { name: 'a', ownerReferences: [owner, { ...owner }] } };
  const target = harness.target(configMaps);
  const made = (await harness.api.create(harness.context, target, body, plainWrite)) as typeof body;
  assert.equal(made.metadata.ownerReferences.length, 1);
  assert.match(harness.warnings[0] ?? '', /duplicate UID\(s\) observed: u-1$/);
});

test('who creates owns what it sent and what defaults added, but not what admission did', async () => {
  const harness = await Harness.start();
  const pod = await harness.pod('p');
  const [entry] = pod.metadata.managedFields ?? [];
  assert.equal(entry?.manager, 'test');
  const fields = entry?.fieldsV1 as { 'f:spec': object };
  assert.ok('f:restartPolicy' in fields['f:spec']);
  assert.ok(!('f:serviceAccountName' in fields['f:spec']) && !('f:tolerations' in fields['f:spec']));
  assert.equal((await harness.client.get(pods, pod.metadata)).metadata.managedFields, pod.metadata.managedFields);
});

test('events vanish an hour after their last write', async () => {
  const { client, clock } = await Harness.start();
  const { events } = await import('#kinds/event/event.ts');
  const body = {
    metadata: { name: 'e', namespace },
    involvedObject: { kind: 'Pod', name: 'p', namespace },
    reason: 'R',
  };
  await client.create(events, body as never);
  await clock.advance(50 * 60_000);
  await client.patch(events, { namespace, name: 'e' }, { type: 'merge', body: { count: 2 } });
  await clock.advance(50 * 60_000);
  assert.equal((await client.list(events, {})).items.length, 1);
  await clock.advance(20 * 60_000);
  assert.equal((await client.list(events, {})).items.length, 0);
});

test('an object without a name is Invalid, whatever its kind makes of names', async () => {
  const harness = await Harness.start();
  const { api, context } = harness;
  // Limit ranges that come without a name are given one.
  const named = catalog.filter(
    ({ kind, verbs }) => kind !== 'LimitRange' && verbs.includes('create') && verbs.includes('get'),
  );
  for (const resource of named) {
    const body = decode(resource.schema, {}).value as object;
    const refused = await refusal(api.create(context, harness.target(resource), body, plainWrite));
    assert.ok(
      refused.code === 422 || refused.code === 400 || refused.code === 403,
      `${resource.kind}: ${refused.message}`,
    );
  }
});

test('scenario 15: a generated name that is always taken is given up, for the client to try again', async () => {
  const usual = seededRandom('usual');
  let drawn = 0;
  const stuck = {
    next: () => 0,
    int: () => 0,
    uuid: () => '',
    text: (length: number) => {
      drawn++;
      return 'b'.repeat(length);
    },
  };
  const random = { stream: (name: string) => (name === 'names' ? stuck : usual.stream(name)) };
  const { client } = await Harness.start({ random });
  const body = { metadata: { namespace, generateName: 'g-' } } as never;
  assert.equal((await client.create(configMaps, body)).metadata.name, 'g-bbbbb');
  drawn = 0;
  const refused = await refusal(client.create(configMaps, body));
  assert.deepEqual([refused.code, refused.reason, drawn], [409, 'AlreadyExists', 8]);
  assert.match(refused.message, /not able to generate a unique name/);
  assert.equal(refused.details?.retryAfterSeconds, 1);
});
