import { invalidEach } from '#kinds/meta/checks.ts';
import type { FieldError } from '#kinds/meta/field-error.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import type { WindowsSecurityContextOptions } from '#kinds/pod/schema/security.ts';

type Findings = readonly FieldError[];

const credentialsKibMax = 64;

/** Findings on who a Windows container runs as. */
export function validateWindowsOptions(options: WindowsSecurityContextOptions | undefined, field: string): Findings {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: credentials, runAsUserName } = options ?? {};
  return [
    ...(name === undefined ? [] : invalidEach(`${field}.gmsaCredentialSpecName`, name, subdomainProblems(name))),
    ...(credentials === undefined
      ? []
      : invalidEach(`${field}.gmsaCredentialSpec`, credentials, credentialsProblems(credentials))),
    ...(runAsUserName === undefined
      ? []
      : invalidEach(`${field}.runAsUserName`, runAsUserName, runAsProblems(runAsUserName))),
  ];
}

function credentialsProblems(credentials: string): readonly string[] {
  if (credentials === '') return ['gmsaCredentialSpec cannot be an empty string'];
  if (Buffer.byteLength(credentials) <= credentialsKibMax * 1024) return [];
  return [`gmsaCredentialSpec size must be under ${credentialsKibMax} KiB`];
}

const domainLengthMax = 256;
const userLengthMax = 104;
const netBiosName = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const dnsName = new RegExp(`^${dnsLabel}(?:\\.${dnsLabel})*$`);

/** What is wrong with "user" or "domain\user". */
function runAsProblems(name: string): readonly string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (/\p{Cc}/u.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const [domain] = parts.length === 2 ? parts : [];
  return [...(domain === undefined ? [] : domainProblems(domain)), ...userProblems(parts.at(-1) ?? '')];
}

function domainProblems(domain: string): readonly string[] {
  const isWellFormed = netBiosName.test(domain) || dnsName.test(domain);
  return [
    ...(Buffer.byteLength(domain) >= domainLengthMax
      ? [`runAsUserName's Domain length must be under ${domainLengthMax} characters`]
      : []),
    ...(isWellFormed ? [] : ["runAsUserName's Domain doesn't match the NetBios nor the DNS format"]),
  ];
}

function userProblems(user: string): readonly string[] {
  return [
    ...(user === '' ? ["runAsUserName's User cannot be empty"] : []),
    ...(Buffer.byteLength(user) > userLengthMax
      ? [`runAsUserName's User length must not be longer than ${userLengthMax} characters`]
      : []),
    ...(/^[. ]+$/.test(user) ? ["runAsUserName's User cannot contain only periods or spaces"] : []),
    ...(/["/\\:;|=,+*?<>@[\]]/.test(user)
      ? ['runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]']
      : []),
  ];
}
