import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, namespace, plainWrite, refusal } from '#api/test-harness.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { deployments } from '#kinds/deployment/deployment.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { replicaSets } from '#kinds/replica-set/replica-set.ts';
import { replicationControllers } from '#kinds/replication-controller/replication-controller.ts';
import type { Scale } from '#kinds/scale/schema.ts';
import { statefulSets } from '#kinds/stateful-set/stateful-set.ts';
import { container } from '#kinds/test-objects.ts';
import { decode } from '#schema/decode.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } };
const name = 'web';
const metadata = { name, namespace };

async function made<T extends KubeObject>(harness: Harness, resource: ResourceDefinition<T>, selector: object) {
  const body = { metadata, spec: { replicas: 2, selector, template } };
  await harness.client.create(resource as unknown as ResourceDefinition, body as never);
  return harness.target(resource, name, 'scale');
}

const patchOf = (replicas: number) =>
  ({
    ...plainWrite,
    type: 'merge',
    patch: { text: JSON.stringify({ spec: { replicas } }) },
    force: undefined,
  }) as const;

test('whatever keeps up a number of pods is scaled in one way', async () => {
  const harness = await Harness.start();
  const { api, context } = harness;
  const matchLabels = { app: 'web' };
  const targets = [
    await made(harness, deployments, { matchLabels }),
    await made(harness, replicaSets, { matchLabels }),
    await made(harness, replicationControllers, matchLabels),
    await made(harness, statefulSets, { matchLabels }),
  ];
  for (const target of targets) {
    const shown = (await api.get(context, target, {})) as Scale;
    assert.deepEqual(
      [shown.apiVersion, shown.spec, shown.status],
      ['autoscaling/v1', { replicas: 2 }, { replicas: 0, selector: 'app=web' }],
    );
    const { object } = await api.patch(context, target, patchOf(5));
    assert.deepEqual((object as Scale).spec, { replicas: 5 });
    const { resource } = target;
    const stored = (await harness.client.get(resource, { namespace, name })) as unknown as {
      readonly metadata: { readonly generation?: number };
      readonly spec: { readonly replicas: number };
    };
    assert.deepEqual([stored.spec.replicas, stored.metadata.generation], [5, 2]);
  }
});

test('the scale of any built-in kind can be applied, and belongs to who applied it last by force', async () => {
  const harness = await Harness.start();
  const { api, context } = harness;
  for (const [resource, selector] of [
    [replicationControllers, { app: 'web' }],
    [deployments, { matchLabels: { app: 'web' } }],
  ] as const) {
    const target = await made(harness, resource as ResourceDefinition, selector);
    const value = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec: { replicas: 7 } };
    const request = { ...plainWrite, fieldManager: 'scaler', type: 'apply', patch: { value }, force: false } as const;
    const refused = await refusal(api.patch(context, target, request));
    assert.match(refused.message ?? '', /^Apply failed with 1 conflict: conflict with ".*: \.spec\.replicas$/);
    const { object } = await api.patch(context, target, { ...request, force: true });
    assert.deepEqual((object as Scale).spec, { replicas: 7 });
  }
});

test('a scale that cannot be is refused as a Scale', async () => {
  const harness = await Harness.start();
  const { api, context } = harness;
  const target = await made(harness, deployments, { matchLabels: { app: 'web' } });
  const negative = await refusal(api.patch(context, target, patchOf(-1)));
  assert.equal(
    negative.message,
    'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  );
  const scale = (await api.get(context, target, {})) as Scale;
  const other = { ...scale, metadata: { ...scale.metadata, uid: 'x' } };
  const refused = await refusal(api.update(context, target, other, plainWrite));
  assert.equal(
    refused.message,
    'Operation cannot be fulfilled on deployments/scale.apps "web": Precondition failed: UID in precondition: x, ' +
      `UID in object meta: ${scale.metadata.uid}`,
  );
});

test('people are told of every change that nothing runs, but not of the status, nor of what is refused', async () => {
  const harness = await Harness.start();
  const { api } = harness;
  const notes: string[] = [];
  const context = { ...harness.context, note: (text: string) => notes.push(text) };
  const body = { metadata, spec: { selector: { matchLabels: { app: 'web' } }, template } };
  const whole = harness.target(deployments, name);
  const text = 'Deployments are kept here but nothing starts their pods: Sampan runs Jobs, CronJobs and DaemonSets';
  await api.create(context, harness.target(deployments), decode(deployments.schema, body).value as object, plainWrite);
  assert.deepEqual(notes.splice(0), [text]);
  await api.patch(context, harness.target(deployments, name, 'scale'), patchOf(3));
  assert.deepEqual(notes.splice(0), [text]);
  const status = {
    ...plainWrite,
    type: 'merge',
    patch: { text: '{"status":{"replicas":1}}' },
    force: undefined,
  } as const;
  await api.patch(context, harness.target(deployments, name, 'status'), status);
  await refusal(api.patch(context, whole, { ...patchOf(-3) }));
  assert.deepEqual([notes, harness.warnings], [[], []]);
});
