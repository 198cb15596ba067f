import { createHash } from 'node:crypto';
import { chmodSync, cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { writePublicTypes } from './public-types.ts';

/** Leaves the program out of the file that loads it by path. */
const programByPath: Plugin = {
  name: 'program-by-path',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\/program\.ts$/ }, () => ({ path: './program.js', external: true }));
  },
};

/** Bundles the program and its public faces into `dist/`, with no dependencies left to install. All is CommonJS: Node has less to do
 *  for it at a start (an `import` of its modules reads every property that they have, and so loads all of `fetch` and `WebSocket`),
 *  compiled code can be kept for it, and every test runner can load it: Jest cannot `require` a module of the other kind, nor
 *  `import` one. What the sources load lazily is in the same file, and runs as late. */
rmSync('dist', { recursive: true, force: true });
const shared = {
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  mainFields: ['module', 'main'],
  // The CommonJS half, which Node would get, cannot be imported by name from a part of its own.
  alias: { yaml: path.resolve('node_modules/yaml/browser/index.js') },
  minifySyntax: true,
  minifyWhitespace: true,
  // Node shows the line of an error that nobody caught: it must be one that can be read.
  lineLimit: 160,
  legalComments: 'linked',
  metafile: true,
  format: 'cjs',
  define: { 'import.meta.url': '$url' },
  banner: { js: "'use strict';const $url = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
} satisfies BuildOptions;
const forNode24 = { ...shared, target: 'node24' } satisfies BuildOptions;
const program = await build({
  ...forNode24,
  // The last two are loaded by path: a process and a thread of their own.
  entryPoints: {
    program: 'src/cli/program.ts',
    launcher: 'src/node/runtime/process/launcher.ts',
    'store-writer': 'src/store/sqlite/writer-thread.ts',
  },
});
// Told to the file that loads the program: an engine knows by the length alone whether compiled code is of a source.
const digest = createHash('sha256').update(readFileSync('dist/program.js')).digest('hex');
const start = await build({
  ...forNode24,
  define: { ...shared.define, 'process.env.SAMPAN_PROGRAM': JSON.stringify(digest.slice(0, 16)) },
  entryPoints: { sampan: 'src/cli/main.ts' },
  plugins: [programByPath],
});
const kit = await build({
  ...shared,
  // Both bundles hold the same program: in a library of one file, whose errors say what they are called, short names cost nobody
  // anything, and the package is a sixteenth smaller.
  minifyIdentifiers: true,
  // The last is loaded by path: a library that few programs need.
  entryPoints: { testing: 'src/testing/index.ts', re2js: 're2js' },
  outExtension: { '.js': '.cjs' },
  target: 'node22',
});
// The package as a whole is of modules.
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
cpSync('src/node/runtime/process/images', 'dist/images', { recursive: true });
chmodSync('dist/sampan.js', 0o755);
writePublicTypes('testing/index.ts', 'dist/types');
const files = [start, program, kit].flatMap(({ metafile }) => Object.keys(metafile.outputs));
const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
console.log(`dist: ${files.length} files, ${Math.round(bytes / 1024)} KiB`);
