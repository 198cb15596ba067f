import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Harness, refusal } from '#api/test-harness.ts';
import { runtimeClasses } from '#kinds/runtime-class/runtime-class.ts';
import { mergeTolerations } from './merge-tolerations.ts';

const notReady = {
  key: 'node.kubernetes.io/not-ready',
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
};
const unreachable = { ...notReady, key: 'node.kubernetes.io/unreachable' };

async function withClass(name: string, more: object): Promise<Harness> {
  const harness = await Harness.start();
  await harness.client.create(runtimeClasses, { metadata: { name }, handler: 'runsc', ...more });
  return harness;
}

test('a pod may name only a runtime class that is there', async () => {
  const harness = await withClass('sandboxed', {});
  const named = await refusal(harness.pod('p', { runtimeClassName: 'gvisor' }));
  assert.equal(named.message, 'pods "p" is forbidden: pod rejected: RuntimeClass "gvisor" not found');
  assert.equal((await harness.pod('p', { runtimeClassName: 'sandboxed' })).spec.runtimeClassName, 'sandboxed');
});

test('the overhead of a pod is that of its class, and nobody else says it', async () => {
  const harness = await withClass('heavy', { overhead: { podFixed: { cpu: '250m', memory: '64Mi' } } });
  const { spec } = await harness.pod('a', { runtimeClassName: 'heavy' });
  assert.deepEqual(spec.overhead, { cpu: '250m', memory: '64Mi' });
  const same = { cpu: '0.25', memory: '65536Ki' };
  assert.deepEqual(
    (await harness.pod('b', { runtimeClassName: 'heavy', overhead: same })).spec.overhead,
    spec.overhead,
  );
  const prefix = 'pods "c" is forbidden: pod rejected: ';
  const other = await refusal(harness.pod('c', { runtimeClassName: 'heavy', overhead: { cpu: '1' } }));
  assert.equal(other.message, `${prefix}Pod's Overhead doesn't match RuntimeClass's defined Overhead`);
  const alone = await refusal(harness.pod('c', { overhead: { cpu: '100m' } }));
  assert.equal(alone.message, `${prefix}Pod Overhead set without corresponding RuntimeClass defined Overhead`);
});

test('a pod goes where its class can be had', async () => {
  const taint = { key: 'sandboxed', operator: 'Exists' };
  const harness = await withClass('here', {
    scheduling: { nodeSelector: { runtime: 'gvisor' }, tolerations: [taint] },
  });
  const bare = await harness.pod('a', { runtimeClassName: 'here' });
  assert.deepEqual(bare.spec.nodeSelector, { runtime: 'gvisor' });
  assert.deepEqual(bare.spec.tolerations, [notReady, unreachable, taint]);
  const picky = await harness.pod('b', { runtimeClassName: 'here', nodeSelector: { zone: 'z', runtime: 'gvisor' } });
  assert.deepEqual(picky.spec.nodeSelector, { zone: 'z', runtime: 'gvisor' });
  assert.equal(
    (await refusal(harness.pod('c', { runtimeClassName: 'here', nodeSelector: { runtime: 'kata' } }))).message,
    'pods "c" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[runtime] = gvisor; ' +
      'pod.spec.nodeSelector[runtime] = kata',
  );
});

test('merged tolerations say each thing once, and what a wider one says not at all', () => {
  const exact = { key: 'a', operator: 'Equal', value: '1', effect: 'NoSchedule' };
  const anyValue = { key: 'a', operator: 'Exists', effect: 'NoSchedule' };
  const anyEffect = { key: 'a', operator: 'Exists' };
  const brief = { key: 'b', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
  const lasting = { key: 'b', operator: 'Exists', effect: 'NoExecute' };
  const all = { operator: 'Exists' };
  assert.deepEqual(mergeTolerations([exact], [exact]), [exact]);
  assert.deepEqual(mergeTolerations([exact], [anyValue]), [anyValue]);
  assert.deepEqual(mergeTolerations([anyEffect, brief], [anyValue, lasting]), [anyEffect, lasting]);
  assert.deepEqual(mergeTolerations([lasting], [brief]), [lasting]);
  assert.deepEqual(mergeTolerations([exact, brief], [all]), [all]);
  assert.deepEqual(mergeTolerations([exact], [{ ...exact, value: '2' }]), [exact, { ...exact, value: '2' }]);
});
