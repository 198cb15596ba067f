/** Texts and values as upstream prints them inside messages: the way Go writes them down. */

const short: { readonly [char: string]: string } = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};
/** Quotes, backslashes and what does not print: of spaces, only the plain one does. */
const special = /["\\]|(?! )[\p{C}\p{Z}]/gu;

/** `text` in double quotes. */
export function goQuote(text: string): string {
  return `"${text.replace(special, (char) => short[char] ?? escaped(char))}"`;
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
