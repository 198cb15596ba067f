/** Whether a text is the number of a book with ten places, the last of which may be X for ten. Spaces and dashes do not count. */
export function isIsbn10(text: string): boolean {
  const plain = text.replaceAll(/[\s-]/g, '');
  if (!/^\d{9}[\dX]$/.test(plain)) return false;
  const weighed = [...plain].map((digit, index) => (index + 1) * (digit === 'X' ? 10 : Number(digit)));
  return sum(weighed) % 11 === 0;
}

/** As `isIsbn10`, with thirteen places. */
export function isIsbn13(text: string): boolean {
  const plain = text.replaceAll(/[\s-]/g, '');
  return (
    /^\d{13}$/.test(plain) &&
    sum([...plain].map((digit, index) => Number(digit) * (index % 2 === 0 ? 1 : 3))) % 10 === 0
  );
}

/** How the numbers of those who issue cards begin, and how many digits they have. */
const issuers: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16]],
  [/^5[1-5]/, [16]],
  [/^6(?:011|5)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|[68])/, [14]],
  [/^(?:2131|1800)/, [15]],
  [/^35/, [16]],
];

/** Whether a text is the number of a credit card; only its digits count. */
export function isCreditCard(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '');
  if (!issuers.some(([start, lengths]) => start.test(digits) && lengths.includes(digits.length))) return false;
  const weighed = [...digits].reverse().map((digit, index) => {
    const number = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return number > 9 ? number - 9 : number;
  });
  return sum(weighed) % 10 === 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
