import type { DecodeProblem } from '#schema/decode-context.ts';

type Step = string | number;

/** A problem and the rest of the way to it. */
interface Placed {
  readonly problem: DecodeProblem;
  readonly steps: readonly Step[];
}

/** `problems` in the order in which upstream finds them in a text whose keys are sorted: so it writes what it made of YAML or
 *  of a patched object before it decodes that. Repeated keys come first: they were found before. */
export function inKeyOrder(problems: readonly DecodeProblem[]): readonly DecodeProblem[] {
  return arranged(problems, (leaves, deeper) =>
    [...leaves, ...deeper].toSorted((a, b) => compareSteps(a.key, b.key)).flatMap(({ found }) => found),
  );
}

/** `problems` as upstream's converter of trees finds them: the unknown fields of an object after those inside its known ones. */
export function insideFirst(problems: readonly DecodeProblem[]): readonly DecodeProblem[] {
  return arranged(problems, (leaves, deeper) =>
    [...deeper, ...leaves.toSorted((a, b) => compareSteps(a.key, b.key))].flatMap(({ found }) => found),
  );
}

/** `problems` of a custom resource: those of its metadata, which have a decoder of their own, then all others by their path, and
 *  last those of the metadata of what is embedded in it, by their path too. */
export function byPath(problems: readonly DecodeProblem[]): readonly DecodeProblem[] {
  const unknown = problems.filter(({ is }) => is === 'unknown');
  const isMeta = ({ path }: DecodeProblem): boolean => path.startsWith('metadata.');
  const others = unknown.filter((problem) => !isMeta(problem)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return [
    ...problems.filter(({ is }) => is !== 'unknown'),
    ...unknown.filter(isMeta),
    ...others.filter(({ isEmbedded }) => isEmbedded !== true),
    ...others.filter(({ isEmbedded }) => isEmbedded === true),
  ];
}

/** What was found at one key of an object. */
interface Group {
  readonly key: Step;
  readonly found: readonly DecodeProblem[];
}

type Arrange = (leaves: readonly Group[], deeper: readonly Group[]) => readonly DecodeProblem[];

function arranged(problems: readonly DecodeProblem[], arrange: Arrange): readonly DecodeProblem[] {
  const unknown = problems.filter(({ is }) => is === 'unknown');
  if (unknown.length < 2) return problems;
  const placed = unknown.map((problem) => ({ problem, steps: stepsOf(problem.path) }));
  return [...problems.filter(({ is }) => is !== 'unknown'), ...level(placed, arrange)];
}

function level(placed: readonly Placed[], arrange: Arrange): readonly DecodeProblem[] {
  const leaves: Group[] = [];
  const deeper = new Map<Step, Placed[]>();
  for (const { problem, steps } of placed) {
    const [key = '', ...rest] = steps;
    if (rest.length === 0) leaves.push({ key, found: [problem] });
    else deeper.set(key, [...(deeper.get(key) ?? []), { problem, steps: rest }]);
  }
  return arrange(
    leaves,
    [...deeper].map(([key, below]) => ({ key, found: level(below, arrange) })),
  );
}

function stepsOf(path: string): readonly Step[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[]+/g)].map(([text, index]) => (index === undefined ? text : Number(index)));
}

function compareSteps(a: Step, b: Step): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
