import { CelError, type CelOpaque } from '#kinds/cel/values.ts';

/** A semantic version. */
export class CelVersion implements CelOpaque {
  readonly typeName = 'kubernetes.Semver';
  /** Major, minor, patch. */
  readonly numbers: readonly bigint[];
  readonly before: readonly string[];

  constructor(numbers: readonly bigint[], before: readonly string[]) {
    this.numbers = numbers;
    this.before = before;
  }

  equals(other: unknown): boolean {
    return other instanceof CelVersion && this.compare(other) === 0;
  }

  /** Negative, zero or positive as this comes before, with or after `other`. What a build is called does not count. */
  compare(other: CelVersion): number {
    for (const [at, number] of this.numbers.entries()) {
      const rest = number - (other.numbers[at] ?? 0n);
      if (rest !== 0n) return rest < 0n ? -1 : 1;
    }
    const [mine, theirs] = [this.before, other.before];
    if (mine.length === 0 || theirs.length === 0) return Math.sign(theirs.length - mine.length);
    for (let at = 0; at < Math.min(mine.length, theirs.length); at += 1) {
      const order = compareParts(mine[at] ?? '', theirs[at] ?? '');
      if (order !== 0) return order;
    }
    return Math.sign(mine.length - theirs.length);
  }
}

const isNumber = (part: string): boolean => /^[0-9]+$/.test(part);

/** Numbers come before words. */
function compareParts(a: string, b: string): number {
  if (isNumber(a) && isNumber(b)) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Reads a version. `isLenient` lets through a `v` before it, zeros before its numbers, and numbers that are missing. Throws `CelError`. */
export function parseVersion(given: string, isLenient: boolean): CelVersion {
  const text = isLenient ? completed(given) : given;
  if (text === '') throw new CelError('Version string empty');
  const [, plain = '', before, build] = /^([^-+]*)(?:-([^+]*))?(?:\+(.*))?$/s.exec(text) ?? [];
  const numbers = plain.split('.');
  if (numbers.length < 3) throw new CelError('No Major.Minor.Patch elements found');
  const [major = '', minor = '', ...patch] = numbers;
  const found = [
    numberOf('Major', 'major', major),
    numberOf('Minor', 'minor', minor),
    numberOf('Patch', 'patch', patch.join('.')),
  ];
  const parts = before?.split('.') ?? [];
  for (const part of parts) {
    checkPart(part, 'Prerelease is empty', 'prerelease');
    if (/^0[0-9]+$/.test(part)) throw leadingZeros('Numeric PreRelease version', part);
  }
  for (const part of build?.split('.') ?? []) checkPart(part, 'Build meta data is empty', 'build meta data');
  return new CelVersion(found, parts);
}

function numberOf(name: string, what: string, text: string): bigint {
  if (!/^[0-9]*$/.test(text))
    throw new CelError(`Invalid character(s) found in ${what} number ${JSON.stringify(text)}`);
  if (/^0./.test(text)) throw leadingZeros(`${name} number`, text);
  if (text === '') throw new CelError('strconv.ParseUint: parsing "": invalid syntax');
  return BigInt(text);
}

function leadingZeros(what: string, text: string): CelError {
  return new CelError(`${what} must not contain leading zeroes ${JSON.stringify(text)}`);
}

function checkPart(part: string, empty: string, what: string): void {
  if (part === '') throw new CelError(empty);
  if (!/^[0-9A-Za-z-]+$/.test(part)) {
    throw new CelError(`Invalid character(s) found in ${what} ${JSON.stringify(part)}`);
  }
}

function completed(given: string): string {
  const text = given.replace(/^v/, '');
  const [major = '', minor, ...rest] = text.split('.');
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(rest.length === 0 ? [] : [rest.join('.')])].map(
    (part) => (part.length > 1 ? part.replace(/^0+/, '').replace(/^(?![0-9])/, '0') : part),
  );
  if (parts.length < 3 && /[-+]/.test(parts.at(-1) ?? '')) {
    throw new CelError('short version cannot contain PreRelease/Build meta data');
  }
  return [...parts, '0', '0'].slice(0, 3).join('.');
}
