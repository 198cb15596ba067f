import assert from 'node:assert/strict';
import { test } from 'node:test';
import { events } from '#kinds/event/event.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { ExecResult, Runtime } from '#node/runtime/runtime.ts';
import { bind, isGone, reaches, read, type World, world } from '#node/test-world.ts';

/** What a command beside a container does, at a time counted from the pod's start; true is exit code 0. */
type Script = (command: string, runningMs: number) => boolean | Promise<boolean>;

/** A world whose containers can be probed: commands do what the script says. */
async function probedWorld(script: Script): Promise<World> {
  let clock: World['clock'] | undefined;
  const adapt = (runtime: Runtime): Runtime => {
    const exec = async (id: string, [command = '']: readonly string[]): Promise<ExecResult> => {
      const container = (await runtime.list()).containers.find((one) => one.id === id);
      const passed = await script(command, (clock?.now() ?? 0) - (container?.state.startedAt ?? 0));
      return { exitCode: passed ? 0 : 1, output: passed ? '' : `${command} says no`, timedOut: false };
    };
    // Methods of a class stand on its prototype: they are found through it.
    return Object.assign(Object.create(runtime) as Runtime, { probed: true, exec });
  };
  const made = await world(adapt);
  clock = made.clock;
  return made;
}

const exec = (command: string) => ({ exec: { command: [command] } });

function bindOne(it: World, container: object, spec: object = {}) {
  return bind(it, { simulate: {}, spec: { containers: [{ name: 'c', image: 'i', ...container }], ...spec } });
}

async function messages({ client }: World): Promise<string[]> {
  const { items } = await client.list(events, { namespace: 'default' });
  return items.map(({ reason, message, count }) => `${reason} ${message} ×${count ?? 1}`);
}

async function statusOf(it: World) {
  const status = (await read(it)).status.containerStatuses?.[0];
  return [status?.started, status?.ready, status?.restartCount];
}

test('a pod is Ready when its readiness probe passes, and not any more when it fails', async () => {
  const it = await probedWorld((_command, at) => at >= 20_000 && at < 60_000);
  await bindOne(it, { readinessProbe: { ...exec('ready'), periodSeconds: 5, failureThreshold: 2 } });
  await reaches(it, 'Running');
  assert.deepEqual(await statusOf(it), [true, false, 0]);
  const ready = async () => (await read(it)).status.conditions?.find(({ type }) => type === 'Ready')?.status;
  assert.equal(await ready(), 'False');
  await it.clock.advance(20_500);
  assert.equal(await ready(), 'True');
  assert.deepEqual(await statusOf(it), [true, true, 0]);
  await it.clock.advance(46_000);
  assert.equal(await ready(), 'False');
  assert((await messages(it)).some((text) => text.startsWith('Unhealthy Readiness probe failed: ready says no')));
  await it.agent.stop();
});

test('a liveness probe that fails kills the container with its own grace, and it is restarted', async () => {
  const it = await probedWorld((_command, at) => at < 30_000);
  const liveness = { ...exec('live'), periodSeconds: 10, failureThreshold: 2, terminationGracePeriodSeconds: 3 };
  const spec = { restartPolicy: 'Always', terminationGracePeriodSeconds: 600 };
  await bind(it, {
    simulate: { ignoreTerm: true },
    spec: { ...spec, containers: [{ name: 'c', image: 'i', livenessProbe: liveness }] },
  });
  await reaches(it, 'Running');
  await it.clock.advance(42_000);
  assert.deepEqual(await statusOf(it), [true, true, 0]);
  await it.clock.advance(2_000);
  const status = (await read(it)).status.containerStatuses?.[0];
  assert.equal(status?.restartCount, 1);
  assert.equal(status?.lastState.terminated?.exitCode, 137);
  assert.notEqual(status?.state.running, undefined);
  const told = await messages(it);
  assert(told.includes('Killing Container c failed liveness probe, will be restarted ×1'), told.join('; '));
  assert(told.includes('Unhealthy Liveness probe failed: live says no ×2'), told.join('; '));
  await it.agent.stop();
});

test('under Never a container that fails its liveness probe fails the pod', async () => {
  const it = await probedWorld(() => false);
  await bindOne(it, { livenessProbe: { ...exec('live'), failureThreshold: 1 } });
  const pod = await reaches(it, 'Failed', 10_000);
  assert.equal(pod.status.containerStatuses?.[0]?.state.terminated?.exitCode, 143);
  assert((await messages(it)).includes('Killing Container c failed liveness probe ×1'));
  await it.agent.stop();
});

test('until the startup probe passes a container is not started and nothing else is asked', async () => {
  const asked: string[] = [];
  const it = await probedWorld((command, at) => {
    asked.push(command);
    return at >= 12_000;
  });
  const container = {
    startupProbe: { ...exec('startup'), periodSeconds: 4, failureThreshold: 10 },
    livenessProbe: { ...exec('live'), periodSeconds: 1, failureThreshold: 1 },
    readinessProbe: { ...exec('ready'), periodSeconds: 100 },
  };
  await bindOne(it, container);
  await reaches(it, 'Running');
  await it.clock.advance(10_000);
  assert.deepEqual(await statusOf(it), [false, false, 0]);
  assert.deepEqual(new Set(asked), new Set(['startup']));
  await it.clock.advance(3_000);
  assert.deepEqual(await statusOf(it), [true, true, 0]);
  await it.agent.stop();
});

test('the next container waits for the postStart hook of the one before', async () => {
  const hook = Promise.withResolvers<boolean>();
  const it = await probedWorld(() => hook.promise);
  const containers = [
    { name: 'a', image: 'i', lifecycle: { postStart: exec('hook') } },
    { name: 'b', image: 'i' },
  ];
  await bind(it, { simulate: {}, spec: { containers } });
  await it.clock.advance(5_000);
  const names = async () => (await it.runtime.list()).containers.map(({ name }) => name);
  assert.deepEqual(await names(), ['a']);
  assert.equal((await read(it)).status.containerStatuses?.[0]?.started, false);
  hook.resolve(true);
  await reaches(it, 'Running');
  assert.deepEqual(await names(), ['a', 'b']);
  await it.agent.stop();
});

test('a postStart hook that fails kills its container', async () => {
  const it = await probedWorld(() => false);
  await bindOne(it, { lifecycle: { postStart: exec('hook') } });
  await reaches(it, 'Failed', 10_000);
  assert((await messages(it)).includes('FailedPostStartHook PostStartHook failed ×1'));
  await it.agent.stop();
});

test('a preStop hook comes before the stop signal, within the grace', async () => {
  for (const [seconds, gone] of [
    [5, 6_000],
    [60, 13_000],
  ] as const) {
    const it = await probedWorld(() => true);
    const container = { lifecycle: { preStop: { sleep: { seconds } } } };
    await bindOne(it, container, { terminationGracePeriodSeconds: 100 });
    await reaches(it, 'Running');
    await it.client.delete(pods, { namespace: 'default', name: 'p' }, { gracePeriodSeconds: 10 });
    await it.clock.advance(Math.min(seconds, 10) * 1000 - 500);
    assert(!(await isGone(it)));
    assert.notEqual((await read(it)).status.containerStatuses?.[0]?.state.running, undefined);
    await it.clock.advance(gone - Math.min(seconds, 10) * 1000);
    assert(await isGone(it));
    await it.agent.stop();
  }
});

test('a second delete cuts a preStop hook short, and a hook that fails changes nothing but is told', async () => {
  const it = await probedWorld(() => false);
  await bindOne(it, { lifecycle: { preStop: { sleep: { seconds: 100 } } } }, { terminationGracePeriodSeconds: 300 });
  await reaches(it, 'Running');
  await it.client.delete(pods, { namespace: 'default', name: 'p' });
  await it.clock.advance(5_000);
  await it.client.delete(pods, { namespace: 'default', name: 'p' }, { gracePeriodSeconds: 3 });
  await it.clock.advance(4_000);
  assert(await isGone(it));
  await bindOne(it, { lifecycle: { preStop: exec('hook') } });
  await reaches(it, 'Running');
  await it.client.delete(pods, { namespace: 'default', name: 'p' });
  await it.clock.advance(1_000);
  assert(await isGone(it));
  assert((await messages(it)).includes('FailedPreStopHook PreStopHook failed ×1'));
  await it.agent.stop();
});

test('an agent that comes back keeps what was said of a container until the probes know better', async () => {
  const it = await probedWorld((_command, at) => at < 60_000);
  await bindOne(it, { readinessProbe: { ...exec('ready'), periodSeconds: 100, failureThreshold: 1 } });
  await reaches(it, 'Running');
  await it.clock.advance(60_000);
  const { length } = it.seen;
  await it.restart();
  await it.clock.advance(500);
  assert.deepEqual(await statusOf(it), [true, true, 0]);
  assert.equal(it.seen.length, length, 'readiness does not flap');
  await it.clock.advance(100_000);
  assert.deepEqual(await statusOf(it), [true, false, 0]);
  await it.agent.stop();
});
