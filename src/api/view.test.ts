import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { events } from '#kinds/event/event.ts';
import { newEvents } from '#kinds/event/new-event.ts';
import { horizontalPodAutoscalers } from '#kinds/horizontal-pod-autoscaler/horizontal-pod-autoscaler.ts';
import { oldHorizontalPodAutoscalers } from '#kinds/horizontal-pod-autoscaler/old-horizontal-pod-autoscaler.ts';

const eventTime = '2026-01-01T00:00:00.000000Z';

const coreEvent = (name: string, reason: string) => ({
  metadata: { name, namespace },
  involvedObject: { kind: 'Pod', name: 'p', namespace },
  reason,
  message: 'hauled in',
  source: {},
  firstTimestamp: null,
  lastTimestamp: null,
  eventTime: null,
  reportingComponent: '',
  reportingInstance: '',
});

const newEvent = (name: string) => ({
  metadata: { name, namespace },
  eventTime,
  reportingController: 'example.org/winch',
  reportingInstance: 'w-1',
  action: 'Haul',
  reason: 'Hauling',
  regarding: { kind: 'Pod', name: 'p', namespace },
  note: 'a note',
  type: 'Normal',
  deprecatedSource: {},
  deprecatedFirstTimestamp: null,
  deprecatedLastTimestamp: null,
});

test('an event written through one resource is read, listed and deleted through the other', async () => {
  const { client } = await Harness.start();
  const a = await client.create(events, coreEvent('a', 'Hauled'));
  const seen = await client.get(newEvents, { namespace, name: 'a' });
  assert.equal(seen.kind, 'Event');
  assert.equal(seen.apiVersion, 'events.k8s.io/v1');
  assert.deepEqual([seen.note, seen.metadata], ['hauled in', a.metadata]);
  const b = await client.create(newEvents, newEvent('b'));
  assert.equal((await client.get(events, { namespace, name: 'b' })).message, 'a note');
  const listed = await client.list(newEvents, { namespace, fieldSelector: 'reason=Hauling,regarding.name=p' });
  assert.deepEqual(listed.items, [b]);
  await client.delete(events, { namespace, name: 'b' });
  await client.deleteCollection(newEvents, { namespace });
  assert.deepEqual((await client.list(events, { namespace })).items, []);
  const missing = await refusal(client.get(newEvents, { namespace, name: 'a' }));
  assert.equal(missing.message, 'events "a" not found');
});

test('a change made through one resource is seen by the watchers of both, each in its own shape', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  await client.create(events, coreEvent('a', 'Hauled'));
  const watch = await harness.watch(newEvents, { namespace, fieldSelector: 'regarding.kind=Pod' });
  const core = await harness.watch(events, { namespace });
  await harness.clock.advance(0);
  assert.deepEqual([watch.take(), core.take()], [['ADDED a'], ['ADDED a']]);
  await client.patch(events, { namespace, name: 'a' }, { type: 'strategic', body: { count: 3 } });
  const [change] = watch.events;
  assert.ok(change?.type === 'MODIFIED');
  assert.equal((change.object as { deprecatedCount?: number }).deprecatedCount, 3);
  assert.deepEqual([watch.take(), core.take()], [['MODIFIED a'], ['MODIFIED a']]);
  const since = (await client.get(newEvents, { namespace, name: 'a' })).metadata.resourceVersion;
  await client.delete(newEvents, { namespace, name: 'a' });
  assert.deepEqual([watch.take(), core.take()], [['DELETED a'], ['DELETED a']]);
  const late = await harness.watch(newEvents, { namespace, resourceVersion: since });
  await harness.clock.advance(0);
  assert.deepEqual(late.take(), ['DELETED a']);
});

test('series and server-side apply reach the stored event through its view', async () => {
  const { client } = await Harness.start();
  await client.create(newEvents, newEvent('a'));
  const series = { count: 2, lastObservedTime: eventTime };
  await client.patch(newEvents, { namespace, name: 'a' }, { type: 'merge', body: { series } });
  assert.deepEqual((await client.get(events, { namespace, name: 'a' })).series, series);
  const { kind, apiVersion } = { kind: 'Event', apiVersion: 'events.k8s.io/v1' };
  const body = { kind, apiVersion, metadata: { name: 'a', namespace }, series: { ...series, count: 3 } };
  const options = { fieldManager: 'recorder', force: true };
  const applied = await client.patch(newEvents, { namespace, name: 'a' }, { type: 'apply', body }, options);
  assert.equal(applied.series?.count, 3);
  assert.equal((await client.get(events, { namespace, name: 'a' })).series?.count, 3);
});

test('an event is kept for an hour, whichever way it was written', async () => {
  const { client, clock } = await Harness.start();
  await client.create(newEvents, newEvent('a'));
  await clock.advance(3_500_000);
  assert.equal((await client.list(events, { namespace })).items.length, 1);
  await clock.advance(200_000);
  assert.equal((await client.list(events, { namespace })).items.length, 0);
});

const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 };
const conditionsKey = 'autoscaling.alpha.kubernetes.io/conditions';
const ref = { namespace, name: 'a' };

test('an autoscaler is one object in two versions, with all that only one of them has fields for', async () => {
  const { client } = await Harness.start();
  const old = await client.create(oldHorizontalPodAutoscalers, { metadata: { name: 'a', namespace }, spec });
  assert.equal(old.spec.targetCPUUtilizationPercentage, 80);
  assert.deepEqual(old.status, { currentReplicas: 0, desiredReplicas: 0 });
  const memory = {
    type: 'Resource',
    resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
  };
  await client.patch(horizontalPodAutoscalers, ref, { type: 'merge', body: { spec: { metrics: [memory] } } });
  const seen = await client.get(oldHorizontalPodAutoscalers, ref);
  assert.equal(seen.spec.targetCPUUtilizationPercentage, undefined);
  await client.update(oldHorizontalPodAutoscalers, { ...seen, spec: { ...seen.spec, maxReplicas: 7 } });
  const now = await client.get(horizontalPodAutoscalers, ref);
  assert.deepEqual([now.spec.maxReplicas, now.spec.metrics], [7, [memory]]);
  assert.equal(now.metadata.annotations, undefined);
});

test('each endpoint writes its own part of an autoscaler, whichever version asks', async () => {
  const { client } = await Harness.start();
  await client.create(horizontalPodAutoscalers, { metadata: { name: 'a', namespace }, spec });
  const conditions = [{ type: 'AbleToScale', status: 'True', lastTransitionTime: null }];
  const noted = { metadata: { annotations: { [conditionsKey]: JSON.stringify(conditions) } } };
  const patch = { type: 'merge', body: { ...noted, status: { desiredReplicas: 2 } } } as const;
  await client.patch(oldHorizontalPodAutoscalers, ref, patch);
  const untouched = (await client.get(horizontalPodAutoscalers, ref)).status;
  assert.deepEqual(untouched, { desiredReplicas: 0, currentMetrics: null });
  await client.patch(oldHorizontalPodAutoscalers, ref, patch, { subresource: 'status' });
  const { status, metadata } = await client.get(horizontalPodAutoscalers, ref);
  assert.deepEqual(status, { desiredReplicas: 2, currentMetrics: null, conditions });
  assert.equal(metadata.annotations, undefined);
  const body = { metadata: { annotations: { 'autoscaling.alpha.kubernetes.io/metrics': '[{"type":"Pods"}]' } } };
  await client.patch(oldHorizontalPodAutoscalers, ref, { type: 'merge', body }, { subresource: 'status' });
  assert.equal((await client.get(horizontalPodAutoscalers, ref)).spec.metrics?.[0]?.type, 'Resource');
});

test('what is wrong with an autoscaler is told of the stored kind', async () => {
  const { client } = await Harness.start();
  const body = { metadata: { name: 'a', namespace }, spec: { ...spec, maxReplicas: 0 } };
  const { message } = await refusal(client.create(oldHorizontalPodAutoscalers, body));
  assert.match(message, /^HorizontalPodAutoscaler\.autoscaling "a" is invalid: \[spec\.maxReplicas: Required value/);
});
