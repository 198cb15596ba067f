/** Order of keys: bytewise over their UTF-8 form. JavaScript compares UTF-16 units, which is the same order unless a
 *  surrogate (a character beyond U+FFFF) meets a unit from U+E000 up. */
export type CompareKeys = (a: string, b: string) => number;

const highUnits = /[\ud800-\uffff]/;

/** Whether `key` holds a character for which the order of UTF-16 units is not the order of bytes. */
export function needsByteOrder(key: string): boolean {
  return highUnits.test(key);
}

/** The fast comparison, right while neither key `needsByteOrder`. */
export function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a === b ? 0 : 1;
}

/** The comparison that is always right. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return byteRank(left) - byteRank(right);
  }
  return a.length - b.length;
}

/** Moves surrogates behind all other units, where their four-byte characters sort in UTF-8. */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
