import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A TypeScript file of the repo and the modules it names, as written. */
export interface SourceFile {
  /** From the repo's root, such as "src/base/clock.ts". */
  readonly path: string;
  readonly text: string;
  /** Repo paths of the files it imports; type-only imports apart, since they vanish before anything runs. */
  readonly imports: readonly string[];
  readonly typeImports: readonly string[];
}

const importPattern =
  /^\s*(import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|\bimport\('([^']+)'\)|^\s*import\s+'([^']+)'|new URL\('(\.[^']+\.ts)'/gm;

/** Every TypeScript file below `folders`. */
export function sourceFiles(folders: readonly string[]): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readSource(path.posix.join(folder, name))),
  );
}

function readSource(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  const imports: string[] = [];
  const typeImports: string[] = [];
  for (const match of text.matchAll(importPattern)) {
    const target = resolve(file, match[3] ?? match[4] ?? match[5] ?? match[6] ?? '');
    if (target !== undefined) (match[2] === undefined ? imports : typeImports).push(target);
  }
  return { path: file, text, imports, typeImports };
}

/** The repo path an import leads to; undefined for packages and Node's own modules. */
function resolve(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  if (specifier.startsWith('.')) return path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier));
  return undefined;
}
