import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { startCluster, type TestCluster } from './cluster.ts';
import { succeeding } from './succeeding.ts';

/** The commands that the first lines of an example say to try, without what they say about them. */
function commandsOf(example: string): readonly string[] {
  const lines = readFileSync(`examples/${example}`, 'utf8').split('\n');
  return lines.flatMap((line) => /^# {3}kubectl (.*?)(?: {2,}(?:#|\().*)?$/.exec(line)?.[1] ?? []);
}

/** The words of a command line whose quotes are single ones. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

/** Whether a command goes on until it is interrupted. */
const isWatch = (command: string): boolean => /(?: -w| --watch)$/.test(command);

const ends: { readonly [example: string]: readonly string[] } = {
  'job.yaml': [],
  'parallel-job.yaml': ['wait --for=condition=complete job/parallel --timeout=60s'],
  'cronjob.yaml': [],
  'daemonset.yaml': ['-n kube-system rollout status ds/log-collector --timeout=60s'],
  'pipeline.yaml': [],
};

/** Every example is tried as its own first lines say, on four nodes. */
describe('the examples', () => {
  let cluster: TestCluster;
  let kubectl: ReturnType<typeof succeeding>;
  before(async () => {
    cluster = await startCluster({ args: ['up', '--nodes', '4'] });
    kubectl = succeeding(cluster, 'v35');
  });
  after(() => cluster.stop());

  /** Runs a command as written; one that goes on and on, until it has printed something. */
  async function run(command: string): Promise<string> {
    if (!isWatch(command)) return kubectl(...wordsOf(command));
    const watch = cluster.watch('v35', ...wordsOf(command));
    await watch.until(/\n.+\n/);
    await watch.stop();
    return watch.output();
  }

  test('are all tried here', () => {
    const manifests = readdirSync('examples').filter((name) => name.endsWith('.yaml'));
    assert.deepEqual(manifests.toSorted(), Object.keys(ends).toSorted());
  });

  for (const [example, end] of Object.entries(ends)) {
    test(`${example} does what its first lines say`, async () => {
      const commands = commandsOf(example);
      assert.ok(commands.length > 1, 'there are commands to try');
      for (const command of [...commands, ...end]) await run(command);
    });
  }

  test('the parallel Job has done its eight pieces of work', async () => {
    assert.match(await kubectl('get', 'job', 'parallel'), /^parallel +Complete +8\/8 /m);
    const said = await kubectl('logs', '-l', 'job-name=parallel', '--tail=-1', '--max-log-requests=8');
    assert.equal(said.match(/^piece of work on parallel-[a-z0-9]{5}$/gm)?.length, 8);
  });

  test('the log collector is where its labels are, and has its limits, mounts and grace', async () => {
    const get = await kubectl('-n', 'kube-system', 'get', 'ds', 'log-collector');
    assert.match(get, /^log-collector +2 +2 +2 +2 +2 +logs=yes +/m);
    assert.match(await kubectl('-n', 'kube-system', 'logs', 'ds/log-collector'), /^collecting logs on node-[12]$/m);
    const described = await kubectl('-n', 'kube-system', 'describe', 'ds', 'log-collector');
    assert.match(described, /Limits:\n +memory: +200Mi\n +Requests:\n +cpu: +100m\n +memory: +200Mi\n/);
    assert.match(described, /\/var\/log from var-log \(ro\)/);
  });
});
