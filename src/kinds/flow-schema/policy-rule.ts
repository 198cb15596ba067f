import type {
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '#kinds/flow-schema/schema.ts';
import { checkPresent, invalidEach } from '#kinds/meta/checks.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import { labelProblems, subdomainProblems } from '#kinds/meta/names.ts';

type Findings = readonly FieldError[];

const all = '*';
const verbsKnown = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

/** Findings on who asks for what. */
export function validatePolicyRule(rule: PolicyRulesWithSubjects, field: string): Findings {
  const { subjects, resourceRules = [], nonResourceRules = [] } = rule;
  const isEmpty = resourceRules.length === 0 && nonResourceRules.length === 0;
  const empty = 'at least one of resourceRules and nonResourceRules has to be non-empty';
  return [
    ...requireSome(`${field}.subjects`, subjects, 'subjects must contain at least one value'),
    ...subjects.flatMap((subject, index) => validateSubject(subject, `${field}.subjects[${index}]`)),
    ...(isEmpty ? [fieldError.required(field, empty)] : []),
    ...resourceRules.flatMap((one, index) => validateResourceRule(one, `${field}.resourceRules[${index}]`)),
    ...nonResourceRules.flatMap((one, index) => validatePathRule(one, `${field}.nonResourceRules[${index}]`)),
  ];
}

const kindsOf = { serviceAccount: 'ServiceAccount', user: 'User', group: 'Group' } as const;
type SubjectField = keyof typeof kindsOf;

function validateSubject(subject: Subject, field: string): Findings {
  const own = (['serviceAccount', 'user', 'group'] as const).find((name) => kindsOf[name] === subject.kind);
  if (own === undefined) {
    return [fieldError.notSupported(`${field}.kind`, subject.kind, ['Group', 'ServiceAccount', 'User'])];
  }
  const others = (['serviceAccount', 'user', 'group'] as const).filter(
    (name) => name !== own && subject[name] !== undefined,
  );
  return [
    ...validateNamed(subject, own, `${field}.${own}`),
    ...others.map((name) =>
      fieldError.forbidden(`${field}.${name}`, `${name} is forbidden when subject kind is not '${kindsOf[name]}'`),
    ),
  ];
}

function validateNamed(subject: Subject, own: SubjectField, field: string): Findings {
  const named = subject[own];
  if (named === undefined) {
    return [fieldError.required(field, `${own} is required when subject kind is '${kindsOf[own]}'`)];
  }
  const at = `${field}.name`;
  if (named.name === '' || !('namespace' in named)) {
    return [
      ...checkPresent(at, named.name),
      ...('namespace' in named ? validateNamespace(named.namespace, field) : []),
    ];
  }
  return [
    ...(named.name === all ? [] : invalidEach(at, named.name, subdomainProblems(named.name))),
    ...validateNamespace(named.namespace, field),
  ];
}

function validateNamespace(namespace: string, field: string): Findings {
  const at = `${field}.namespace`;
  return namespace === ''
    ? [fieldError.required(at, 'must specify namespace for service account')]
    : invalidEach(at, namespace, labelProblems(namespace));
}

function validateResourceRule(rule: ResourcePolicyRule, field: string): Findings {
  const { apiGroups, resources } = rule;
  return [
    ...validateVerbs(rule.verbs, `${field}.verbs`),
    ...requireSome(`${field}.apiGroups`, apiGroups, 'resource rules must supply at least one api group'),
    ...checkAlone(`${field}.apiGroups`, apiGroups, 'api groups'),
    ...requireSome(`${field}.resources`, resources, 'resource rules must supply at least one resource'),
    ...checkAlone(`${field}.resources`, resources, 'resources'),
    ...validateNamespaces(rule, `${field}.namespaces`),
  ];
}

function validateNamespaces({ namespaces, clusterScope = false }: ResourcePolicyRule, field: string): Findings {
  const none = 'resource rules that are not cluster scoped must supply at least one namespace';
  if (namespaces.length === 0 && !clusterScope) return [fieldError.required(field, none)];
  if (namespaces.includes(all)) return checkAlone(field, namespaces, 'namespaces');
  const rule = "each member of this list must be '*' or a DNS-1123 label; ";
  return namespaces.flatMap((name, index) =>
    invalidEach(
      `${field}[${index}]`,
      name,
      labelProblems(name).map((problem) => rule + problem),
    ),
  );
}

function validatePathRule({ verbs, nonResourceURLs: paths }: NonResourcePolicyRule, field: string): Findings {
  const at = `${field}.nonResourceURLs`;
  return [
    ...validateVerbs(verbs, `${field}.verbs`),
    ...requireSome(at, paths, 'nonResourceURLs must contain at least one value'),
    ...(paths.includes(all)
      ? checkAlone(at, paths, 'non-resource URLs')
      : paths.flatMap((path, index) => validatePath(path, `${at}[${index}]`))),
  ];
}

function validatePath(path: string, field: string): Findings {
  const wrong = (why: string): Findings => [fieldError.invalid(field, path, why)];
  if (path === '') return wrong('must not be empty');
  if (path === '/') return [];
  if (!path.startsWith('/')) return wrong('must start with slash');
  if (path.includes(' ')) return wrong('must not contain white-space');
  if (path.includes('//')) return wrong('must not contain double slash');
  const stars = path.split(all).length - 1;
  return stars > 1 || (stars === 1 && !path.endsWith('/*')) ? wrong('wildcard can only do suffix matching') : [];
}

function validateVerbs(verbs: readonly string[], field: string): Findings {
  if (verbs.length === 0) return [fieldError.required(field, 'verbs must contain at least one value')];
  if (verbs.includes(all)) return checkAlone(field, verbs, 'verbs');
  return verbs.every((verb) => verbsKnown.includes(verb)) ? [] : [fieldError.notSupported(field, verbs, verbsKnown)];
}

function requireSome(field: string, items: readonly unknown[], why: string): Findings {
  return items.length === 0 ? [fieldError.required(field, why)] : [];
}

function checkAlone(field: string, items: readonly string[], what: string): Findings {
  if (items.length < 2 || !items.includes(all)) return [];
  return [fieldError.invalid(field, items, `if '*' is present, must not specify other ${what}`)];
}
