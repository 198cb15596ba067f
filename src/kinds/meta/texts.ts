const configKeyPattern = '[-._a-zA-Z0-9]+';
const configKeyRegExp = new RegExp(`^${configKeyPattern}$`);
const configKeyText =
  `a valid config key must consist of alphanumeric characters, '-', '_' or '.' ` +
  `(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '${configKeyPattern}')`;
const headerPattern = '[-A-Za-z0-9]+';
const headerRegExp = new RegExp(`^${headerPattern}$`);
const headerText =
  `a valid HTTP header must consist of alphanumeric characters or '-' ` +
  `(e.g. 'X-Header-Name', regex used for validation is '${headerPattern}')`;
const variableText = "a valid environment variable name must consist only of printable ASCII characters other than '='";

/** What is wrong with a key of a ConfigMap's or Secret's data: it becomes a file name. */
export function configKeyProblems(key: string): readonly string[] {
  const problems: string[] = [];
  if (key.length > 253) problems.push('must be no more than 253 characters');
  if (!configKeyRegExp.test(key)) problems.push(configKeyText);
  if (key === '.' || key === '..') problems.push(`must not be '${key}'`);
  else if (key.startsWith('..')) problems.push("must not start with '..'");
  return problems;
}

/** What is wrong with the name of an environment variable, or with a prefix of such names. */
export function variableNameProblems(name: string): readonly string[] {
  return /^[\x20-\x7e]*$/.test(name) && !name.includes('=') ? [] : [variableText];
}

/** What is wrong with the name of a port. */
export function portNameProblems(name: string): readonly string[] {
  const problems: string[] = [];
  if (name.length > 15) problems.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)');
  if (name.includes('--')) problems.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

/** What is wrong with the name of an HTTP header. */
export function headerNameProblems(name: string): readonly string[] {
  return headerRegExp.test(name) ? [] : [headerText];
}

const octet = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const ipv4RegExp = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

/** 4 or 6 for an IP address, undefined for another text. */
export function ipFamily(text: string): 4 | 6 | undefined {
  if (ipv4RegExp.test(text)) return 4;
  return isIpv6(text) ? 6 : undefined;
}

/** What is wrong with an address range, however its address is written. */
export function cidrProblems(text: string): readonly string[] {
  const [address = '', bits = ''] = text.split('/');
  const family = ipFamily(address);
  const bitsMax = family === 4 ? 32 : 128;
  const good =
    family !== undefined && text.split('/').length === 2 && /^[0-9]{1,3}$/.test(bits) && Number(bits) <= bitsMax;
  return good ? [] : ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'];
}

/** An address with no zeros before the numbers of its IPv4 bytes, where upstream reads over them. */
export function withoutLeadingZeros(address: string): string {
  return address.replace(/[0-9]+(\.[0-9]+){3}$/, (bytes) =>
    bytes
      .split('.')
      .map((byte) => byte.replace(/^0+(?=[0-9])/, ''))
      .join('.'),
  );
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const tailIsIpv4 = ipv4RegExp.test(last);
  const hex = tailIsIpv4 ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = hex.length + (tailIsIpv4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}
