import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient, type RemoteClient } from '#client/remote-client.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { controllerOf } from '#kinds/meta/owners.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { startCluster, type TestCluster } from './cluster.ts';
import { type History, watchHistory } from './history.ts';
import { succeeding } from './succeeding.ts';

const minuteMs = 60_000;
/** What has to be created before a minute begins needs so much of the one before. */
const roomMs = 15_000;
const longer = 90;

/** Two real minutes of several CronJobs at once; each test looks at one of them after the second minute. */
describe('CronJobs through two minutes', () => {
  let cluster: TestCluster;
  let client: RemoteClient;
  let kubectl: ReturnType<typeof succeeding>;
  let history: History<Job>;
  let started: History<Pod>;
  /** The two minutes, in milliseconds. */
  let slots: readonly [number, number];

  before(async () => {
    cluster = await startCluster();
    client = createRemoteClient({ ...(await readKubeconfig(cluster.kubeconfig)), userAgent: 'test' });
    kubectl = succeeding(cluster, 'v32');
    history = await watchHistory(client, jobs, { namespace: 'default' });
    started = await watchHistory(client, pods, { namespace: 'default' });
    const left = minuteMs - (Date.now() % minuteMs);
    if (left < roomMs) await sleep(left);
    const first = (Math.floor(Date.now() / minuteMs) + 1) * minuteMs;
    slots = [first, first + minuteMs];
    const brief = '["sh", "-c", "echo done"]';
    await create('brief', brief);
    await create('paused', brief);
    for (const policy of ['Allow', 'Forbid', 'Replace']) {
      await create(policy.toLowerCase(), `["sleep", "${longer}"]`, `concurrencyPolicy: ${policy}`);
    }
    await create('kept', brief, 'suspend: true');
    await create('failing', '["sh", "-c", "exit 1"]', 'suspend: true');
    assert.ok(Date.now() < first, 'all are there before the minute begins');
  });
  after(async () => {
    client.close();
    await cluster.stop();
  });

  function create(name: string, command: string, more = 'suspend: false'): Promise<string> {
    const file = path.join(cluster.dataDir, `${name}.yaml`);
    writeFileSync(
      file,
      `apiVersion: batch/v1
kind: CronJob
metadata:
  name: ${name}
spec:
  schedule: "* * * * *"
  ${more}
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 1
          containers:
            - name: main
              image: busybox
              command: ${command}
`,
    );
    return kubectl('create', '-f', file);
  }

  const ownedBy =
    (name: string) =>
    (job: Job): boolean =>
      controllerOf(job)?.name === name;

  /** Every Job that a CronJob ever had, in the order of their creation. */
  function madeBy(name: string): readonly Job[] {
    return history.events.flatMap(({ type, object }) => (type === 'ADDED' && ownedBy(name)(object) ? [object] : []));
  }

  /** Its Jobs that are there now. */
  function jobsOf(name: string): readonly Job[] {
    return [...history.current().values()].filter(ownedBy(name));
  }

  function slotOf({ metadata }: Job): number {
    return Date.parse(metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? '');
  }

  function eventsOf(name: string, ...reasons: readonly string[]): Promise<string> {
    const fields = `involvedObject.kind=CronJob,involvedObject.name=${name}`;
    return kubectl('get', 'events', '--field-selector', fields).then((text) =>
      reasons.map((reason) => new RegExp(` ${reason} `).test(text)).join(),
    );
  }

  test('history limits keep three that completed and one that failed', async () => {
    for (const [name, runs] of [
      ['kept', 5],
      ['failing', 3],
    ] as const) {
      for (let run = 1; run <= runs; run++) {
        const job = `${name}-now-${run}`;
        assert.equal(await kubectl('create', 'job', job, `--from=cronjob/${name}`), `job.batch/${job} created\n`);
        await history.until(`${job} has ended`, ({ events }) =>
          events.some(({ object }) => object.metadata.name === job && isFinished(object)),
        );
      }
    }
    await history.until('the history is within its limits', () => jobsOf('kept').length === 3);
    await history.until('the history is within its limits', () => jobsOf('failing').length === 1);
  });

  test('fire within a second of the minute, and their pods run at once', { timeout: 4 * minuteMs }, async () => {
    const firing = ['brief', 'paused', 'allow', 'forbid', 'replace'];
    const fired = (name: string, count: number): boolean => madeBy(name).length >= count;
    await history.until('all have fired', () => firing.every((name) => fired(name, 1)), 2 * minuteMs);
    await kubectl('patch', 'cronjob', 'paused', '-p', '{"spec":{"suspend":true}}');
    await history.until(
      'they have fired again',
      () => ['brief', 'allow', 'replace'].every((name) => fired(name, 2)),
      90_000,
    );
    for (const name of firing) {
      for (const [at, job] of madeBy(name).entries()) {
        assert.equal(slotOf(job), slots[at], `${job.metadata.name} is for its minute`);
        assert.equal(Date.parse(job.metadata.creationTimestamp), slots[at], 'made in the first second of it');
        assert.equal(job.metadata.name, `${name}-${(slots[at] ?? 0) / minuteMs}`);
      }
    }
    const firstPod = started.events.find(
      ({ object }) => object.metadata.labels?.['job-name'] === `brief-${slots[0] / minuteMs}`,
    );
    assert.ok(
      Date.parse(firstPod?.object.status.startTime ?? firstPod?.object.metadata.creationTimestamp ?? '') <=
        slots[0] + 2000,
    );
  });

  test('Allow runs the next beside the last', async () => {
    assert.equal(jobsOf('allow').filter((job) => !isFinished(job)).length, 2);
  });

  test('Forbid waits for the last', async () => {
    assert.equal(madeBy('forbid').length, 1);
    assert.equal(await eventsOf('forbid', 'JobAlreadyActive'), 'true');
  });

  test('Replace puts the next in the place of the last', async () => {
    await history.until('the first has gone', () => jobsOf('replace').length === 1);
    assert.deepEqual(jobsOf('replace').map(slotOf), [slots[1]]);
    assert.equal(await eventsOf('replace', 'SuccessfulDelete', 'SuccessfulCreate'), 'true,true');
  });

  test('suspend stops it', async () => {
    assert.equal(madeBy('paused').length, 1);
    assert.deepEqual(
      madeBy('kept')
        .map(slotOf)
        .filter((slot) => !Number.isNaN(slot)),
      [],
    );
  });

  test('kubectl get shows the schedule, who is active, and when it last ran', async () => {
    await history.until('what is brief has ended', () => jobsOf('brief').every(isFinished));
    const rows = await kubectl('get', 'cronjobs');
    assert.match(rows, /^NAME +SCHEDULE +TIMEZONE +SUSPEND +ACTIVE +LAST SCHEDULE +AGE$/m);
    const row = (name: string, suspend: string, active: number): RegExp =>
      new RegExp(`^${name} +\\* \\* \\* \\* \\* +<none> +${suspend} +${active} +\\d\\S* +\\d\\S*$`, 'm');
    assert.match(rows, row('brief', 'False', 0));
    assert.match(rows, row('allow', 'False', 2));
    assert.match(rows, row('forbid', 'False', 1));
    assert.match(rows, row('replace', 'False', 1));
    assert.match(rows, row('paused', 'True', 0));
    assert.match(rows, /^kept +\* \* \* \* \* +<none> +True +0 +<none> +/m);
    assert.equal(await kubectl('logs', `job/${madeBy('brief')[0]?.metadata.name}`), 'done\n');
  });

  test('going, takes its Jobs and their pods along', async () => {
    assert.equal(await kubectl('delete', 'cronjob', 'allow'), 'cronjob.batch "allow" deleted\n');
    await history.until('its Jobs are gone', () => jobsOf('allow').length === 0);
    await started.until('their pods are gone', ({ current }) =>
      [...current().keys()].every((name) => !name.startsWith('allow-')),
    );
  });
});
