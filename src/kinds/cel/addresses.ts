import { CelError, type CelOpaque, type CelValue } from '#kinds/cel/values.ts';

/** An IP address as a value. */
export class CelAddress implements CelOpaque {
  readonly typeName = 'net.IP';
  readonly family: 4 | 6;
  readonly bits: bigint;

  constructor(family: 4 | 6, bits: bigint) {
    this.family = family;
    this.bits = bits;
  }

  equals(other: unknown): boolean {
    return other instanceof CelAddress && other.family === this.family && other.bits === this.bits;
  }

  /** The address in its one canonical form. */
  text(): string {
    if (this.family === 4) return parts(this.bits, 4, 8).join('.');
    const groups = parts(this.bits, 8, 16).map((group) => group.toString(16));
    const gap = longestGap(groups);
    if (gap === undefined) return groups.join(':');
    return `${groups.slice(0, gap.from).join(':')}::${groups.slice(gap.to).join(':')}`;
  }
}

/** A range of addresses: those that begin as its address does. */
export class CelBlock implements CelOpaque {
  readonly typeName = 'net.CIDR';
  readonly address: CelAddress;
  readonly length: number;

  constructor(address: CelAddress, length: number) {
    this.address = address;
    this.length = length;
  }

  equals(other: unknown): boolean {
    return other instanceof CelBlock && other.length === this.length && this.address.equals(other.address);
  }

  text(): string {
    return `${this.address.text()}/${this.length}`;
  }

  /** The range with its own first address. */
  masked(): CelBlock {
    const { family, bits } = this.address;
    const rest = BigInt(bitsOf(family) - this.length);
    return new CelBlock(new CelAddress(family, (bits >> rest) << rest), this.length);
  }

  contains(address: CelAddress): boolean {
    if (address.family !== this.address.family) return false;
    const rest = BigInt(bitsOf(address.family) - this.length);
    return address.bits >> rest === this.address.bits >> rest;
  }
}

function bitsOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}

function parts(bits: bigint, count: number, size: number): readonly number[] {
  return Array.from({ length: count }, (_, at) =>
    Number(BigInt.asUintN(size, bits >> BigInt(size * (count - 1 - at)))),
  );
}

/** The first of the longest runs of two or more zeros. */
function longestGap(groups: readonly string[]): { readonly from: number; readonly to: number } | undefined {
  let best: { readonly from: number; readonly to: number } | undefined;
  for (let from = 0; from < groups.length; from += 1) {
    let to = from;
    while (groups[to] === '0') to += 1;
    if (to - from > (best === undefined ? 1 : best.to - best.from)) best = { from, to };
    from = Math.max(from, to);
  }
  return best;
}

/** Reads an address. Throws `CelError` for text that is none, and for the forms that upstream does not take. */
export function parseAddress(text: string): CelAddress {
  const address = addressOf(text);
  if (typeof address === 'string') {
    const why = `ParseAddr(${JSON.stringify(text)}): ${address}`;
    throw new CelError(`IP Address ${JSON.stringify(text)} parse error during conversion from string: ${why}`);
  }
  if (text.includes('%')) throw new CelError(`IP address ${JSON.stringify(text)} with zone value is not allowed`);
  if (isMapped(address)) throw new CelError(`IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`);
  return address;
}

/** Reads a range of addresses. Throws `CelError` as `parseAddress` does. */
export function parseBlock(text: string): CelBlock {
  const failed = 'network address parse error during conversion from string: ';
  const no = (why: string): CelError =>
    new CelError(`${failed}${failed}netip.ParsePrefix(${JSON.stringify(text)}): ${why}`);
  const slash = text.lastIndexOf('/');
  if (slash < 0) throw no("no '/'");
  const address = addressOf(text.slice(0, slash));
  if (typeof address === 'string') throw no(`ParseAddr(${JSON.stringify(text.slice(0, slash))}): ${address}`);
  if (text.includes('%')) throw no('IPv6 zones cannot be present in a prefix');
  const bits = text.slice(slash + 1);
  if (!/^(?:0|[1-9][0-9]*)$/.test(bits)) throw no(`bad bits after slash: ${JSON.stringify(bits)}`);
  if (Number(bits) > bitsOf(address.family)) throw no('prefix length out of range');
  if (isMapped(address)) {
    throw new CelError(`${failed}IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`);
  }
  return new CelBlock(address, Number(bits));
}

/** Whether the address is one of IPv4 in the form of IPv6. */
function isMapped({ family, bits }: CelAddress): boolean {
  return family === 6 && bits >> 32n === 0xffffn;
}

/** The address, or why there is none. */
function addressOf(text: string): CelAddress | string {
  switch (/[.:%]/.exec(text)?.[0]) {
    case '.': {
      const bits = ipv4(text);
      return typeof bits === 'string' ? bits : new CelAddress(4, bits);
    }
    case ':':
      return ipv6(text);
    case '%':
      return 'missing IPv6 address';
    default:
      return 'unable to parse IP';
  }
}

function ipv4(text: string): bigint | string {
  const odd = /[^0-9.]/.exec(text);
  if (odd !== null) return `unexpected character (at ${JSON.stringify(text.slice(odd.index))})`;
  const fields = text.split('.');
  if (fields.includes('')) return 'IPv4 field must have at least one digit';
  if (fields.some((field) => /^0./.test(field))) return 'IPv4 field has octet with leading zero';
  if (fields.some((field) => Number(field) > 255)) return 'IPv4 field has value >255';
  if (fields.length !== 4) return fields.length > 4 ? 'IPv4 address too long' : 'IPv4 address too short';
  return fields.reduce((bits, field) => (bits << 8n) | BigInt(field), 0n);
}

function ipv6(text: string): CelAddress | string {
  const [plain = '', ...zone] = text.split('%');
  if (zone.length > 0 && zone.join('%') === '') return 'zone must be a non-empty string';
  const [left = '', right, ...more] = plain.split('::');
  if (more.length > 0) return `multiple :: in address (at ${JSON.stringify(more.join('::'))})`;
  const before = groupsOf(left, right === undefined);
  const after = right === undefined ? [] : groupsOf(right, true);
  if (typeof before === 'string') return before;
  if (typeof after === 'string') return after;
  const missing = 8 - before.length - after.length;
  if (right === undefined && missing > 0) return 'address string too short';
  if (missing < (right === undefined ? 0 : 1)) return 'trailing garbage after address';
  const groups = [...before, ...Array.from({ length: missing }, () => 0n), ...after];
  return new CelAddress(
    6,
    groups.reduce((bits, group) => (bits << 16n) | group, 0n),
  );
}

/** The groups of 16 bits that `text` writes; the last two may stand as an IPv4 address. */
function groupsOf(text: string, isEnd: boolean): readonly bigint[] | string {
  if (text === '') return [];
  const groups: bigint[] = [];
  const fields = text.split(':');
  for (const [at, field] of fields.entries()) {
    if (isEnd && at === fields.length - 1 && field.includes('.')) {
      const bits = ipv4(field);
      if (typeof bits === 'string') return bits;
      groups.push(bits >> 16n, bits & 0xffffn);
      continue;
    }
    const why = groupProblem(field);
    if (why !== undefined) return `${why} (at ${JSON.stringify(fields.slice(at).join(':'))})`;
    groups.push(BigInt(`0x${field}`));
  }
  return groups;
}

function groupProblem(field: string): string | undefined {
  if (field === '') return 'each colon-separated field must have at least one digit';
  if (!/^[0-9a-fA-F]+$/.test(field)) return 'unexpected character, want colon';
  return field.length > 4 ? 'each group must have 4 or less digits' : undefined;
}

/** What addresses are for, by what rules call it. */
export const addressKinds: { readonly [name: string]: (address: CelAddress) => boolean } = {
  isUnspecified: ({ bits }) => bits === 0n,
  isLoopback: ({ family, bits }) => (family === 4 ? bits >> 24n === 127n : bits === 1n),
  isLinkLocalMulticast: ({ family, bits }) =>
    family === 4 ? bits >> 8n === 0xe00000n : ((bits >> 112n) & 0xff0fn) === 0xff02n,
  isLinkLocalUnicast: ({ family, bits }) => (family === 4 ? bits >> 16n === 0xa9fen : bits >> 118n === 0x3fan),
  isGlobalUnicast: (address) => {
    const { family, bits } = address;
    const isMulticast = family === 4 ? bits >> 28n === 0xen : bits >> 120n === 0xffn;
    const isBroadcast = family === 4 && bits === 0xffffffffn;
    return !isMulticast && !isBroadcast && !notGlobal.some((kind) => addressKinds[kind]?.(address) === true);
  },
};

const notGlobal = ['isUnspecified', 'isLoopback', 'isLinkLocalUnicast'];

/** Whether `reader` takes the text. */
export function canRead(reader: (text: string) => CelValue, text: string): boolean {
  try {
    reader(text);
    return true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}
