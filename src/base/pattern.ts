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

  /** The parts of `text` that match, from left to right, at most `max` of them. None is empty right behind another, as Go has it. */
  matches(text: string, max = Number.POSITIVE_INFINITY): readonly string[] {
    const matcher = this.compiled.matcher(text);
    const found: string[] = [];
    for (let end = -1; found.length < max && matcher.find(); end = matcher.end()) {
      if (matcher.end() > end) found.push(matcher.group() ?? '');
    }
    return found;
  }
}
