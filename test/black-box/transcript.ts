/** One command of a transcript and what it prints. */
export interface Step {
  /** For `sh`. */
  readonly command: string;
  /** Lines as the output has them, with placeholders. */
  readonly expected: readonly string[];
  /** The command is repeated until it prints this: what it shows comes about by itself. */
  readonly eventually: boolean;
  /** Where the command stands, counted from 1. */
  readonly line: number;
}

/** A promise and the commands that show it. */
export interface Section {
  readonly title: string;
  readonly steps: readonly Step[];
}

/**
 * Reads what a user would see in a terminal:
 *
 *     ## the promise
 *     $ a command, as for sh
 *     > its further lines
 *     what it prints
 *     $ eventually a command that is repeated until it prints what follows
 *
 * A line that begins with "v32| " or "v35| " stands for that version only. A command that fails prints "[exit 1]" last.
 */
export function parseTranscript(text: string, version: string): readonly Section[] {
  const sections: {
    title: string;
    steps: { command: string; expected: string[]; eventually: boolean; line: number }[];
  }[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const [, only, rest = ''] = /^(?:(v\d+)\|(?: |$))?(.*)$/.exec(raw) ?? [];
    if (only !== undefined && only !== version) continue;
    const steps = sections.at(-1)?.steps;
    const step = steps?.at(-1);
    if (rest.startsWith('## ')) sections.push({ title: rest.slice(3), steps: [] });
    else if (rest.startsWith('$ ')) {
      const [, eventually, command = ''] = /^\$ (eventually )?(.*)$/.exec(rest) ?? [];
      steps?.push({ command, expected: [], eventually: eventually !== undefined, line: index + 1 });
    } else if (step !== undefined && step.expected.length === 0 && /^>( |$)/.test(rest))
      step.command += `\n${rest.slice(2)}`;
    else step?.expected.push(rest);
  }
  return sections;
}

/** What stands for text that differs from run to run. */
const placeholders: Readonly<Record<string, string>> = {
  age: '(?:\\d+[smhdy]){1,2}',
  any: '.*',
  id: '[a-z0-9]+',
  ip: '[0-9a-f.:]+',
  n: '\\d+',
  time: '(?:\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z|\\w{3}, \\d\\d \\w{3} \\d{4} [0-9:]+ [+-]\\d{4})',
  uid: '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}',
};

/**
 * Whether the output is as expected. Placeholders such as <age> match what differs, a line "..." any number of lines; the
 * width of columns and empty lines at the end do not count. `variables` are replaced where they stand as $NAME.
 */
export function matchesTranscript(
  output: string,
  expected: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): boolean {
  const lines = normalLines(output.split('\n'));
  const patterns = normalLines(expected).map((line) => (line === '...' ? 'any lines' : patternOf(line, variables)));
  return matchLines(lines, patterns, 0, 0);
}

function matchLines(
  lines: readonly string[],
  patterns: readonly (RegExp | 'any lines')[],
  i: number,
  j: number,
): boolean {
  const pattern = patterns[j];
  if (pattern === undefined) return i === lines.length;
  if (pattern === 'any lines') {
    for (let next = i; next <= lines.length; next++) if (matchLines(lines, patterns, next, j + 1)) return true;
    return false;
  }
  const line = lines[i];
  return line !== undefined && pattern.test(line) && matchLines(lines, patterns, i + 1, j + 1);
}

function patternOf(line: string, variables: Readonly<Record<string, string>>): RegExp {
  const source = line
    .replace(/\$([A-Z]+)/g, (whole, name: string) => variables[name] ?? whole)
    .split(/(<[a-z]+>)/)
    .map((part) => placeholderOf(part) ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return new RegExp(`^${source}$`);
}

function placeholderOf(part: string): string | undefined {
  return part.startsWith('<') ? placeholders[part.slice(1, -1)] : undefined;
}

/** Columns are padded to the width of their longest cell, which may be one that differs. */
function normalLines(lines: readonly string[]): readonly string[] {
  const normal = lines.map((line) =>
    line
      .replaceAll('\t', '  ')
      .replace(/(?<=\S) {2,}/g, '  ')
      .trimEnd(),
  );
  return normal.slice(0, normal.findLastIndex((line) => line !== '') + 1);
}
