import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Millis } from '#base/units.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { PodSpec } from '#kinds/pod/schema/spec.ts';
import type { Health } from '#node/pods/health.ts';
import { newMemory, type PodMemory } from '#node/pods/memory.ts';
import { type PodInput, type PodPlan, planPod } from '#node/pods/plan.ts';
import { backOffAfterRestart, backOffDefaults } from '#node/pods/restart.ts';
import type { Container } from '#node/runtime/runtime.ts';
import { stored } from '#testing/stored.ts';

const start = Date.UTC(2026, 0, 1);
const sandbox = { podUid: 'p-uid', namespace: 'default', name: 'p', ip: '10.0.0.9', createdAt: start };

interface Case {
  readonly spec?: object;
  readonly status?: object;
  readonly metadata?: object;
  /** What the runtime has, in short: 'a' runs, 'a=3' exited with 3; `#n` for attempts after the first, `@s` ended so many
   *  seconds after the start. */
  readonly runtime?: readonly string[];
  readonly memory?: Partial<PodMemory>;
  readonly removed?: boolean;
  readonly health?: readonly (readonly [string, Health])[];
  readonly rejection?: PodInput['rejection'];
  /** Seconds since the start. */
  readonly at?: number;
}

function podOf({ spec = {}, status = {}, metadata = {} }: Case): Pod {
  const containers = [{ name: 'a', image: 'i' }];
  const full = { nodeName: 'n', restartPolicy: 'Never', containers, ...spec } as unknown as PodSpec;
  const given = { metadata: { name: 'p', uid: 'p-uid', generation: 1, ...metadata }, spec: full, status };
  return stored(pods, given as unknown as Pod);
}

function containerOf(text: string): Container {
  const [, name = '', attempt = '0', code, at = '1'] =
    /^([a-z0-9]+)(?:#(\d+))?(?:=(\d+))?(?:@(\d+))?$/.exec(text) ?? [];
  const exitCode = Number(code);
  const finishedAt = start + Number(at) * 1000;
  const state: Container['state'] =
    code === undefined
      ? { is: 'running', startedAt: start }
      : {
          is: 'exited',
          startedAt: start,
          finishedAt,
          exitCode,
          reason: exitCode === 0 ? 'Completed' : 'Error',
          message: '',
        };
  return {
    id: `${name}-${attempt}`,
    podUid: 'p-uid',
    name,
    attempt: Number(attempt),
    image: 'i',
    imageId: 'id',
    state,
  };
}

function plan(given: Case): PodPlan {
  return planPod({
    pod: podOf(given),
    removed: given.removed ?? false,
    containers: (given.runtime ?? []).map(containerOf),
    memory: { ...newMemory(start, sandbox), ...given.memory },
    rejection: given.rejection,
    health: new Map(given.health),
    runtimeName: 'process',
    hostIP: '10.0.0.1',
    limits: backOffDefaults,
    now: start + (given.at ?? 1) * 1000,
  });
}

/** What a plan comes to, in one line. */
function brief({ starts, stops, status, over }: PodPlan): string {
  const started = starts.map(({ container, attempt }) => `start ${container.name}#${attempt}`);
  const stopped = stops.map(({ id, grace }) => `stop ${id} ${grace / 1000}s`);
  return [status.phase, ...started, ...stopped, ...(over ? ['over'] : [])].join(', ');
}

const well: Health = { started: true, ready: true, hooking: false, condemned: undefined };
const sick = (grace?: Millis): Health => ({ ...well, condemned: { message: 'it failed', grace } });

const twice = [{ name: 'a' }, { name: 'b' }];
const onFailure = { restartPolicy: 'OnFailure' };
const always = { restartPolicy: 'Always' };
const inits = { initContainers: [{ name: 'i1' }, { name: 'i2' }] };
const sidecar = { initContainers: [{ name: 's', restartPolicy: 'Always' }] };
const sidecars = {
  initContainers: [
    { name: 's1', restartPolicy: 'Always' },
    { name: 's2', restartPolicy: 'Always' },
  ],
};
const deleted = { deletionTimestamp: '2026-01-01T00:00:05Z', deletionGracePeriodSeconds: 5 };

const cases: readonly (readonly [string, Case, string])[] = [
  ['a new pod starts all its containers', { spec: { containers: twice } }, 'Pending, start a#0, start b#0'],
  [
    'a container that fails its probe is killed with the grace of the probe, and the pod goes on',
    { spec: onFailure, status: { phase: 'Running' }, runtime: ['a'], health: [['a-0', sick(7_000)]] },
    'Running, stop a-0 7s',
  ],
  [
    'what was killed for its probe is restarted, even after exit 0',
    { spec: onFailure, runtime: ['a=0'], health: [['a-0', sick()]] },
    'Running, start a#1',
  ],
  [
    'Never: what was killed for its probe stays dead',
    { runtime: ['a=143'], health: [['a-0', sick()]] },
    'Failed, over',
  ],
  [
    'a container of which another image is asked for is stopped',
    { spec: { containers: [{ name: 'a', image: 'other' }] }, status: { phase: 'Running' }, runtime: ['a'] },
    'Running, stop a-0 30s',
  ],
  [
    'what was stopped for its image is started anew, whatever the policy and the back-off say',
    {
      spec: { containers: [{ name: 'a', image: 'other' }] },
      runtime: ['a=143'],
      memory: { outdated: new Set(['a-0']), backOffs: new Map([['a', { delay: 300_000, until: 1e15 }]]) as never },
    },
    'Running, start a#1',
  ],
  [
    'what ended by itself stays as it is when the image changes',
    { spec: { containers: [{ name: 'a', image: 'other' }] }, runtime: ['a=1'] },
    'Failed, over',
  ],
  [
    'a sidecar of which another image is asked for is stopped, an init container goes on',
    {
      spec: {
        initContainers: [
          { name: 's', restartPolicy: 'Always', image: 'x' },
          { name: 'i1', image: 'x' },
        ],
      },
      runtime: ['s', 'i1'],
    },
    'Pending, stop s-0 30s',
  ],
  [
    'while a postStart hook runs nothing else is started',
    { spec: { containers: twice }, runtime: ['a'], health: [['a-0', { ...well, hooking: true }]] },
    'Pending',
  ],
  [
    'a sidecar that has not started holds back what follows',
    { spec: sidecar, runtime: ['s'], health: [['s-0', { ...well, started: false }]] },
    'Pending',
  ],
  ['what runs is left alone', { runtime: ['a'] }, 'Running'],
  ['Never: exit 0 is success', { runtime: ['a=0'] }, 'Succeeded, over'],
  ['Never: another exit is failure', { runtime: ['a=3'] }, 'Failed, over'],
  ['Never: no verdict while a container runs', { spec: { containers: twice }, runtime: ['a=1', 'b'] }, 'Running'],
  ['Never: the verdict comes with the last', { spec: { containers: twice }, runtime: ['a=1', 'b=0'] }, 'Failed, over'],
  ['OnFailure: the first restart is at once', { spec: onFailure, runtime: ['a=1'] }, 'Running, start a#1'],
  ['OnFailure: exit 0 is success', { spec: onFailure, runtime: ['a#1=0', 'a=1'] }, 'Succeeded, over'],
  [
    'OnFailure: only the failed one is restarted',
    { spec: { ...onFailure, containers: twice }, runtime: ['a=0', 'b=1'] },
    'Running, start b#1',
  ],
  ['Always: exit 0 is restarted', { spec: always, runtime: ['a=0'] }, 'Running, start a#1'],
  ['init containers come one by one', { spec: inits }, 'Pending, start i1#0'],
  ['the next init container waits', { spec: inits, runtime: ['i1'] }, 'Pending'],
  ['the next init container follows exit 0', { spec: inits, runtime: ['i1=0'] }, 'Pending, start i2#0'],
  ['regular containers follow the last', { spec: inits, runtime: ['i1=0', 'i2=0'] }, 'Pending, start a#0'],
  ['Never: a failed init container fails the pod', { spec: inits, runtime: ['i1=1'] }, 'Failed, over'],
  [
    'Always: a failed init container is tried again',
    { spec: { ...inits, ...always }, runtime: ['i1=1'] },
    'Pending, start i1#1',
  ],
  ['finished init containers are not rerun when their record is gone', { spec: inits, runtime: ['a'] }, 'Running'],
  ['a running sidecar lets the next go', { spec: sidecar, runtime: ['s'] }, 'Pending, start a#0'],
  ['a sidecar is restarted under Never', { spec: sidecar, runtime: ['s=1', 'a'] }, 'Running, start s#1'],
  [
    'the main container ends: the sidecar is stopped first',
    { spec: sidecar, status: { phase: 'Running' }, runtime: ['s', 'a=0'] },
    'Running, stop s-0 30s',
  ],
  ['the verdict follows the sidecar, and ignores it', { spec: sidecar, runtime: ['s=137', 'a=0'] }, 'Succeeded, over'],
  [
    'sidecars stop last first',
    { spec: sidecars, status: { phase: 'Running' }, runtime: ['s1', 's2', 'a=0'] },
    'Running, stop s2-0 30s',
  ],
  [
    'a deleted pod stops with its grace',
    { metadata: deleted, status: { phase: 'Running' }, runtime: ['a'] },
    'Running, stop a-0 5s',
  ],
  ['a deleted pod is not restarted', { metadata: deleted, spec: always, runtime: ['a=143'] }, 'Failed, over'],
  [
    'a deleted pod whose containers end well has succeeded',
    { metadata: deleted, spec: always, runtime: ['a=0'] },
    'Succeeded, over',
  ],
  ['a deleted pod that never began has failed', { metadata: deleted }, 'Failed, over'],
  [
    'main containers stop before sidecars',
    { spec: sidecar, metadata: deleted, runtime: ['s', 'a'] },
    'Running, stop a-0 5s',
  ],
  [
    'no grace is below two seconds',
    { metadata: { ...deleted, deletionGracePeriodSeconds: 1 }, runtime: ['a'] },
    'Running, stop a-0 2s',
  ],
  ['a pod gone from the API is stopped', { removed: true, runtime: ['a'] }, ', stop a-0 30s'],
  ['a finished pod never starts anything', { status: { phase: 'Failed' } }, 'Failed, over'],
  ['a refused pod has failed', { rejection: { reason: 'OutOfcpu', message: 'm' } }, 'Failed, over'],
  [
    'the deadline stops what runs',
    { spec: { activeDeadlineSeconds: 3 }, status: { phase: 'Running' }, runtime: ['a'], at: 3 },
    'Running, stop a-0 30s',
  ],
  [
    'the deadline fails the pod whatever its codes',
    { spec: { activeDeadlineSeconds: 3 }, runtime: ['a=0@9'], at: 3 },
    'Failed, over',
  ],
];

for (const [promise, given, expected] of cases) {
  test(promise, () => assert.equal(brief(plan(given)), expected));
}

/** Restarts a container that fails at once, again and again, and notes the seconds between exit and start. */
function restartGaps(count: number, runs: Millis): number[] {
  const gaps: number[] = [];
  let backOffs: PodMemory['backOffs'] = new Map();
  let finished = start;
  for (let attempt = 0; attempt < count; attempt++) {
    const given = { spec: onFailure, runtime: [`a#${attempt}=1@${(finished - start) / 1000}`], memory: { backOffs } };
    const waiting = plan({ ...given, at: (finished - start) / 1000 });
    const due = waiting.checkAt ?? finished;
    const order = plan({ ...given, at: (due - start) / 1000 }).starts[0];
    assert.equal(order?.attempt, attempt + 1);
    gaps.push((due - finished) / 1000);
    const backOff = backOffs.get('a');
    backOffs = new Map([['a', nextBackOff(backOff, finished, due)]]);
    finished = due + runs;
  }
  return gaps;
}

function nextBackOff(old: ReturnType<PodMemory['backOffs']['get']>, finished: Millis, now: Millis) {
  return backOffAfterRestart(old, finished, now, backOffDefaults);
}

test('restarts wait 0, 10, 20, 40 … 300 seconds from the exit, and a long run forgets that', () => {
  assert.deepEqual(restartGaps(8, 1_000), [0, 10, 20, 40, 80, 160, 300, 300]);
  assert.deepEqual(restartGaps(3, 601_000), [0, 0, 0]);
});

test('a container in back-off says so, keeps its exit as last state, and the pod runs on', () => {
  const backOffs = new Map([['a', { delay: 20_000, updatedAt: start }]]);
  const { status, checkAt, inBackOff } = plan({ spec: onFailure, runtime: ['a#2=1@5'], memory: { backOffs }, at: 6 });
  const [a] = status.containerStatuses ?? [];
  const message = 'back-off 20s restarting failed container=a pod=p_default(p-uid)';
  assert.deepEqual(a?.state, { waiting: { reason: 'CrashLoopBackOff', message } });
  assert.equal(a?.lastState.terminated?.exitCode, 1);
  assert.deepEqual([a?.restartCount, status.phase, checkAt], [2, 'Running', start + 25_000]);
  assert.deepEqual(inBackOff, [{ container: 'a', attempt: 2 }]);
});

test('a terminal phase is withheld while anything can still run, and final ever after', () => {
  const deadline = { spec: { activeDeadlineSeconds: 3 }, status: { phase: 'Running' }, at: 5 };
  const during = plan({ ...deadline, runtime: ['a'] });
  assert.deepEqual([during.status.phase, during.status.reason], ['Running', undefined]);
  const memory = { ending: during.ending };
  const after = plan({ ...deadline, runtime: ['a=137'], memory, at: 40 });
  assert.deepEqual([after.status.phase, after.status.reason], ['Failed', 'DeadlineExceeded']);
  assert.equal(after.status.message, 'Pod was active on the node longer than the specified deadline');
  const finished = podOf({ status: { phase: 'Succeeded', reason: 'x' } });
  assert.deepEqual(plan({ status: finished.status, runtime: ['a=1'] }).status, finished.status);
});

test('grace shrinks when a shorter one is given, and never grows', () => {
  const ending = plan({ metadata: deleted, runtime: ['a'] }).ending;
  const sooner = { ...deleted, deletionGracePeriodSeconds: 2 };
  const later = { ...deleted, deletionGracePeriodSeconds: 60 };
  assert.equal(plan({ metadata: sooner, memory: { ending }, at: 3 }).ending?.grace, 2_000);
  assert.equal(plan({ metadata: later, memory: { ending }, at: 3 }).ending?.grace, 5_000);
});

test('a container that the runtime lost while it ran ends as unknown, once', () => {
  const running = {
    name: 'a',
    state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
    lastState: {},
    restartCount: 1,
  };
  const status = { phase: 'Running', containerStatuses: [{ ...running, ready: true, image: 'i', imageID: '' }] };
  const never = plan({ status });
  const [a] = never.status.containerStatuses ?? [];
  assert.deepEqual([never.status.phase, a?.state.terminated?.exitCode, a?.restartCount], ['Failed', 137, 1]);
  assert.equal(a?.state.terminated?.reason, 'ContainerStatusUnknown');
  assert.equal(brief(plan({ spec: onFailure, status })), 'Running, start a#2');
});

test('a failed start counts as an exit: final under Never, restarted under OnFailure', () => {
  const failedStarts = [{ container: 'a', attempt: 0, exitCode: 128, message: 'no such command', at: start }];
  const never = plan({ memory: { failedStarts } });
  const { terminated } = never.status.containerStatuses?.[0]?.state ?? {};
  assert.deepEqual([never.status.phase, terminated?.exitCode, terminated?.reason], ['Failed', 128, 'StartError']);
  assert.equal(brief(plan({ spec: onFailure, memory: { failedStarts } })), 'Running, start a#1');
});

test('what cannot be created yet waits with its reason, pending, and is tried again', () => {
  const blocked = new Map([
    [
      'a',
      {
        reason: 'CreateContainerConfigError',
        message: 'configmap "x" not found',
        delay: 10_000,
        retryAt: start + 10_000,
      },
    ],
  ]);
  const waiting = plan({ memory: { blocked }, at: 5 });
  const reason = { reason: 'CreateContainerConfigError', message: 'configmap "x" not found' };
  assert.deepEqual(waiting.status.containerStatuses?.[0]?.state, { waiting: reason });
  assert.deepEqual([waiting.status.phase, waiting.starts.length, waiting.checkAt], ['Pending', 0, start + 10_000]);
  assert.equal(brief(plan({ memory: { blocked }, at: 10 })), 'Pending, start a#0');
});

test('conditions and statuses tell how far a pod with init containers is', () => {
  const conditions = (given: Case) =>
    Object.fromEntries(
      (plan({ spec: inits, ...given }).status.conditions ?? []).map((c) => [c.type, c.message ?? c.status]),
    );
  const first = conditions({ runtime: ['i1'] });
  assert.equal(first.Initialized, 'containers with incomplete status: [i1 i2]');
  assert.equal(first.Ready, 'containers with unready status: [a]');
  assert.equal(conditions({ runtime: ['i1=0', 'i2'] }).Initialized, 'containers with incomplete status: [i2]');
  const ready = conditions({ runtime: ['i1=0', 'i2=0', 'a'] });
  assert.deepEqual([ready.Initialized, ready.Ready, ready.ContainersReady], ['True', 'True', 'True']);
  const waiting = plan({ spec: inits, runtime: ['i1'] }).status;
  assert.deepEqual(waiting.containerStatuses?.[0]?.state, { waiting: { reason: 'PodInitializing' } });
});

test('a deleted pod that never finished its init containers blames the first of them', () => {
  const { status } = plan({ spec: inits, metadata: deleted });
  const exits = status.initContainerStatuses?.map(({ state }) => state.terminated?.exitCode ?? state.waiting?.reason);
  assert.deepEqual(exits, [137, 'PodInitializing']);
  assert.deepEqual(status.containerStatuses?.[0]?.state, { waiting: { reason: 'PodInitializing' } });
});

test('addresses, start time and generation are those of the node, the first sight and the pod', () => {
  const { status } = plan({ runtime: ['a'] });
  assert.deepEqual([status.hostIP, status.podIP, status.startTime], ['10.0.0.1', '10.0.0.9', '2026-01-01T00:00:00Z']);
  assert.equal(status.observedGeneration, 1);
  assert.equal(status.containerStatuses?.[0]?.containerID, 'process://a-0');
});

test('a restart rule by exit code wins over the policy', () => {
  const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
  const spec = { containers: [{ name: 'a', restartPolicy: 'Never', restartPolicyRules }] };
  assert.equal(brief(plan({ spec, runtime: ['a=42'] })), 'Running, start a#1');
  assert.equal(brief(plan({ spec, runtime: ['a=1'] })), 'Failed, over');
});

test('an ephemeral container is started beside the others, once, and counts for nothing', () => {
  const guests = (...names: string[]) => ({
    spec: { ephemeralContainers: names.map((name) => ({ name, image: 'i' })) },
  });
  assert.equal(brief(plan({ ...guests('g'), runtime: ['a'] })), 'Running, start g#0');
  const always = { spec: { ...guests('g').spec, restartPolicy: 'Always' } };
  assert.equal(brief(plan({ ...always, runtime: ['a', 'g=3'] })), 'Running');
  const ran = { ...guests('g'), status: { phase: 'Running' } };
  assert.equal(brief(plan({ ...ran, runtime: ['a=0', 'g'] })), 'Running, stop g-0 30s');
  assert.equal(brief(plan({ ...guests('g'), runtime: ['a=0', 'g=137'] })), 'Succeeded, over');
  const { status } = plan({ ...guests('h', 'g'), runtime: ['a', 'g=3'] });
  assert.deepEqual(
    status.ephemeralContainerStatuses?.map(({ name, ready, started, state }) => [
      name,
      ready,
      started,
      state.terminated?.exitCode ?? state.waiting?.reason,
    ]),
    [
      ['g', false, undefined, 3],
      ['h', false, undefined, 'ContainerCreating'],
    ],
  );
  assert.deepEqual(
    status.containerStatuses?.map(({ name }) => name),
    ['a'],
  );
});

test('an ephemeral container that ended is not started by an agent that knows it from the API alone', () => {
  const spec = { ephemeralContainers: [{ name: 'g', image: 'i' }] };
  const exit = { exitCode: 3, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:01Z' };
  const former = { name: 'g', restartCount: 0, ready: false, image: 'i', imageID: '', lastState: {} };
  const status = { ephemeralContainerStatuses: [{ ...former, state: { terminated: exit } }] };
  assert.equal(brief(plan({ spec, status, runtime: ['a'] })), 'Running');
});
