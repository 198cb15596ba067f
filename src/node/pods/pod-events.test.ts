import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { PodEvents } from '#node/pods/pod-events.ts';

test('an event of a container names its place in the pod', () => {
  const paths: unknown[] = [];
  const event = (_pod: unknown, _type: string, reason: string, _message: string, path?: string): void => {
    paths.push([reason, path]);
  };
  const events = new PodEvents({ event } as unknown as ConstructorParameters<typeof PodEvents>[0], false);
  const named = (name: string) => [{ name }];
  const spec = { initContainers: named('a'), containers: named('b'), ephemeralContainers: named('c') };
  const pod = { metadata: { name: 'p', namespace: 'default', uid: 'u' }, spec } as unknown as Pod;
  events.started(pod, 'a');
  events.killing(pod, 'b');
  events.created(pod, 'c');
  events.backOff(pod, 'c');
  assert.deepEqual(paths, [
    ['Started', 'spec.initContainers{a}'],
    ['Killing', 'spec.containers{b}'],
    ['Created', 'spec.ephemeralContainers{c}'],
    ['BackOff', 'spec.ephemeralContainers{c}'],
  ]);
});
