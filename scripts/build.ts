import { chmodSync, cpSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { writePublicTypes } from './public-types.ts';

/** Gets `node:http` by `require`: an `import` reads every property that a module has, and so loads all of `fetch` and `WebSocket`,
 *  a tenth of a start and some megabytes for nothing. */
const plainHttp: Plugin = {
  name: 'plain-http',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:http$/, namespace: 'file' }, ({ path: name }) => ({ path: name, namespace: 'plain' }));
    onLoad({ filter: /^node:http$/, namespace: 'plain' }, () => ({
      contents: "module.exports = require('node:http')",
    }));
  },
};

/** Bundles the program and its public faces into `dist/`: one file a lazily loaded part, no dependencies left to install. */
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
  logLevel: 'warning',
} satisfies BuildOptions;
const program = await build({
  ...shared,
  // The last two are loaded by path: a process and a thread of their own.
  entryPoints: {
    sampan: 'src/cli/main.ts',
    launcher: 'src/node/runtime/process/launcher.ts',
    'store-writer': 'src/store/sqlite/writer-thread.ts',
  },
  splitting: true,
  format: 'esm',
  target: 'node24',
  chunkNames: 'part-[hash]',
  // Some bundled libraries are CommonJS and ask for Node's own modules by require().
  banner: {
    js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
  },
  plugins: [plainHttp],
});
// CommonJS, which every test runner can load: Jest cannot `require` a module of the other kind, nor `import` one.
const kit = await build({
  ...shared,
  // The last is loaded by path: a library that few programs need.
  entryPoints: { testing: 'src/testing/index.ts', re2js: 're2js' },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  target: 'node22',
  define: { 'import.meta.url': '$url' },
  banner: { js: "const $url = require('node:url').pathToFileURL(__filename).href;" },
});
cpSync('src/node/runtime/process/images', 'dist/images', { recursive: true });
chmodSync('dist/sampan.js', 0o755);
writePublicTypes('testing/index.ts', 'dist/types');
writeFileSync('dist/types/package.json', '{ "type": "commonjs" }\n');
const files = [program, kit].flatMap(({ metafile }) => Object.keys(metafile.outputs));
const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
console.log(`dist: ${files.length} files, ${Math.round(bytes / 1024)} KiB`);
