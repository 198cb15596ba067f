import path from 'node:path';
import { type Cluster, startCluster } from '#app/cluster.ts';
import { completeConfig } from '#app/config.ts';
import { type Manifest, readManifests } from '#app/manifests.ts';
import { sleep, systemClock } from '#base/clock.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import { createManifests } from '../src/app/create-manifests.ts';
import { interrupted } from '../src/cli/interrupt.ts';
import { JobFollower } from '../src/cli/job-follower.ts';
import { objectTable } from '../src/cli/object-table.ts';

const example = 'examples/job.yaml';

/** `npm start`: a cluster with its data in `.sampan/`, and in it the example Job from start to end. Stays up afterwards unless
 *  `--once` is given; exits 1 when the Job does not complete. */
async function start(once: boolean): Promise<number> {
  const config = completeConfig({ dataDir: path.resolve('.sampan'), ...(once ? { port: 0 } : {}) });
  const ended = interrupted();
  const cluster = await startCluster({ config, extent: 'all', storage: 'disk', serve: true });
  console.log(`ready in ${Math.round(process.uptime() * 1000)} ms: ${cluster.url}\n`);
  try {
    const isComplete = await runExample(cluster);
    if (once) return isComplete ? 0 : 1;
    console.log(`
The cluster stays up. In another terminal:
  export KUBECONFIG=${config.kubeconfig}
  kubectl get jobs,pods            (or: ./sampan status --data-dir ${config.dataDir})
  kubectl create -f examples/parallel-job.yaml
Ctrl-C ends it; the next npm start continues with the same data.`);
    await ended;
    return 0;
  } finally {
    await cluster.stop();
  }
}

async function runExample(cluster: Cluster): Promise<boolean> {
  const client = cluster.plane.client('npm-start');
  const manifests = await readManifests([example], cluster.plane.api.served.resources);
  await removeEarlier(cluster, manifests);
  console.log(`$ kubectl create -f ${example}`);
  const created = (await createManifests(client, manifests)) as readonly Job[];
  for (const { metadata } of created) console.log(`job.batch/${metadata.name} created\n`);
  const follower = new JobFollower({
    client,
    nodes: cluster.nodes,
    jobs: created,
    onLine: (pod, line) => console.log(`[${pod.metadata.name}] ${line}`),
    onTrouble: (name, trouble) => console.error(`[${name}] ${trouble}`),
    onChange: () => {},
  });
  const finished = await follower.run();
  console.log(`\n$ kubectl get jobs\n${objectTable(jobs.table, finished, cluster.now())}`);
  return finished.every((job) => isConditionTrue(job.status.conditions, 'Complete'));
}

/** Deletes what an earlier start left, pods included, and waits until it is gone. */
async function removeEarlier(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  const client = cluster.plane.client('npm-start');
  for (const { object } of manifests) {
    const ref = { namespace: 'default', name: object.metadata.name ?? '' };
    try {
      await client.delete(jobs, ref, { propagationPolicy: 'Foreground' });
      console.log(`(deleting job.batch/${ref.name} of an earlier start)`);
      for (;;) {
        await client.get(jobs, ref);
        await sleep(systemClock, 20);
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

process.exitCode = await start(process.argv.includes('--once'));
