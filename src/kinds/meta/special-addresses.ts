import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { ipFamily, withoutLeadingZeros } from '#kinds/meta/texts.ts';

/** Findings on an IP address that others are to reach: one that means the asker itself, or nobody beyond its link, is none. What is
 *  no address at all is found elsewhere too, as upstream does. */
export function validateReachable(ip: string, field: string): readonly FieldError[] {
  const bytes = ipBytes(ip);
  if (bytes === undefined) return [fieldError.invalid(field, ip, 'must be a valid IP address')];
  const text = specialText(bytes, ip);
  return text === undefined ? [] : [fieldError.invalid(field, ip, text)];
}

function specialText(bytes: readonly number[], shown: string): string | undefined {
  const [a = 0, b = 0, c = 0] = bytes;
  const isV4 = bytes.length === 4;
  if (bytes.every((byte) => byte === 0)) return `may not be unspecified (${shown})`;
  const isLoopback = isV4 ? a === 127 : bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
  if (isLoopback) return 'may not be in the loopback range (127.0.0.0/8, ::1/128)';
  const isLinkLocal = isV4 ? a === 169 && b === 254 : a === 0xfe && (b & 0xc0) === 0x80;
  if (isLinkLocal) return 'may not be in the link-local range (169.254.0.0/16, fe80::/10)';
  const isMulticast = isV4 ? a === 224 && b === 0 && c === 0 : a === 0xff && (b & 0x0f) === 2;
  return isMulticast ? 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)' : undefined;
}

/** The bytes of an IP address, however it is written: 4 or 16, and 4 too for an IPv4 address in the form of an IPv6 one. Undefined
 *  for other texts. */
export function ipBytes(ip: string): readonly number[] | undefined {
  const plain = withoutLeadingZeros(ip);
  const family = ipFamily(plain);
  if (family === undefined) return undefined;
  if (family === 4) return plain.split('.').map(Number);
  const [head = '', tail] = plain.split('::');
  const before = groupBytes(head);
  const after = tail === undefined ? [] : groupBytes(tail);
  const gap = tail === undefined ? 0 : 16 - before.length - after.length;
  const bytes = [...before, ...new Array<number>(gap).fill(0), ...after];
  const isMapped = bytes.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 0xff));
  return isMapped ? bytes.slice(12) : bytes;
}

function groupBytes(half: string): readonly number[] {
  if (half === '') return [];
  return half.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
