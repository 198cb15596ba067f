import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster, type TestCluster } from './cluster.ts';
import { runCommand } from './commands.ts';
import { clientsFolder, type KubectlVersion } from './kubectl.ts';
import { matchesTranscript, parseTranscript, type Step } from './transcript.ts';

export const transcriptsFolder = path.resolve('test/black-box/transcripts');
const versions = ['v32', 'v35'] as const satisfies readonly KubectlVersion[];

/**
 * Plays each topic's transcript with both versions of the clients, in a namespace and a folder of its own, all of them on one
 * cluster of two nodes. The commands find $NS, $NODE and $EXAMPLES; $FROM is what kubectl adds since 1.34 when something was deleted.
 */
export function playTranscripts(title: string, topics: readonly string[]): void {
  describe(title, { concurrency: 2 }, () => {
    let cluster: TestCluster;
    const home = mkdtempSync(path.join(tmpdir(), 'sampan-transcripts-'));
    before(async () => {
      cluster = await startCluster({ args: ['up', '--nodes', '2'] });
    });
    after(async () => {
      await cluster.stop();
      rmSync(home, { recursive: true, force: true });
    });
    for (const topic of topics) {
      for (const [index, version] of versions.entries()) {
        const node = `node-${index + 1}`;
        describe(`${topic}, ${version}`, { concurrency: 1 }, () =>
          playTopic(topic, version, node, home, () => cluster),
        );
      }
    }
  });
}

function playTopic(topic: string, version: KubectlVersion, NODE: string, home: string, cluster: () => TestCluster) {
  const NS = `${topic}-${version}`;
  const variables = { NS, NODE, FROM: version === 'v32' ? '' : ` from ${NS} namespace` };
  const cwd = path.join(home, NS);
  const env = {
    ...variables,
    EXAMPLES: path.resolve('examples'),
    // Clients keep there what they have learnt of the API: one place for each version saves them asking again.
    HOME: path.join(home, version),
    KUBECONFIG: path.join(cwd, 'kubeconfig'),
    PATH: `${clientsFolder(version)}:${process.env.PATH}`,
  };
  before(async () => {
    mkdirSync(cwd);
    cpSync(cluster().kubeconfig, env.KUBECONFIG);
    const context = `kubectl config set-context --current --namespace ${NS}`;
    assert.match(await shell(`kubectl create namespace ${NS} && ${context}`, env, cwd), /modified/);
  });
  let failed = false;
  for (const section of parseTranscript(readFileSync(path.join(transcriptsFolder, `${topic}.txt`), 'utf8'), version)) {
    test(`${section.title} (${NS})`, async (t) => {
      if (failed) return t.skip('what it builds on has failed');
      failed = true;
      for (const step of section.steps) await play(step, (command) => shell(command, env, cwd), variables);
      failed = false;
    });
  }
}

/** Runs a command and holds what it prints to the transcript, again and again for half a minute if it may take time. */
async function play(
  step: Step,
  run: (command: string) => Promise<string>,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  const attempts = step.eventually ? 100 : 1;
  for (let attempt = 1; ; attempt++) {
    const output = await run(step.command);
    if (matchesTranscript(output, step.expected, variables)) return;
    if (attempt < attempts) await sleep(300);
    else
      assert.fail(`line ${step.line}: ${step.command}\nprinted:\n${output}\ninstead of:\n${step.expected.join('\n')}`);
  }
}

async function shell(command: string, env: NodeJS.ProcessEnv, cwd: string): Promise<string> {
  const { code, stdout } = await runCommand('sh', ['-c', `exec 2>&1\n${command}`], { env, cwd, timeoutMs: 90_000 });
  return code === 0 ? stdout : `${stdout}${stdout === '' || stdout.endsWith('\n') ? '' : '\n'}[exit ${code}]\n`;
}
