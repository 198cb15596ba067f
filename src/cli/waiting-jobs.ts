import type { Manifest } from '#app/manifests.ts';
import { dependsOnAnnotation, readDependencies } from '#kinds/job/dependencies.ts';
import { waitingText } from '#kinds/job/dependency-progress.ts';
import type { Job } from '#kinds/job/schema.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { textTable } from './text-table.ts';

/** The Jobs that are held until others have ended, and what each waits for; undefined if there are none. */
export function waitingTable(jobs: readonly Job[]): string | undefined {
  const byKey = new Map(jobs.map((job) => [keyOf(job.metadata), job]));
  const rows = jobs.flatMap((job) => {
    const { namespace, name } = job.metadata;
    const current = (other: string): Job | undefined => byKey.get(keyOf({ namespace, name: other }));
    const text = waitingText(job, { current, departed: () => undefined });
    return text === undefined ? [] : [[name, text]];
  });
  return rows.length === 0 ? undefined : textTable(['WAITING JOB', 'FOR'], rows);
}

/** The Jobs that others of `manifests` come after, but that are none of them: 'Job "b" comes after "a"'. */
export function missingPredecessors(manifests: readonly Manifest[]): readonly string[] {
  const jobs = manifests.filter(({ resource }) => resource.kind === 'Job').map(({ object }) => object.metadata);
  const keyIn = (namespace = '', name = ''): string => keyOf({ namespace: namespace || 'default', name });
  const present = new Set(jobs.map(({ namespace, name }) => keyIn(namespace, name)));
  return jobs.flatMap(({ namespace, name = '', annotations }) => {
    const read = readDependencies(annotations?.[dependsOnAnnotation] ?? '');
    const dependencies = 'problem' in read ? [] : read.dependencies;
    return dependencies
      .filter((dependency) => !present.has(keyIn(namespace, dependency.name)))
      .map((dependency) => `Job "${name}" comes after "${dependency.name}"`);
  });
}
