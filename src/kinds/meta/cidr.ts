import { cidrProblems, ipFamily, withoutLeadingZeros } from '#kinds/meta/texts.ts';

/** A range of addresses, such as 10.9.8.0/24, or one address in it. */
export interface AddressRange {
  readonly family: 4 | 6;
  /** As given; bits beyond the prefix may be set. */
  readonly address: bigint;
  /** The first of the range. */
  readonly network: bigint;
  /** How many bits all of its addresses share. */
  readonly prefixBits: number;
}

/** Reads what `cidrProblems` finds nothing wrong with; undefined for other texts. */
export function parseCidr(text: string): AddressRange | undefined {
  if (cidrProblems(text).length > 0) return undefined;
  const [ip = '', bits = ''] = text.split('/');
  const family = ipFamily(ip) ?? 4;
  const address = family === 4 ? ipv4Number(ip) : ipv6Number(ip);
  const hostBits = BigInt(family === 4 ? 32 : 128) - BigInt(bits);
  return { family, address, network: (address >> hostBits) << hostBits, prefixBits: Number(bits) };
}

/** Whether all addresses of `inner` are in `outer`, and not the other way round. */
export function isStrictlyWithin(inner: AddressRange, outer: AddressRange): boolean {
  if (inner.family !== outer.family || inner.prefixBits <= outer.prefixBits) return false;
  const hostBits = BigInt((outer.family === 4 ? 32 : 128) - outer.prefixBits);
  return inner.network >> hostBits === outer.network >> hostBits;
}

/** What is wrong with an IP address. Some that are older forms of others are known, and not taken (gate StrictIPCIDRValidation). */
export function ipProblems(text: string): readonly string[] {
  const plain = withoutLeadingZeros(text);
  const family = ipFamily(plain);
  if (family === undefined) return ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
  if (plain !== text) return ['must not have leading 0s'];
  const isMapped = family === 6 && isMappedAddress(ipv6Number(text));
  return isMapped ? ['must not be an IPv4-mapped IPv6 address'] : [];
}

/** As `ipProblems`, where nothing but the canonical form is taken (RFC 5952). */
export function canonicalIpProblems(text: string): readonly string[] {
  const problems = ipProblems(text);
  if (problems.length > 0 || ipFamily(text) === 4) return problems;
  const usual = addressText(6, ipv6Number(text));
  return usual === text ? [] : [`must be in canonical form ("${usual}")`];
}

/** What is wrong with an address range; as `ipProblems`. */
export function rangeProblems(text: string): readonly string[] {
  const plain = plainRange(text);
  const range = parseCidr(plain);
  if (range === undefined) return ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
  if (plain !== text) return ['must not have leading 0s in IP or prefix length'];
  if (range.family === 6 && isMappedAddress(range.address)) return ['must not have an IPv4-mapped IPv6 address'];
  return range.address === range.network ? [] : ['must not have bits set beyond the prefix length'];
}

/** A range without zeros before the numbers in it, where upstream reads over them. */
export function plainRange(text: string): string {
  const [address = '', bits = '', ...more] = text.split('/');
  return [withoutLeadingZeros(address), bits.replace(/^0+(?=[0-9])/, ''), ...more].join('/');
}

/** Whether an IPv6 address stands for an IPv4 one. */
function isMappedAddress(address: bigint): boolean {
  return address >> 32n === 0xffffn;
}

/** What is allowed in a range of addresses but probably not meant, or written in another way than usual. */
export function cidrWarnings(text: string, field: string): readonly string[] {
  const range = parseCidr(text);
  if (range === undefined) return [];
  const { family, address, network, prefixBits } = range;
  const usual = `${addressText(family, network)}/${prefixBits}`;
  if (address !== network) {
    const alone = `${addressText(family, address)}/${family === 4 ? 32 : 128}`;
    return [
      `${field}: CIDR value ${JSON.stringify(text)} is ambiguous in this context (should be "${usual}" or "${alone}"?)`,
    ];
  }
  if (family === 4 || usual === text) return [];
  return [`${field}: IPv6 CIDR value ${JSON.stringify(text)} should be in RFC 5952 canonical format ("${usual}")`];
}

/** What is odd about how an IP address is written. */
export function ipWarnings(text: string, field: string): readonly string[] {
  const plain = withoutLeadingZeros(text);
  const family = ipFamily(plain);
  if (family === undefined || (family === 4 && plain === text)) return [];
  const address = family === 4 ? ipv4Number(plain) : ipv6Number(plain);
  const isMapped = family === 6 && isMappedAddress(address);
  if (isMapped || plain !== text) {
    const usual = isMapped ? addressText(4, address & 0xffffffffn) : addressText(family, address);
    return [`${field}: non-standard IP address ${JSON.stringify(text)} is invalid: use "${usual}"`];
  }
  const usual = addressText(6, address);
  if (usual === text) return [];
  return [`${field}: IPv6 address ${JSON.stringify(text)} should be in RFC 5952 canonical format ("${usual}")`];
}

/** What is odd about the ways in that the status of a service or an ingress lists. */
export function wayInWarnings({
  status,
}: {
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip?: string }[] } };
}): readonly string[] {
  const ways = status.loadBalancer.ingress ?? [];
  return ways.flatMap(({ ip = '' }, index) => ipWarnings(ip, `status.loadBalancer.ingress[${index}]`));
}

function ipv4Number(ip: string): bigint {
  return ip.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

/** The last four bytes may be written as an IPv4 address. */
function ipv6Number(ip: string): bigint {
  const [before = '', after] = ip.split('::');
  const [head, tail] = [groupsOf(before), after === undefined ? [] : groupsOf(after)];
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => 0n);
  return [...head, ...gap, ...tail].reduce((sum, group) => (sum << 16n) | group, 0n);
}

function groupsOf(text: string): readonly bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const number = ipv4Number(group);
    return [number >> 16n, number & 0xffffn];
  });
}

function addressText(family: 4 | 6, address: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(16 * (7 - index))) & 0xffffn).toString(16),
  );
  return withoutZeros(groups);
}

/** The longest run of zero groups, the first of several, is left out (RFC 5952). */
function withoutZeros(groups: readonly string[]): string {
  let best = { start: 0, length: 1 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== '0') start = index + 1;
    else if (index - start + 1 > best.length) best = { start, length: index - start + 1 };
  }
  if (best.length === 1) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}
