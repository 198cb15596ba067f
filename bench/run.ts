import { readdirSync } from 'node:fs';
import { type BenchResult, table } from './report.ts';

/** Runs the benchmarks named on the command line, or all: every other file of this folder exports `run()`. */
const helpers = [
  'run.ts',
  'report.ts',
  'packaged.ts',
  'large-job.ts',
  'bare-server.ts',
  'http2-client.ts',
  'http2-frames.ts',
  'sample-pod.ts',
];
const all = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !helpers.includes(file))
  .map((file) => file.slice(0, -'.ts'.length));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark is called ${unknown.join(', ')}. There are: ${all.join(', ')}`);
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : all) {
  const { run }: { run(): Promise<readonly BenchResult[]> } = await import(`./${name}.ts`);
  console.log(`${name}\n${table(await run())}\n`);
}
