import { chmodSync, cpSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
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
const result = await build({
  // The last three are loaded by path: a process and a thread of their own, and a library that few programs need.
  entryPoints: {
    sampan: 'src/cli/main.ts',
    testing: 'src/testing/index.ts',
    launcher: 'src/node/runtime/process/launcher.ts',
    'store-writer': 'src/store/sqlite/writer-thread.ts',
    re2js: 're2js',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
  // The CommonJS half, which Node would get, cannot be imported by name from a part of its own.
  alias: { yaml: path.resolve('node_modules/yaml/browser/index.js') },
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  chunkNames: 'part-[hash]',
  // Some bundled libraries are CommonJS and ask for Node's own modules by require().
  banner: {
    js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
  },
  plugins: [plainHttp],
  metafile: true,
  logLevel: 'warning',
});
cpSync('src/node/runtime/process/images', 'dist/images', { recursive: true });
chmodSync('dist/sampan.js', 0o755);
writePublicTypes('testing/index.ts', 'dist/types');
const bytes = Object.keys(result.metafile.outputs).reduce((sum, file) => sum + statSync(file).size, 0);
console.log(`dist: ${Object.keys(result.metafile.outputs).length} files, ${Math.round(bytes / 1024)} KiB`);
