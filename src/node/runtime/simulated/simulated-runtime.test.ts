import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Container, ContainerConfig, Runtime, SandboxConfig } from '#node/runtime/runtime.ts';
import { parseSpan, type Script } from '#node/runtime/simulated/script.ts';
import { createSimulatedRuntime } from '#node/runtime/simulated/simulated-runtime.ts';

const clock = () => new VirtualClock(0);

function runtimeOn(time: VirtualClock, script?: Script): Runtime {
  const options = { clock: time, random: seededRandom('x'), version: '0', ...(script === undefined ? {} : { script }) };
  return createSimulatedRuntime(options);
}

async function start(
  runtime: Runtime,
  changes: Partial<ContainerConfig> = {},
  annotations: SandboxConfig['annotations'] = {},
): Promise<Container> {
  const podUid = 'uid';
  const paths = { logDirectory: '/', directory: '/' };
  await runtime.createSandbox({ podUid, namespace: 'd', name: 'p', hostname: 'p', annotations, ...paths });
  const files = { args: [], mounts: [], logPath: '/', terminationMessagePath: '/' };
  const command = { image: 'i', command: [], workingDirectory: undefined, env: [], user: undefined };
  return runtime.startContainer({
    podUid,
    name: 'c',
    attempt: 0,
    longRunning: false,
    ...files,
    ...command,
    ...changes,
  });
}

async function stateOf(runtime: Runtime): Promise<string> {
  const { state } = (await runtime.list()).containers[0] as Container;
  return state.is === 'exited' ? `exited ${state.exitCode} at ${state.finishedAt}` : state.is;
}

test('annotations say how long and how it ends, attempt by attempt', async () => {
  const time = clock();
  const annotations = { 'sampan.dev/simulate': '[{"run":"5s","exit":2},{"run":"1m30s"}]' };
  for (const [attempt, expected] of [
    [0, 'exited 2 at 5000'],
    [1, 'exited 0 at 95000'],
    [7, 'exited 0 at 185000'],
  ] as const) {
    const runtime = runtimeOn(time);
    await start(runtime, { attempt }, annotations);
    assert.equal(await stateOf(runtime), 'running');
    await time.runUntilIdle();
    assert.equal(await stateOf(runtime), expected);
  }
});

test('unless told otherwise a container succeeds soon, and one that is to stay stays', async () => {
  const time = clock();
  const brief = runtimeOn(time);
  await start(brief);
  const lasting = runtimeOn(time);
  await start(lasting, { longRunning: true });
  await time.advance(1_000);
  assert.match(await stateOf(brief), /^exited 0 at \d+$/);
  assert.equal(await stateOf(lasting), 'running');
  assert(await time.runUntilIdle(0), 'one that stays needs no timer');
});

test('a stop ends it at once with 143, or after the grace with 137 when it ignores that', async () => {
  const time = clock();
  const polite = runtimeOn(time, () => ({}));
  const { id } = await start(polite);
  const stopped = polite.stopContainer(id, 5_000);
  await time.advance(1);
  await stopped;
  assert.equal(await stateOf(polite), 'exited 143 at 0');
  const stubborn = runtimeOn(time, () => ({ ignoreTerm: true }));
  await start(stubborn);
  const long = stubborn.stopContainer(id, 60_000);
  const shorter = stubborn.stopContainer(id, 3_000);
  await time.advance(3_000);
  await Promise.all([long, shorter]);
  assert.equal(await stateOf(stubborn), 'exited 137 at 3001');
});

test('it becomes ready when the script says so, and can fail to start', async () => {
  const time = clock();
  const late = runtimeOn(time, () => ({ ready: 2_000 }));
  assert.equal((await start(late)).unready, true);
  await time.advance(2_000);
  assert.equal((await late.list()).containers[0]?.unready, undefined);
  await assert.rejects(start(runtimeOn(time, () => ({ startError: 'no' }))), { name: 'StartError', message: 'no' });
  await assert.rejects(
    start(runtimeOn(time), {}, { 'sampan.dev/simulate': 'nonsense' }),
    /annotation sampan.dev\/simulate/,
  );
});

test('spans are numbers of milliseconds or texts with units', () => {
  assert.deepEqual([parseSpan(5), parseSpan('250ms'), parseSpan('1m30s'), parseSpan('0.5s')], [5, 250, 90_000, 500]);
  for (const bad of ['', '5', 's', '5x', -1, null]) assert.throws(() => parseSpan(bad), /is no span of time/);
});
