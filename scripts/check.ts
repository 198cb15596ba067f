import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  deadFiles,
  forbiddenImports,
  importCircles,
  missingFiles,
  oversized,
  unofficialClocks,
} from './house-rules.ts';
import { sourceFiles } from './source-files.ts';

/** Everything that can be said of the code without running it. Prints each finding; exits 1 if there are any. */
function check(): boolean {
  const folders = ['src', 'scripts', 'bench', 'test', 'sim'].filter((folder) => existsSync(folder));
  const files = sourceFiles(folders);
  const rules: readonly [string, readonly string[]][] = [
    ['imports against the table', forbiddenImports(files)],
    ['circles', importCircles(files)],
    ['missing files', missingFiles(files, existsSync)],
    ['dead files', deadFiles(files)],
    ['sizes', oversized(files)],
    ['time and chance', unofficialClocks(files)],
  ];
  let good = command('format and lint', 'biome', ['check', '--error-on-warnings', '.']);
  good = command('types', 'tsc', ['--project', '.']) && good;
  for (const [name, findings] of rules) good = report(name, findings) && good;
  return good;
}

function command(name: string, program: string, args: readonly string[]): boolean {
  const result = spawnSync(program, args, { encoding: 'utf8' });
  const output = result.error?.message ?? `${result.stdout}${result.stderr}`;
  return report(name, result.status === 0 ? [] : [output]);
}

function report(name: string, findings: readonly string[]): boolean {
  console.log(`${findings.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const finding of findings) console.log(finding.replace(/^/gm, '     '));
  return findings.length === 0;
}

process.exitCode = check() ? 0 : 1;
