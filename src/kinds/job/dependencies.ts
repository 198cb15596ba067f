import type { Job } from '#kinds/job/schema.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';

/** Annotation of a Job, written by its owner: the Jobs it comes after, such as "extract, clean:Finished". */
export const dependsOnAnnotation = 'sampan.dev/depends-on';

const endings = ['Complete', 'Finished', 'Failed'] as const;

/** How a Job must have ended for those after it; `Finished`: either way. */
export type Ending = (typeof endings)[number];

/** One Job that another comes after, in the same namespace. */
export interface Dependency {
  readonly name: string;
  readonly ending: Ending;
}

/** What an annotation says, or why it says nothing and what to write instead. */
export type DependencyText =
  | { readonly dependencies: readonly Dependency[] }
  | { readonly problem: string; readonly fix: string };

/** Reads the text of the annotation: names separated by commas, each with ":Ending" where it is not Complete. */
export function readDependencies(text: string): DependencyText {
  if (text.trim() === '') return { dependencies: [] };
  const dependencies: Dependency[] = [];
  for (const part of text.split(',')) {
    const read = readDependency(part.trim());
    if ('problem' in read) return read;
    if (dependencies.some(({ name }) => name === read.name)) {
      return { problem: `it names the Job "${read.name}" twice`, fix: `name "${read.name}" once` };
    }
    dependencies.push(read);
  }
  return { dependencies };
}

function readDependency(part: string): Dependency | { readonly problem: string; readonly fix: string } {
  if (part === '') {
    return { problem: 'a name is missing beside a comma', fix: 'write the names of Jobs with one comma between two' };
  }
  const [name = '', ending = 'Complete', ...more] = part.split(':').map((word) => word.trim());
  const known = endings.find((one) => one === ending);
  if (known === undefined || more.length > 0) {
    const meant = endings.find((one) => one.toLowerCase() === ending.toLowerCase()) ?? 'Complete';
    return {
      problem: `"${part}" does not end in one of ${endings.map((one) => `":${one}"`).join(', ')}`,
      fix: `write "${name}:${meant}"`,
    };
  }
  if (name.includes('/')) {
    const fix = `write "${name.slice(name.lastIndexOf('/') + 1)}", and create both Jobs in one namespace`;
    return { problem: `"${name}" names a namespace, and a Job comes after Jobs of its own namespace only`, fix };
  }
  const [problem] = subdomainProblems(name);
  if (problem !== undefined) return { problem: `"${name}" is no name of a Job: ${problem}`, fix: 'correct the name' };
  return { name, ending: known };
}

const known = new WeakMap<Job, readonly Dependency[]>();

/** The Jobs that `job` comes after. Admission lets no text through that cannot be read; one that came some other way means
 *  nothing. */
export function dependenciesOf(job: Job): readonly Dependency[] {
  const text = job.metadata.annotations?.[dependsOnAnnotation];
  if (text === undefined) return [];
  // Graphs are walked often, and a stored Job never changes.
  let dependencies = known.get(job);
  if (dependencies === undefined) {
    const read = readDependencies(text);
    dependencies = 'problem' in read ? [] : read.dependencies;
    known.set(job, dependencies);
  }
  return dependencies;
}

/** The dependency in its full form, "extract:Complete". */
export function dependencyKey({ name, ending }: Dependency): string {
  return `${name}:${ending}`;
}
