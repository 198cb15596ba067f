import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadCompiled } from './compiled-script.ts';

/** The program, and a way of sparing the next start of this command the work of compiling it. */
export interface LoadedProgram extends Pick<typeof import('./program.ts'), 'main'> {
  keepCompiled(): void;
}

/** Loads the sources in a checkout, and in the package the one file that they are bundled into. */
export async function loadProgram(command: string): Promise<LoadedProgram> {
  if (import.meta.url.endsWith('.ts')) return loadSources();
  const at = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  // What a command needs is another command's ballast. It is kept beside the program, so that a run leaves nothing behind
  // elsewhere; where that cannot be written, a start is merely slower.
  // The build puts in which program it is.
  const { version, arch } = process;
  const name = [command, version, arch, process.env.SAMPAN_PROGRAM].join('-');
  const cache = /^[a-z]+$/.test(command) ? at(`./.compiled/${name}`) : undefined;
  const { exports, keep } = loadCompiled(at('./program.js'), cache);
  const { main } = exports as typeof import('./program.ts');
  return { main, keepCompiled: keep };
}

/** A thousand files, each of which loses its types on the way: that takes a second, and is kept for the next start too. */
async function loadSources(): Promise<LoadedProgram> {
  module.enableCompileCache(fileURLToPath(new URL('./.compiled', import.meta.url)));
  const { main } = await import('./program.ts');
  return { main, keepCompiled: () => module.flushCompileCache() };
}
