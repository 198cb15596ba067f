/** Thrown for text that is not standard base64; the message is Go's. */
export class Base64Error extends Error {
  override readonly name = 'Base64Error';
}

/** `text` without line breaks and stray bits, as upstream writes it back after decoding. Throws `Base64Error` (spec: api.md section 2.3). */
export function canonicalBase64(text: string): string {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    const problem = firstCorruptByte(text);
    if (problem >= 0) throw new Base64Error(`illegal base64 data at input byte ${problem}`);
  } else if (!text.endsWith('=')) {
    return text;
  }
  return Buffer.from(text, 'base64').toString('base64');
}

/** The offset that Go's decoder reports, or -1 if the text is good. Line breaks may stand anywhere. */
function firstCorruptByte(text: string): number {
  for (let at = 0; at < text.length; ) {
    let filled = 0;
    while (filled < 4) {
      const c = text[at];
      if (c === undefined) return filled === 0 ? -1 : at - filled;
      at += 1;
      if (c === '\n' || c === '\r') continue;
      if (/^[A-Za-z0-9+/]$/.test(c)) filled += 1;
      else return c === '=' ? afterPadding(text, at, filled) : byteOffset(text, at - 1);
    }
  }
  return -1;
}

/** Looks at what follows the first "=" of a group that holds `filled` characters. */
function afterPadding(text: string, start: number, filled: number): number {
  if (filled < 2) return start - 1;
  let at = skipBreaks(text, start);
  if (filled === 2) {
    if (at === text.length) return at;
    if (text[at] !== '=') return at - 1;
    at = skipBreaks(text, at + 1);
  }
  return at < text.length ? at : -1;
}

function skipBreaks(text: string, start: number): number {
  let at = start;
  while (text[at] === '\n' || text[at] === '\r') at += 1;
  return at;
}

function byteOffset(text: string, at: number): number {
  return Buffer.byteLength(text.slice(0, at));
}
