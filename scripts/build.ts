import { chmodSync, rmSync, statSync } from 'node:fs';
import { build } from 'esbuild';

/** Bundles the program and its public faces into `dist/`: one file a lazily loaded part, no dependencies left to install. */
rmSync('dist', { recursive: true, force: true });
const result = await build({
  entryPoints: { sampan: 'src/cli/main.ts', testing: 'src/testing/index.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  chunkNames: 'part-[hash]',
  // Some bundled libraries are CommonJS and ask for Node's own modules by require().
  banner: {
    js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});
chmodSync('dist/sampan.js', 0o755);
const bytes = Object.keys(result.metafile.outputs).reduce((sum, file) => sum + statSync(file).size, 0);
console.log(`dist: ${Object.keys(result.metafile.outputs).length} files, ${Math.round(bytes / 1024)} KiB`);
