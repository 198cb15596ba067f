import type { CheckProblem } from '#kinds/cel/check.ts';

/** What is wrong with an expression, as upstream's compiler shows it: each problem with the line it is in, and a mark below. */
export function markedProblems(source: string, problems: readonly CheckProblem[]): string {
  return problems
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, text }) => marked(source, at, text))
    .join('\n');
}

function marked(source: string, at: number, text: string): string {
  const before = source.slice(0, at).split('\n');
  const column = before.at(-1)?.length ?? 0;
  const line = source.split('\n')[before.length - 1] ?? '';
  return `ERROR: <input>:${before.length}:${column + 1}: ${text}\n | ${line}\n | ${'.'.repeat(column)}^`;
}
