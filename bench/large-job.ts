import { sleep, systemClock } from '#base/clock.ts';
import type { Client } from '#client/client.ts';
import { readKubeconfig } from '#client/kubeconfig.ts';
import { createRemoteClient } from '#client/remote-client.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job } from '#kinds/job/schema.ts';
import type { New } from '#kinds/meta/object.ts';
import type { RunningCluster } from './packaged.ts';

export interface JobShape {
  readonly completions: number;
  readonly parallelism: number;
  readonly command: readonly string[];
}

const limitMs = 120_000;

/** Lends `body` a client of the cluster, over HTTPS. */
export async function withClient<T>({ kubeconfig }: RunningCluster, body: (client: Client) => Promise<T>): Promise<T> {
  const client = createRemoteClient({ ...(await readKubeconfig(kubeconfig)), userAgent: 'bench' });
  try {
    return await body(client);
  } finally {
    client.close();
  }
}

/** Runs a Job from its create to Complete; resolves with the seconds that took. Its pods end at once on simulated nodes. */
export async function completeJob(client: Client, name: string, shape: JobShape): Promise<number> {
  const begin = performance.now();
  const created = await client.create(jobs, newJob(name, shape));
  let job: Job = created;
  while (!isFinished(job)) {
    if (performance.now() - begin > limitMs) throw new Error(`Job ${name} did not end: ${JSON.stringify(job.status)}`);
    await sleep(systemClock, 10);
    job = await client.get(jobs, created.metadata);
  }
  const { succeeded } = job.status;
  if (succeeded !== shape.completions) throw new Error(`Job ${name} ended badly: ${JSON.stringify(job.status)}`);
  return (performance.now() - begin) / 1000;
}

function newJob(name: string, { completions, parallelism, command }: JobShape): New<Job> {
  return {
    metadata: { namespace: 'default', name },
    spec: {
      completions,
      parallelism,
      template: {
        metadata: { annotations: { 'sampan.dev/simulate': '{"run":"1ms","exit":0}' } },
        spec: {
          restartPolicy: 'Never',
          containers: [{ name: 'main', image: 'registry.example/tools/runner:2.4', command }],
        },
      },
    },
  } as unknown as New<Job>;
}
