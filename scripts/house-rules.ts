import { importTable } from './import-table.ts';
import type { SourceFile } from './source-files.ts';

/** Files that something outside the import graph starts: commands, workers, public faces. */
const entryPoints: readonly RegExp[] = [
  /^scripts\//,
  /^bench\//,
  /^test\//,
  /^sim\//,
  /^src\/cli\/main\.ts$/,
  /^src\/store\/sqlite\/writer-thread\.ts$/,
  /^src\/node\/runtime\/process\/launcher\.ts$/,
  /^src\/(index|client|kinds|testing)\.ts$/,
  /^src\/testing\/index\.ts$/,
];

const linesMax = 600;
const functionLinesMax = 70;

/** Files that may be longer, each with its reason. Counted, so that the list cannot grow unnoticed. */
const longFiles: { readonly [path: string]: string } = {};

/** Folders and files above `base` that may read the machine's clock or chance, each with its reason. */
const clockExceptions: { readonly [path: string]: string } = {
  'src/node/runtime/process/launcher.ts': 'a program of its own that must stay tiny and loads nothing',
  'src/node/runtime/process/launcher-feed.ts': 'a part of that program',
  'src/node/runtime/process/launcher-session.ts': 'a part of that program',
  'src/wire/pki/issue.ts': 'serial numbers and keys must not be foreseeable, whatever the seed',
};

function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** Imports that the table of floors does not allow. */
export function forbiddenImports(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const folder = folderOf(file.path);
    if (folder === undefined || isTest(file.path)) return [];
    const allowed = importTable[folder];
    if (allowed === undefined) return [`${file.path}: folder src/${folder} is not in scripts/import-table.ts`];
    return [...file.imports, ...file.typeImports]
      .filter((target) => {
        const other = folderOf(target);
        return other !== undefined && other !== folder && !allowed.includes(other);
      })
      .map(
        (target) =>
          `${file.path}: may not import ${target} (src/${folder} imports only ${allowed.join(', ') || 'nothing'})`,
      );
  });
}

/** Circles of value imports, each named once by its shortest form. */
export function importCircles(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const target of byPath.get(path)?.imports ?? []) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const file of files) visit(file.path, []);
  return circles;
}

/** Tests, and the suites that several tests share; they keep alive only themselves. */
function isTest(path: string): boolean {
  return /\.(test|contract)\.ts$/.test(path) || /\/(contract|test-[a-z-]+)\.ts$/.test(path);
}

function isEntryPoint(path: string): boolean {
  return entryPoints.some((pattern) => pattern.test(path)) && !isTest(path);
}

/** Source files that no entry point leads to; what only tests use counts as unused. */
export function deadFiles(files: readonly SourceFile[]): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const alive = new Set<string>();
  const visit = (path: string): void => {
    const file = byPath.get(path);
    if (file === undefined || alive.has(path)) return;
    alive.add(path);
    for (const target of [...file.imports, ...file.typeImports]) visit(target);
  };
  for (const file of files) if (isEntryPoint(file.path)) visit(file.path);
  return files
    .filter((file) => !alive.has(file.path) && !isTest(file.path))
    .map((file) => `${file.path}: no file needs it`);
}

/** Imports of files that are not there. */
export function missingFiles(files: readonly SourceFile[], exists: (path: string) => boolean): readonly string[] {
  return files.flatMap((file) =>
    [...file.imports, ...file.typeImports]
      .filter((target) => target.endsWith('.ts') && !exists(target))
      .map((target) => `${file.path}: imports ${target}, which is not there`),
  );
}

/** Files and functions that no longer fit in the head. */
export function oversized(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    if (!file.path.startsWith('src/') || isTest(file.path)) return [];
    const lines = file.text.split('\n');
    const findings = longFunctions(file.path, lines);
    if (lines.length > linesMax && longFiles[file.path] === undefined) {
      findings.push(`${file.path}: ${lines.length} lines, at most ${linesMax}`);
    }
    return findings;
  });
}

/** Functions and methods by their indentation, which the formatter makes reliable. */
function longFunctions(path: string, lines: readonly string[]): string[] {
  const findings: string[] = [];
  const opening =
    /^( *)(?:export )?(?:default )?(?:static |private |protected |override |get |set )*(?:async )?(?:function\*? ?|\*?)(\w+)[^=;]*\) ?(?::[^=]*)?\{$/;
  lines.forEach((line, start) => {
    const match = opening.exec(line);
    if (match === null || /^ *(if|for|while|switch|catch|test|describe)\b/.test(line)) return;
    const end = lines.findIndex((other, index) => index > start && other === `${match[1]}}`);
    if (end - start + 1 > functionLinesMax) {
      findings.push(`${path}:${start + 1}: ${match[2]} has ${end - start + 1} lines, at most ${functionLinesMax}`);
    }
  });
  return findings;
}

const clockPattern =
  /(?<![.\w])(Date\.now\(|new Date\(\)|Math\.random\(|setTimeout\(|setInterval\(|performance\.now\(|randomUUID\(|randomBytes\()/;

/** Time or chance that did not come in through the door. */
export function unofficialClocks(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    if (!file.path.startsWith('src/') || file.path.startsWith('src/base/') || isTest(file.path)) return [];
    if (clockExceptions[file.path] !== undefined) return [];
    return file.text.split('\n').flatMap((line, index) => {
      const match = clockPattern.exec(line.replace(/\/\/.*|^\s*\*.*/, ''));
      return match === null
        ? []
        : [`${file.path}:${index + 1}: ${match[1]} …) outside src/base: take a Clock or a Random`];
    });
  });
}
