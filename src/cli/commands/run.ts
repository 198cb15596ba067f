import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Cluster, startCluster } from '#app/cluster.ts';
import { type ConfigChoices, completeConfig, logLevelOf, readConfigFile } from '#app/config.ts';
import { createManifests } from '#app/create-manifests.ts';
import { type Manifest, ManifestError, readManifests } from '#app/manifests.ts';
import { catalog } from '#kinds/catalog.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import { isApiError } from '#kinds/meta/errors.ts';
import { type Arguments, type Command, UsageError } from '../command.ts';
import { interrupted } from '../interrupt.ts';
import { JobFollower } from '../job-follower.ts';
import { objectTable } from '../object-table.ts';
import { progressLine, StatusLine, shownJob } from '../progress.ts';
import { shellWord } from '../shell-word.ts';
import { missingPredecessors } from '../waiting-jobs.ts';

const exitCodes = { complete: 0, failed: 1, refused: 2, interrupted: 130 } as const;

export const command: Command = {
  summary: 'Run the Jobs of some manifests in a private cluster, show their output, and leave nothing behind.',
  usage: 'FILE… [--keep] [--config FILE]',
  takesFiles: true,
  notes: `A FILE is YAML or JSON with one or more objects, a folder of such files, or - for standard input.
Exit codes: 0 all Jobs are Complete, 1 one has Failed, 2 a manifest was refused, 130 interrupted.`,
  options: {
    keep: { type: 'boolean', help: 'stay up afterwards, for kubectl' },
    config: { type: 'string', value: 'FILE', help: 'a YAML file with an image map; logLevel counts too' },
    'log-level': { type: 'string', value: 'LEVEL', help: 'debug, info, warn, error or silent (default warn)' },
  },
  run: async (args) => {
    if (args.files.length === 0)
      throw new UsageError('which file? As in: sampan run job.yaml ("-" reads standard input)');
    try {
      const manifests = await readManifests(args.files, catalog);
      if (!manifests.some(({ resource }) => resource.kind === 'Job')) {
        console.error(`sampan run: nothing to run: no Job in ${args.files.join(', ')}`);
        if (manifests.length > 0) console.error('Hint: other kinds run on "sampan up"');
        return exitCodes.refused;
      }
      const missing = missingPredecessors(manifests);
      if (missing.length > 0 && !args.flag('keep')) {
        console.error(`sampan run: would wait for ever: ${missing.join(', ')}, which is in none of the files`);
        console.error('Hint: add its file; or run with --keep, and create it with kubectl');
        return exitCodes.refused;
      }
      return await runPrivately(manifests, args.flag('keep'), choicesOf(args));
    } catch (error) {
      if (error instanceof ManifestError) {
        console.error(`sampan run: ${error.message}`);
        return exitCodes.refused;
      }
      if (!isApiError(error)) throw error;
      console.error(`Error from server${error.reason === '' ? '' : ` (${error.reason})`}: ${error.message}`);
      for (const hint of error.hints) console.error(`Hint: ${hint}`);
      return exitCodes.refused;
    }
  },
};

/** Of the file only what a cluster can have that is gone afterwards. */
function choicesOf(args: Arguments): readonly ConfigChoices[] {
  const file = args.text('config');
  const { imageMap, logLevel } = file === undefined ? {} : readConfigFile(file);
  return [{ logLevel: logLevelOf(args.text('log-level')) }, { imageMap, logLevel }];
}

/** The cluster lives in a temporary folder and in memory; both are gone afterwards. */
async function runPrivately(
  manifests: readonly Manifest[],
  keep: boolean,
  choices: readonly ConfigChoices[],
): Promise<number> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'sampan-run-'));
  const config = completeConfig({ dataDir, port: 0 }, ...choices);
  const ended = interrupted();
  try {
    const cluster = await startCluster({ config, extent: 'all', storage: 'memory', serve: keep });
    try {
      const code = await Promise.race([followJobs(cluster, manifests), ended.then(() => exitCodes.interrupted)]);
      if (keep && code !== exitCodes.interrupted) {
        console.error(
          `\nStaying up. In another terminal:\n  export KUBECONFIG=${shellWord(config.kubeconfig)}\nCtrl-C ends it.`,
        );
        await ended;
      }
      return code;
    } finally {
      await cluster.stop({ killPods: true });
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function followJobs(cluster: Cluster, manifests: readonly Manifest[]): Promise<number> {
  const client = cluster.plane.client('sampan-run');
  const created = await createManifests(client, manifests);
  const line = new StatusLine(process.stderr.isTTY ? process.stderr : { write: () => {} });
  const follower = new JobFollower({
    client,
    nodes: cluster.nodes,
    jobs: created.filter((object): object is Job => object.kind === 'Job'),
    onLine: (pod, text) => line.above(() => process.stdout.write(`[${pod.metadata.name}] ${text}\n`)),
    onTrouble: (name, trouble) => line.above(() => process.stderr.write(`[${name}] ${trouble}\n`)),
    onChange: (states) => {
      const running = shownJob(states);
      if (running !== undefined) line.show(progressLine(running, cluster.now()));
    },
  });
  const ended = await follower.run();
  line.clear();
  console.error(objectTable(jobs.table, ended, cluster.now()));
  for (const text of ended.flatMap(failureOf)) console.error(text);
  return ended.every((job) => isConditionTrue(job.status.conditions, 'Complete'))
    ? exitCodes.complete
    : exitCodes.failed;
}

/** Why a job has failed, in the words of its condition. */
function failureOf({ metadata, status }: Job): readonly string[] {
  const failed = status.conditions?.find(({ type, status: is }) => type === 'Failed' && is === 'True');
  return failed === undefined ? [] : [`${metadata.name}: ${failed.reason}: ${failed.message}`];
}
