import { readFileSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/** What a file exports, and how to keep the code that the engine made of it. */
export interface CompiledScript {
  readonly exports: unknown;
  /** Writes down what is compiled by now, unless that was done before; never throws. Resolves when nothing more is written. */
  keep(): Promise<void>;
}

/** Runs a file of CommonJS by the compiled code in `cache`, if there is some of this engine for this file. Node's own compile
 *  cache would hold only what is compiled before the file runs, and so a start would compile every function that it calls. */
export function loadCompiled(file: string, cache: string | undefined): CompiledScript {
  // A bundle is plain ASCII.
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`;
  const cachedData = cache === undefined ? undefined : readIfThere(cache);
  const script = new Script(source, { filename: file, ...(cachedData === undefined ? {} : { cachedData }) });
  let isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, path.dirname(file));
  return {
    exports: module.exports,
    keep: async () => {
      if (isKept || cache === undefined) return;
      isKept = true;
      await write(cache, script.createCachedData()).catch(() => {});
    },
  };
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Whole or not at all, even if the power fails: the engine runs what it reads. */
async function write(file: string, data: Buffer): Promise<void> {
  const fresh = `${file}-${process.pid}`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    const handle = await open(fresh, 'w');
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, file);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
