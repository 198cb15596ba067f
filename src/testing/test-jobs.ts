import type { Client } from '#client/client.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job, JobSpec } from '#kinds/job/schema.ts';
import type { New, ObjectRef } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Run } from '#node/runtime/simulated/script.ts';
import { simulateAnnotation } from '#node/runtime/simulated/script.ts';
import type { Partially } from '#testing/stored.ts';

/** A Job whose only container does as `simulate` says, a second and success unless given. */
export function simulatedJob(
  name: string,
  spec: Partially<Omit<JobSpec, 'template'>> & { readonly restartPolicy?: string } = {},
  simulate: Run = { run: 1000 },
): New<Job> {
  const { restartPolicy = 'Never', ...rest } = spec;
  const template = {
    metadata: { annotations: { [simulateAnnotation]: JSON.stringify(simulate) } },
    spec: { restartPolicy, containers: [{ name: 'main', image: 'example.com/app:1' }] },
  };
  return { metadata: { namespace: 'default', name }, spec: { ...rest, template } } as unknown as New<Job>;
}

/** The Job of that name as it is now. */
export function jobOf(client: Client, name: string): Promise<Job> {
  return client.get(jobs, { namespace: 'default', name });
}

/** All pods of a Job, the oldest first; pods of one second by name. */
export async function podsOf(client: Client, job: string): Promise<readonly Pod[]> {
  const { items } = await client.list(pods, { namespace: 'default', labelSelector: `job-name=${job}` });
  const key = ({ metadata }: Pod): string => `${metadata.creationTimestamp} ${metadata.name}`;
  return items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** "Type/Reason" of the conditions that are true. */
export function conditionsOf(job: Job): readonly string[] {
  return (job.status.conditions ?? [])
    .filter(({ status }) => status === 'True')
    .map(({ type, reason }) => `${type}/${reason}`);
}

export function refOf({ metadata }: Job | Pod): ObjectRef {
  return { namespace: metadata.namespace, name: metadata.name };
}
