/** Which characters, by code point. */
export type CharTest = (char: number) => boolean;

type Range = readonly [from: number, to: number];

const word: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const perl: { readonly [letter: string]: readonly Range[] } = {
  d: [[0x30, 0x39]],
  s: [
    [0x09, 0x0a],
    [0x0c, 0x0d],
    [0x20, 0x20],
  ],
  w: word,
};
const posix: { readonly [name: string]: string } = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\x00-\x7f',
  blank: '\t ',
  cntrl: '\x00-\x1f\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-/:-@[-`{-~',
  space: '\t\n\v\f\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

export const isWordChar = inRanges(word);

export function inRanges(ranges: readonly Range[]): CharTest {
  return (char) => ranges.some(([from, to]) => char >= from && char <= to);
}

export function not(test: CharTest): CharTest {
  return (char) => !test(char);
}

/** \d, \s, \w and their opposites; undefined for another letter. */
export function perlClass(letter: string): CharTest | undefined {
  const ranges = perl[letter.toLowerCase()];
  if (ranges === undefined) return undefined;
  return letter === letter.toLowerCase() ? inRanges(ranges) : not(inRanges(ranges));
}

/** A class such as [:alpha:] by its name; undefined if there is none. */
export function posixClass(name: string): CharTest | undefined {
  const set = Object.hasOwn(posix, name) ? posix[name] : undefined;
  if (set === undefined) return undefined;
  const ranges: Range[] = [];
  for (let at = 0; at < set.length; at += 1) {
    const from = set.charCodeAt(at);
    if (set[at + 1] !== '-' || at + 2 >= set.length) ranges.push([from, from]);
    else {
      ranges.push([from, set.charCodeAt(at + 2)]);
      at += 2;
    }
  }
  return inRanges(ranges);
}

/** A Unicode category or script by its name, such as L, Lu or Greek; undefined if there is none. */
export function unicodeClass(name: string): CharTest | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  for (const property of [`gc=${name}`, `sc=${name}`]) {
    try {
      // One character against one class: nothing that could take long.
      const pattern = new RegExp(`^\\p{${property}}$`, 'u');
      return (char) => pattern.test(String.fromCodePoint(char));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return name === 'Any' ? () => true : undefined;
}

/** As `test`, whatever the case. */
export function caseless(test: CharTest): CharTest {
  return (char) => {
    if (test(char)) return true;
    const text = String.fromCodePoint(char);
    const [lower, upper] = [text.toLowerCase(), text.toUpperCase()];
    return test(lower.codePointAt(0) as number) || test(upper.codePointAt(0) as number);
  };
}
