import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '#base/random.ts';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient, type RemoteClient } from '#client/remote-client.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { ended, freePort, spawnSampan, untilReady } from './cluster.ts';
import { conditionsOf, shellJob, untilFinished } from './jobs.ts';
import { SideWriter } from './side-writer.ts';
import { containerProcesses, cutPower, killContainers, killSampan } from './victims.ts';

const kills = 50;
const completions = 60;
/** A kill comes at most so many times later than a start takes: some before it is ready, most while it works. */
const startsMax = 2.2;
const instantMsMax = 4_000;
const endMsMax = 90_000;
/** In which a new start has seen how all containers fared. */
const settleMs = 3_000;

/** Each pod says that it began, waits for its turn, says that it is done. Turns are handed out with the kills, so that the
 *  Job lasts as long as they do on a machine of any speed. */
const podScript = `
echo "$HOSTNAME" >>"$FOLDER/begun"
until [ "$(wc -l <"$FOLDER/done")" -lt "$(cat "$FOLDER/turns")" ]; do sleep 0.1; done
echo "$HOSTNAME" >>"$FOLDER/done"
`;

const folder = mkdtempSync(path.join(tmpdir(), 'sampan-kill-'));
const dataDir = path.join(folder, 'data');
const kubeconfig = path.join(dataDir, 'kubeconfig');
let server: ChildProcess | undefined;

after(async () => {
  if (server !== undefined) await ended(server, 'SIGKILL');
  await killContainers(dataDir);
  rmSync(folder, { recursive: true, force: true });
});

const seed = process.env.SAMPAN_SEED ?? String(Date.now());

test(`a Job survives ${kills} kills at random instants (SAMPAN_SEED=${seed})`, { timeout: 400_000 }, async (t) => {
  const random = seededRandom(seed).stream('kills');
  const port = await freePort();
  const start = (): ChildProcess => spawnSampan(['up', '--data-dir', dataDir, '--port', String(port)]);
  for (const name of ['begun', 'done']) appendFileSync(path.join(folder, name), '');
  allowTurns(0);
  const before = performance.now();
  server = start();
  await untilReady(server);
  const spanMs = Math.min(instantMsMax, startsMax * (performance.now() - before));
  await withClient((client) => client.create(jobs, longJob()));
  const writer = new SideWriter(kubeconfig);
  const cut = new Set<string>();
  const whole = halves(kills);
  let rounds = 0;
  for (let i = 0; i < kills; i++) {
    const pid = server.pid as number;
    const instantMs = spanMs * random.next();
    const turnMs = instantMs * random.next();
    const ready = untilReady(server).then(
      () => {
        rounds++;
        writer.start();
      },
      () => {},
    );
    await sleep(turnMs);
    allowTurns(Math.floor((completions * i) / kills));
    await sleep(instantMs - turnMs);
    assert.equal(server.exitCode, null, 'the server lives until it is killed');
    if (whole[i] === true) for (const pod of await cutPower(pid, dataDir)) cut.add(pod);
    else await killSampan(pid, dataDir);
    await ready;
    await writer.stop();
    server = start();
  }
  await untilReady(server);
  // Six pods that fail at once make a Job wait for 320 s, as upstream's do; a restart, clean this time, forgets the wait.
  await withClient(untilCounted);
  assert.equal(await ended(server, 'SIGTERM'), 0);
  server = start();
  await untilReady(server);
  writer.start();
  allowTurns(1_000_000);
  const job = await withClient((client) => untilFinished(client, 'long', endMsMax));
  await writer.stop();
  const all = await withClient((client) => client.list(pods, { namespace: 'default', labelSelector: 'job-name=long' }));
  const inPhase = (phase: string): readonly string[] =>
    all.items.filter(({ status }) => status.phase === phase).map(({ metadata }) => metadata.name);
  t.diagnostic(
    `${rounds} times ready, ${writer.writes} writes acknowledged, ${cut.size} pods cut, ${inPhase('Failed').length} failed`,
  );
  const begun = lines('begun');
  assert.deepEqual(
    begun.filter((name, i) => begun.indexOf(name) !== i),
    [],
    'no pod runs twice',
  );
  assert.deepEqual(conditionsOf(job), ['SuccessCriteriaMet/CompletionsReached', 'Complete/CompletionsReached']);
  assert.equal(job.status.succeeded, completions);
  assert.equal(inPhase('Succeeded').length, completions);
  assert.equal(job.status.failed ?? 0, inPhase('Failed').length, 'every failed pod is counted once');
  assert.deepEqual(job.status.uncountedTerminatedPods, {});
  assert.deepEqual(
    inPhase('Failed').filter((name) => !cut.has(name)),
    [],
    'only a power cut fails a pod',
  );
  assert.deepEqual(
    inPhase('Succeeded').filter((name) => !lines('done').includes(name)),
    [],
    'only pods that ended well count',
  );
  assert.equal(all.items.length, inPhase('Succeeded').length + inPhase('Failed').length);
  assert.ok(all.items.every(({ metadata }) => (metadata.finalizers ?? []).length === 0));
  assert.equal(await ended(server, 'SIGTERM'), 0);
  assert.deepEqual(containerProcesses(dataDir), [], 'nothing is left behind');
});

/** As many of the one kind as of the other, in an order of its own. */
function halves(count: number): readonly boolean[] {
  const order = seededRandom(seed).stream('order');
  return Array.from({ length: count }, (_, i) => ({ isWhole: i % 2 === 0, at: order.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ isWhole }) => isWhole);
}

function allowTurns(count: number): void {
  // Replaced in one step, as the pods read it at any moment.
  writeFileSync(path.join(folder, 'turns.part'), `${count}\n`);
  renameSync(path.join(folder, 'turns.part'), path.join(folder, 'turns'));
}

function lines(file: string): readonly string[] {
  return readFileSync(path.join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

async function withClient<T>(use: (client: RemoteClient) => Promise<T>): Promise<T> {
  const client = createRemoteClient({ ...(await readKubeconfig(kubeconfig)), userAgent: 'test' });
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

/** Resolves once no failed pod waits to be counted. */
async function untilCounted(client: RemoteClient): Promise<void> {
  for (let waited = 0; ; waited += 100) {
    const { items } = await client.list(pods, { namespace: 'default', labelSelector: 'job-name=long' });
    const isUncounted = ({ status, metadata }: Pod): boolean =>
      status.phase === 'Failed' && (metadata.finalizers ?? []).length > 0;
    if (waited >= settleMs && !items.some(isUncounted)) return;
    assert.ok(waited < endMsMax, 'failed pods are counted in time');
    await sleep(100);
  }
}

function longJob(): New<Job> {
  const script = `FOLDER=${folder}\n${podScript}`;
  return shellJob('long', script, { completions, parallelism: 6, backoffLimit: 1000 });
}
