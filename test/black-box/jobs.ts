import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '#client/client.ts';
import { isFinished } from '#kinds/job/finished.ts';
import { jobs } from '#kinds/job/job.ts';
import type { Job, JobSpec } from '#kinds/job/schema.ts';
import type { New } from '#kinds/meta/object.ts';

/** A Job that runs a shell script. */
export function shellJob(
  name: string,
  script: string,
  spec: Partial<Omit<JobSpec, 'template'>> = {},
  restartPolicy: 'Never' | 'OnFailure' = 'Never',
): New<Job> {
  const container = { name: 'main', image: 'busybox', command: ['sh', '-c', script] };
  const template = { metadata: {}, spec: { restartPolicy, containers: [container] } };
  return { metadata: { namespace: 'default', name }, spec: { ...spec, template } } as unknown as New<Job>;
}

/** Resolves with the Job once it is Complete or Failed. */
export async function untilFinished(client: Client, name: string, msMax: number): Promise<Job> {
  for (let waited = 0; ; waited += 100) {
    const job = await client.get(jobs, { namespace: 'default', name });
    if (isFinished(job)) return job;
    assert.ok(waited < msMax, `the Job ends in time: ${JSON.stringify(job.status)}`);
    await sleep(100);
  }
}

/** "Type/Reason" of the conditions that are true. */
export function conditionsOf(job: Job): readonly string[] {
  return (job.status.conditions ?? [])
    .filter(({ status }) => status === 'True')
    .map(({ type, reason }) => `${type}/${reason}`);
}
