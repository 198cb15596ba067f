import { apiErrors } from '#kinds/meta/errors.ts';
import { defaultPath, findExecutable } from '#node/runtime/process/command.ts';
import type { Invocation } from '#node/runtime/process/invocation.ts';
import type { ContainerConfig } from '#node/runtime/runtime.ts';

/** Whether containers can have terminals here. */
export function canMakeTerminals(): boolean {
  return findScript() !== undefined;
}

/** Whether a container's input is a pipe. A terminal ends with the input of the program that makes it: that stays open, whether
 *  anybody may write there or not. */
export function hasPipe({ input, tty }: Pick<ContainerConfig, 'input' | 'tty'>): boolean {
  return input !== undefined || tty === true;
}

function findScript(): string | undefined {
  return process.platform === 'linux' ? findExecutable('script', defaultPath, '/') : undefined;
}

/** The same command with a terminal of its own, as `script` of util-linux makes one: Node has no call for it. It gives back the
 *  command's exit code, and echoes what is typed, which it would not do by itself, as its own input is no terminal.
 *  Throws BadRequest where there is no such program. */
export function onTerminal({ command, env, cwd }: Invocation): Invocation {
  const script = findScript();
  if (script === undefined) {
    throw apiErrors.badRequest('the node has no program `script` (util-linux) to make a terminal with; ask for none');
  }
  const { SHELL: shell } = env;
  const line = ['unset PWD OLDPWD SHLVL;', ...exported(shell), 'exec', ...command.map(quoted)].join(' ');
  return {
    command: [script, '--quiet', '--return', '--echo', 'always', '--command', line, '/dev/null'],
    // As container runtimes set it where there is a terminal.
    env: { TERM: 'xterm', ...env, ...(shell === undefined ? {} : { SHELL: '/bin/sh' }) },
    cwd,
  };
}

/** `script` takes its line to this shell, and only a plain one surely understands it: the command gets its own back. */
function exported(shell: string | undefined): readonly string[] {
  return shell === undefined ? [] : [`SHELL=${quoted(shell)}; export SHELL;`];
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
