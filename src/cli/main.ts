#!/usr/bin/env node
import { loadProgram } from './load-program.ts';

const nodeMajorMin = 24;

/** The program is loaded only by a Node that can read it: an older one must still get to the message that says so. */
async function start(): Promise<number> {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < nodeMajorMin) {
    console.error(`sampan needs Node.js ${nodeMajorMin} or later; this is ${process.versions.node}.`);
    return 2;
  }
  const argv = process.argv.slice(2);
  const { main, keepCompiled } = await loadProgram(argv[0] ?? '');
  return main(argv, keepCompiled);
}

// Whoever read our output may leave (`sampan up | head -1`): that is no reason to end a cluster.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

start().then(
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
