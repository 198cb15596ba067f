#!/usr/bin/env node
// As a whole: Nodes that are too old to have what is called below must still get to the message that says so.
import module from 'node:module';
import { fileURLToPath } from 'node:url';
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

const nodeMajorMin = 24;

/** Runs what `argv` asks for; resolves with the exit code: 0 done, 1 failed, 2 not understood or refused. */
async function main(argv: readonly string[]): Promise<number> {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < nodeMajorMin) {
    console.error(`sampan needs Node.js ${nodeMajorMin} or later; this is ${process.versions.node}.`);
    return 2;
  }
  // Compiling our own code is a tenth of a start: the next one finds it done. It is kept beside the program, so that a run
  // leaves nothing behind elsewhere; where that cannot be written, the start is merely slower.
  module.enableCompileCache(fileURLToPath(new URL('./.compiled', import.meta.url)));
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
    return await command.run(parseArguments(command, rest));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`sampan ${name}: ${error.message}\nSee: sampan ${name} --help`);
    return 2;
  }
}

async function printHelp(name: string | undefined): Promise<number> {
  if (name !== undefined && Object.hasOwn(commands, name)) return main([name, '--help']);
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

// Whoever read our output may leave (`sampan up | head -1`): that is no reason to end a cluster.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // What we say ourselves, and what the system refuses us, needs no trace of where.
    const known =
      error instanceof Error &&
      (['StoreError', 'ApiError', 'ConfigError', 'ListenError', 'JoinError', 'NodeInUseError'].includes(error.name) ||
        error.message.startsWith('Cannot ') ||
        'syscall' in error);
    console.error(`sampan: ${known ? error.message : error instanceof Error ? error.stack : String(error)}`);
    process.exit(1);
  },
);
