import { invalidEach } from '#kinds/meta/checks.ts';
import { ipProblems } from '#kinds/meta/cidr.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { underscoreSubdomainProblems } from '#kinds/meta/names.ts';
import type { PodDNSConfig, PodSpec } from '#kinds/pod/schema/spec.ts';

type Findings = readonly FieldError[];

const nameserversMax = 3;
const searchesMax = 32;
const searchCharactersMax = 2048;

/** Findings on how a pod resolves names. */
export function validateDns({ dnsPolicy, dnsConfig }: PodSpec, field: string): Findings {
  if (dnsPolicy === 'None') {
    if (dnsConfig === undefined) {
      return [fieldError.required(field, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    }
    if (!dnsConfig.nameservers?.length) {
      const text = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return [fieldError.required(`${field}.nameservers`, text)];
    }
  }
  return dnsConfig === undefined ? [] : validateConfig(dnsConfig, field);
}

function validateConfig({ nameservers = [], searches = [], options = [] }: PodDNSConfig, field: string): Findings {
  const at = `${field}.searches`;
  const many = (limit: number, what: string): string => `must not have more than ${limit} ${what}`;
  return [
    ...(nameservers.length > nameserversMax
      ? [fieldError.invalid(`${field}.nameservers`, nameservers, many(nameserversMax, 'nameservers'))]
      : []),
    ...nameservers.flatMap((address, index) =>
      invalidEach(`${field}.nameservers[${index}]`, address, ipProblems(address)),
    ),
    ...(searches.length > searchesMax ? [fieldError.invalid(at, searches, many(searchesMax, 'search paths'))] : []),
    ...(searches.join(' ').length > searchCharactersMax
      ? [
          fieldError.invalid(
            at,
            searches,
            many(searchCharactersMax, 'characters (including spaces) in the search list'),
          ),
        ]
      : []),
    ...searches.flatMap((search, index) => validateSearch(search, `${at}[${index}]`)),
    ...options.flatMap(({ name }, index) =>
      name ? [] : [fieldError.required(`${field}.options[${index}]`, 'must not be empty')],
    ),
  ];
}

function validateSearch(search: string, field: string): Findings {
  if (search === '.') return [];
  const plain = search.replace(/\.$/, '');
  return invalidEach(field, plain, underscoreSubdomainProblems(plain));
}
