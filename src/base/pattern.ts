import { createRequire } from 'node:module';

type Library = typeof import('re2js');

/** Loaded with the first pattern, as most programs never meet one. The bundle ships the library as a file beside itself. */
const library = import.meta.url.endsWith('.ts') ? 're2js' : './re2js.cjs';
let loaded: Library | undefined;

function re2(): Library {
  loaded ??= createRequire(import.meta.url)(library) as Library;
  return loaded;
}

/** The text is no pattern; the message is Go's. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** A regular expression of strangers, in the syntax of Go (RE2): matched in time proportional to the text and never more, while
 *  the engine's own expressions can take for ever. */
export class Pattern {
  private readonly compiled: ReturnType<Library['RE2JS']['compile']>;

  /** Throws `PatternError` if it is none. */
  constructor(source: string) {
    const { RE2JS, RE2JSException } = re2();
    try {
      this.compiled = RE2JS.compile(source);
    } catch (error) {
      if (error instanceof RE2JSException) throw new PatternError(error.message, { cause: error });
      throw error;
    }
  }

  /** Whether some part of `text` matches. */
  test(text: string): boolean {
    return this.compiled.matcher(text).find();
  }
}
