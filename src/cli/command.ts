import { parseArgs } from 'node:util';
import { closest } from '#schema/closest.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the help text, such as "DIR". */
  readonly value?: string;
  readonly help: string;
}

export type OptionSpecs = { readonly [name: string]: OptionSpec };

/** What was typed after the command's name. */
export interface Arguments {
  readonly files: readonly string[];
  text(name: string): string | undefined;
  /** All that was said, by options given again and by commas; undefined if the option was not given. */
  texts(name: string): readonly string[] | undefined;
  flag(name: string): boolean;
  /** A whole number of at least `min`; throws `UsageError` for anything else. */
  count(name: string, min: number): number | undefined;
}

/** One command of the program, loaded only when it is called. */
export interface Command {
  readonly summary: string;
  readonly usage: string;
  readonly options: OptionSpecs;
  /** Whether it is given files; other commands refuse words that belong to no option. */
  readonly takesFiles?: true;
  /** What stands below the options in its help. */
  readonly notes?: string;
  /** Resolves with the exit code. One that stays calls `started` once it is ready. */
  run(args: Arguments, started: () => void): Promise<number>;
}

/** What was typed makes no sense; the message says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads `argv` by what the command takes. Throws `UsageError`. */
export function parseArguments({ options, takesFiles }: Command, argv: readonly string[]): Arguments {
  const known = Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  if (takesFiles === undefined && positionals.length > 0) throw new UsageError(`unexpected "${positionals[0]}"`);
  for (const token of tokens) if (token.kind === 'option') checkOption(options, token.name, token.rawName, token.value);
  return {
    files: positionals,
    text: (name) => values[name] as string | undefined,
    texts: (name) => {
      const given = tokens.flatMap((token) =>
        token.kind === 'option' && token.name === name ? [token.value ?? ''] : [],
      );
      return given.length === 0 ? undefined : given.flatMap((each) => each.split(','));
    },
    flag: (name) => values[name] === true,
    count: (name, min) => countOf(name, values[name] as string | undefined, min),
  };
}

function checkOption(options: OptionSpecs, name: string, typed: string, value: string | undefined): void {
  const option = options[name];
  if (option === undefined) {
    const near = closest(name, Object.keys(options));
    throw new UsageError(`unknown option ${typed}${near === undefined ? '' : `; did you mean --${near}?`}`);
  }
  if (option.type === 'string' && (value === undefined || value.startsWith('--'))) {
    throw new UsageError(`option --${name} needs a value: --${name} ${option.value ?? 'VALUE'}`);
  }
  if (option.type === 'boolean' && value !== undefined) throw new UsageError(`option --${name} takes no value`);
}

function countOf(name: string, text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < min || !/^\d+$/.test(text)) {
    throw new UsageError(`--${name} ${text}: expected a whole number of at least ${min}`);
  }
  return count;
}

/** The command's help text. */
export function helpOf(name: string, command: Command): string {
  const rows = Object.entries(command.options).map(([option, spec]): [string, string] => [
    `--${option}${spec.value === undefined ? '' : ` ${spec.value}`}`,
    spec.help,
  ]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return `${command.summary}\n\nUsage: sampan ${name} ${command.usage}\n\n${lines.join('\n')}\n${command.notes === undefined ? '' : `\n${command.notes}\n`}`;
}
