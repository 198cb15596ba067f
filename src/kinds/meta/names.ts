const labelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainPattern = `${labelPattern}(\\.${labelPattern})*`;
const labelRegExp = new RegExp(`^${labelPattern}$`);
const subdomainRegExp = new RegExp(`^${subdomainPattern}$`);

const subdomainText =
  `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end ` +
  `with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomainPattern}')`;
const labelText =
  `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end ` +
  `with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${labelPattern}')`;

/** What is wrong with `name` as a DNS-1123 subdomain (spec: api.md section 6.2). A trailing dash is fine in a `prefix`. */
export function subdomainProblems(name: string, prefix = false): readonly string[] {
  return problems(masked(name, prefix), 253, subdomainRegExp, subdomainText);
}

const underscorePattern = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const underscoreSubdomainPattern = `${underscorePattern}(\\.${underscorePattern})*`;
const underscoreSubdomainRegExp = new RegExp(`^${underscoreSubdomainPattern}$`);
const underscoreSubdomainText =
  `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end ` +
  `with an alphanumeric character (e.g. 'example.com', regex used for validation is '${underscoreSubdomainPattern}')`;

/** As `subdomainProblems`, where underscores are usual: DNS search paths. */
export function underscoreSubdomainProblems(name: string): readonly string[] {
  return problems(name, 253, underscoreSubdomainRegExp, underscoreSubdomainText);
}

const wildcardPattern = `\\*\\.${subdomainPattern}`;
const wildcardRegExp = new RegExp(`^${wildcardPattern}$`);
const wildcardText =
  `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case ` +
  `alphanumeric characters, '-' or '.' and end with an alphanumeric character ` +
  `(e.g. '*.example.com', regex used for validation is '${wildcardPattern}')`;

/** What is wrong with `name` as one that stands for all names of a domain, such as "*.example.com". */
export function wildcardProblems(name: string): readonly string[] {
  return problems(name, 253, wildcardRegExp, wildcardText);
}

/** What is wrong with `name` as a DNS-1123 label. */
export function labelProblems(name: string, prefix = false): readonly string[] {
  const value = masked(name, prefix);
  // A good subdomain that is no good label can only have dots too many; upstream then says just that.
  const dotted = !labelRegExp.test(value) && subdomainRegExp.test(value);
  return problems(value, 63, labelRegExp, dotted ? 'must not contain dots' : labelText);
}

const oldLabelPattern = '[a-z]([-a-z0-9]*[a-z0-9])?';
const oldLabelRegExp = new RegExp(`^${oldLabelPattern}$`);
const oldLabelText =
  `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end ` +
  `with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${oldLabelPattern}')`;

/** What is wrong with `name` as a DNS-1035 label: one that begins with a letter. */
export function oldLabelProblems(name: string): readonly string[] {
  return problems(name, 63, oldLabelRegExp, oldLabelText);
}

function problems(value: string, lengthMax: number, pattern: RegExp, text: string): readonly string[] {
  return [...tooLong(value, lengthMax), ...(pattern.test(value) ? [] : [text])];
}

function tooLong(value: string, lengthMax: number): readonly string[] {
  return value.length > lengthMax ? [`must be no more than ${lengthMax} characters`] : [];
}

/** A generated name gets a suffix, so that its prefix may end in what a whole name may not end in. Upstream looks away from the
 *  character before the dash, too. */
function masked(name: string, prefix: boolean): string {
  return prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name;
}

/** What is wrong with `name` where anything goes that can stand in a path: events, roles. */
export function pathSegmentProblems(name: string, prefix = false): readonly string[] {
  const whole = !prefix && (name === '.' || name === '..') ? [`may not be '${name}'`] : [];
  return [...whole, ...['/', '%'].filter((char) => name.includes(char)).map((char) => `may not contain '${char}'`)];
}
