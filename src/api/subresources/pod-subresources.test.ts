import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectRequest } from '#api/api.ts';
import { Harness, namespace, refusal } from '#api/test-harness.ts';
import { pods } from '#kinds/pod/pod.ts';

const sized = (cpu: string, more: object = {}): object => ({
  containers: [{ name: 'main', image: 'registry.example/tools/runner:2.4', resources: { requests: { cpu, ...more } } }],
});

const resize = (containers: readonly object[]) => ({ type: 'strategic', body: { spec: { containers } } }) as const;

test('a resize changes what containers ask for, and nothing else', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  await harness.pod('a', sized('100m'));
  const ref = { namespace, name: 'a' };
  const change = [{ name: 'main', image: 'registry.example/other:1', resources: { requests: { cpu: '200m' } } }];
  const resized = await client.patch(pods, ref, resize(change), { subresource: 'resize', fieldManager: 'sizer' });
  const [main] = resized.spec.containers;
  assert.deepEqual(
    [main?.resources, main?.image],
    [{ requests: { cpu: '200m' } }, 'registry.example/tools/runner:2.4'],
  );
  assert.equal(resized.metadata.generation, 2);
  const entry = (resized.metadata.managedFields as readonly { manager: string; subresource?: string }[]).find(
    ({ manager }) => manager === 'sizer',
  );
  assert.equal(entry?.subresource, 'resize');
});

test('a resize keeps the class of quality of service, what is asked for, and all but CPU and memory', async () => {
  const harness = await Harness.start();
  const { client } = harness;
  await harness.pod('a', sized('100m'));
  await harness.pod('b', sized('100m', { 'ephemeral-storage': '1Gi' }));
  const attempt = (name: string, resources: object) =>
    refusal(client.patch(pods, { namespace, name }, resize([{ name: 'main', resources }]), { subresource: 'resize' }));
  const memory = { memory: '1Gi', cpu: '1' };
  const guaranteed = await attempt('a', { requests: memory, limits: memory });
  assert.match(
    guaranteed.message,
    /spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing/,
  );
  const removed = await attempt('a', { requests: { cpu: null, memory: '1Gi' } });
  assert.match(
    removed.message,
    /spec.containers\[0\].resources.requests: Forbidden: resource requests cannot be removed/,
  );
  const other = await attempt('b', { requests: { 'ephemeral-storage': '2Gi' } });
  assert.match(other.message, /spec: Forbidden: only cpu and memory resources are mutable/);
});

test('a stream is refused for the first thing it lacks', async () => {
  const harness = await Harness.start();
  const whole = { command: ['ls'], stdin: false, stdout: true, stderr: true, tty: false, container: '' } as const;
  const why = async (name: string, subresource: string, request: Partial<ConnectRequest>): Promise<string> => {
    const target = harness.target(pods, name, subresource);
    const attempt = harness.api.connect(harness.context, target, { ...whole, upgrade: 'stream', ...request });
    const { code, message } = await refusal(attempt);
    return `${code} ${message}`;
  };
  await harness.pod('a');
  await harness.pod('b', { nodeName: 'n' });
  assert.equal(await why('x', 'exec', { upgrade: 'unknown' }), '404 pods "x" not found');
  assert.equal(await why('a', 'exec', { container: 'other' }), '400 container other is not valid for pod a');
  assert.equal(await why('a', 'portforward', { container: 'other' }), '400 pod a does not have a host assigned');
  assert.equal(await why('b', 'attach', { upgrade: 'none' }), '400 Upgrade request required');
  const none = { stdout: false, stderr: false };
  assert.equal(await why('b', 'attach', none), '400 you must specify at least 1 of stdin, stdout, stderr');
  assert.match(await why('b', 'exec', { command: [] }), /^400 you must specify at least one command/);
  assert.match(await why('b', 'exec', { upgrade: 'unknown' }), /^400 Upgrade request required: .* offers/);
  assert.match(await why('b', 'portforward', {}), /^500 .*nobody answers for node n$/);
  assert.match(await why('b', 'exec', {}), /^500 .*nobody answers for node n$/);
});
