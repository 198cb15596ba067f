/** Once all texts together pass this, each is shortened (spec: api.md section 1.1). */
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
    const texts = [...this.texts].map(cleaned);
    const total = texts.reduce((sum, text) => sum + [...text].length, 0);
    const kept = total > charactersMax ? texts.map((text) => [...text].slice(0, shortenedMax).join('')) : texts;
    return [...new Set(kept)].map((text) => `299 - "${text.replace(/["\\]/g, '\\$&')}"`);
  }
}

/** Header values may hold neither control characters nor, in Node, text beyond Latin-1: that travels as its UTF-8 bytes. */
function cleaned(text: string): string {
  const printable = text.replace(/\p{Cc}/gu, ' ');
  return /^[\x20-\xff]*$/.test(printable) && !/[\x80-\xff]/.test(printable)
    ? printable
    : Buffer.from(printable, 'utf8').toString('latin1');
}
