/** Once all texts together pass this, each is shortened; once the shortened do, the rest is left out (spec: api.md section 1.1):
 *  clients take no headers of any length. */
const charactersMax = 4096;
const shortenedMax = 256;

/** The Warning headers of one answer. */
export class Warnings {
  private readonly texts = new Set<string>();

  /** Each different text is sent once. */
  add(text: string): void {
    if (text !== '') this.texts.add(text);
  }

  /** Header values in the order of arrival: `299 - "text"`. */
  headers(): readonly string[] {
    const kept = fitting([...this.texts].map(cleaned));
    return [...new Set(kept)].map((text) => `299 - "${text.replace(/["\\]/g, '\\$&')}"`);
  }
}

function fitting(texts: readonly string[]): readonly string[] {
  let total = 0;
  const passing = texts.findIndex((text) => {
    total += [...text].length;
    return total > charactersMax;
  });
  if (passing < 0) return texts;
  const kept: string[] = [];
  let shortened = 0;
  for (const [index, text] of texts.entries()) {
    // Upstream begins to shorten at the text that passes the limit, with all up to it.
    if (index > passing && shortened >= charactersMax) break;
    const characters = [...text].slice(0, shortenedMax);
    shortened += characters.length;
    kept.push(characters.join(''));
  }
  return kept;
}

/** Header values may hold neither control characters nor, in Node, text beyond Latin-1: that travels as its UTF-8 bytes. */
function cleaned(text: string): string {
  const printable = text.replace(/\p{Cc}/gu, ' ');
  return /^[\x20-\xff]*$/.test(printable) && !/[\x80-\xff]/.test(printable)
    ? printable
    : Buffer.from(printable, 'utf8').toString('latin1');
}
