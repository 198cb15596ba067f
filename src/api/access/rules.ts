import type { PolicyRule } from '#kinds/rbac/schema.ts';
import type { Attributes } from '../api.ts';

/** Whether one rule allows a request (spec: api.md section 17.3). */
export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  if ('path' in attributes) return (rule.nonResourceURLs ?? []).some((url) => pathMatches(url, attributes.path));
  const { group, plural, subresource, name = '' } = attributes;
  const { resourceNames: names = [] } = rule;
  return (
    has(rule.apiGroups, group) &&
    (rule.resources ?? []).some((pattern) => resourceMatches(pattern, plural, subresource)) &&
    (names.length === 0 || names.includes(name))
  );
}

function has(allowed: readonly string[] = [], wanted: string): boolean {
  return allowed.includes('*') || allowed.includes(wanted);
}

function resourceMatches(pattern: string, plural: string, subresource: string | undefined): boolean {
  if (pattern === '*') return true;
  if (!subresource) return pattern === plural;
  return pattern === `${plural}/${subresource}` || pattern === `*/${subresource}`;
}

function pathMatches(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}

/** Those pieces of `wanted` that none of `held` covers, as small as rules can be (spec: api.md section 17.3, escalation). */
export function uncovered(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(pieces).filter((piece) => !held.some((rule) => covers(rule, piece)));
}

/** `rule` taken apart into one verb on one thing each. */
function pieces(rule: PolicyRule): readonly PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const named = resourceNames.length === 0 ? [{}] : resourceNames.map((name) => ({ resourceNames: [name] }));
  const onResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) =>
        named.map((names): PolicyRule => ({ verbs: [verb], apiGroups: [group], resources: [resource], ...names })),
      ),
    ),
  );
  const onPaths = nonResourceURLs.flatMap((url) =>
    verbs.map((verb): PolicyRule => ({ verbs: [verb], nonResourceURLs: [url] })),
  );
  return [...onResources, ...onPaths];
}

/** Whether `rule` allows all that one piece allows. */
function covers(rule: PolicyRule, piece: PolicyRule): boolean {
  const [verb = ''] = piece.verbs;
  if (!has(rule.verbs, verb)) return false;
  const [url] = piece.nonResourceURLs ?? [];
  if (url !== undefined) return (rule.nonResourceURLs ?? []).some((pattern) => pathMatches(pattern, url));
  const [group = ''] = piece.apiGroups ?? [];
  const [resource = ''] = piece.resources ?? [];
  const [name] = piece.resourceNames ?? [];
  const { resources = [], resourceNames = [] } = rule;
  const subresource = /^[^/]+\/(.*)$/.exec(resource)?.[1];
  return (
    has(rule.apiGroups, group) &&
    (has(resources, resource) || (subresource !== undefined && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name)))
  );
}

/** Pieces put together again where that says the same in fewer words: the verbs on one thing side by side. Paths stay apart. */
export function compact(found: readonly PolicyRule[]): readonly PolicyRule[] {
  const byThing = Map.groupBy(found, ({ verbs: _verbs, ...thing }) => JSON.stringify(thing));
  return [...byThing.values()].flatMap((same) => {
    const first = same[0] as PolicyRule;
    return first.nonResourceURLs === undefined ? [{ ...first, verbs: same.flatMap(({ verbs }) => verbs) }] : same;
  });
}

/** A rule as upstream writes it in messages: `{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}`. */
export function ruleText(rule: PolicyRule): string {
  const { apiGroups, resources, nonResourceURLs, resourceNames, verbs } = rule;
  const parts = {
    APIGroups: apiGroups,
    Resources: resources,
    NonResourceURLs: nonResourceURLs,
    ResourceNames: resourceNames,
  };
  const shown = Object.entries({ ...parts, Verbs: verbs }).filter(([, items]) => (items ?? []).length > 0);
  return `{${shown.map(([name, items]) => `${name}:${quotedList(items ?? [])}`).join(', ')}}`;
}

/** Texts as upstream lists them: `["a" "b"]`. */
export function quotedList(items: readonly string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(' ')}]`;
}
