/** Tokens of a label selector text. `in` and `notin` are identifiers where a key or value may stand. */
export interface SelectorToken {
  readonly kind: 'end' | 'identifier' | 'symbol';
  readonly text: string;
}

const space = new Set([' ', '\t', '\r', '\n']);
const special = new Set(['=', '!', '(', ')', ',', '>', '<']);
const symbols = new Set(['=', '==', '!', '!=', '(', ')', ',', '>', '<']);
const end: SelectorToken = { kind: 'end', text: '' };

/** Splits `text` into tokens; the last one is always `end`. */
export function selectorTokens(text: string): readonly SelectorToken[] {
  const tokens: SelectorToken[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (space.has(char)) {
      at += 1;
    } else if (special.has(char)) {
      const two = text.slice(at, at + 2);
      const symbol = symbols.has(two) ? two : char;
      tokens.push({ kind: 'symbol', text: symbol });
      at += symbol.length;
    } else {
      const start = at;
      while (at < text.length && !space.has(text.charAt(at)) && !special.has(text.charAt(at))) at += 1;
      tokens.push({ kind: 'identifier', text: text.slice(start, at) });
    }
  }
  return [...tokens, end];
}
