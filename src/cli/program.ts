import { stopFreezing } from '#base/json.ts';
import type { Command } from './command.ts';

/** Each command's module is loaded only when it is called. */
const commands: { readonly [name: string]: () => Promise<{ readonly command: Command }> } = {
  up: () => import('./commands/up.ts'),
  server: () => import('./commands/server.ts'),
  node: () => import('./commands/node.ts'),
  token: () => import('./commands/token.ts'),
  run: () => import('./commands/run.ts'),
  status: () => import('./commands/status.ts'),
  kubeconfig: () => import('./commands/kubeconfig.ts'),
};

/** Runs what `argv` asks for; resolves with the exit code: 0 done, 1 failed, 2 not understood or refused. `started` is called
 *  when all that a start needs has run: what was compiled up to there is worth keeping for the next one. */
export async function main(argv: readonly string[], started: () => void): Promise<number> {
  stopFreezing();
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-v' || name === 'version') return printVersion();
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') return printHelp(rest[0]);
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) return unknownCommand(name);
  const { command } = await load();
  const { helpOf, parseArguments, UsageError } = await import('./command.ts');
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(helpOf(name, command));
    return 0;
  }
  try {
    const code = await command.run(parseArguments(command, rest), started);
    started();
    return code;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`sampan ${name}: ${error.message}\nSee: sampan ${name} --help`);
    return 2;
  }
}

async function printHelp(name: string | undefined): Promise<number> {
  if (name !== undefined && Object.hasOwn(commands, name)) return main([name, '--help'], () => {});
  const rows = await Promise.all(
    Object.entries(commands).map(async ([each, load]) => `  ${each.padEnd(12)}${(await load()).command.summary}`),
  );
  console.log(
    `Kubernetes Jobs, CronJobs and DaemonSets in one program.\n\nUsage: sampan COMMAND …\n\n${rows.join('\n')}\n\nsampan COMMAND --help says more.`,
  );
  return 0;
}

async function printVersion(): Promise<number> {
  const { version } = await import('#app/version.ts');
  console.log(version);
  return 0;
}

async function unknownCommand(name: string): Promise<number> {
  const { closest } = await import('#schema/closest.ts');
  const near = closest(name, Object.keys(commands));
  console.error(
    `sampan: there is no command "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}\nSee: sampan help`,
  );
  return 2;
}
