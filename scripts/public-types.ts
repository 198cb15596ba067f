import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where a declaration names another file: in `from '…'`, and in `import('…')`. */
const reference = /(?<=\bfrom\s*['"]|\bimport\(\s*['"])([^'"]+)(?=['"])/g;

/** Writes the type declarations that `face` (a source file, relative to `src/`) and what it names need into `outDir`, laid out
 *  as in `src/`. They name each other by relative paths: the aliases of this repo mean nothing where the package is installed.
 *  Returns how many files there are. Throws when the sources do not type-check. */
export function writePublicTypes(face: string, outDir: string): number {
  const emitted = mkdtempSync(path.join(tmpdir(), 'sampan-types-'));
  try {
    // Errors are written to the standard output.
    execFileSync('tsc', ['-p', 'tsconfig.types.json', '--outDir', emitted], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return copyReachable(emitted, face.replace(/\.ts$/, '.d.ts'), outDir);
  } finally {
    rmSync(emitted, { recursive: true, force: true });
  }
}

function copyReachable(from: string, entry: string, to: string): number {
  const found = new Set([entry]);
  for (const file of found) {
    const text = readFileSync(path.join(from, file), 'utf8').replaceAll(reference, (name: string) => {
      const target = fileOf(name, file);
      if (target === undefined) return name;
      found.add(target);
      return relativeName(path.relative(path.dirname(file), target));
    });
    mkdirSync(path.join(to, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(to, file), text);
  }
  return found.size;
}

/** Which declaration file is meant, relative to the sources' folder; undefined for a package. */
function fileOf(name: string, importer: string): string | undefined {
  const declaration = name.replace(/\.ts$/, '.d.ts');
  if (name.startsWith('#')) return declaration.slice(1);
  return name.startsWith('.') ? path.join(path.dirname(importer), declaration) : undefined;
}

/** As an import of the JavaScript file that the declarations stand for. */
function relativeName(file: string): string {
  const name = file.replace(/\.d\.ts$/, '.js');
  return name.startsWith('.') ? name : `./${name}`;
}
