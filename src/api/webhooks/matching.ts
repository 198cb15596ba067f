import type { ResourceDefinition } from '#kinds/definition.ts';
import type { RuleWithOperations } from '#kinds/webhook-configuration/schema.ts';

/** What a rule looks at. */
export interface RuleSubject {
  readonly operation: string;
  readonly resource: Pick<ResourceDefinition, 'group' | 'version' | 'plural'>;
  readonly subresource: string | undefined;
  /** Of a namespace its own name; undefined for all else that is in none. */
  readonly namespace: string | undefined;
}

/** Whether a rule is about a request (admissionregistration.k8s.io/v1 RuleWithOperations). */
export function ruleMatches(rule: RuleWithOperations, subject: RuleSubject): boolean {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope = '*' } = rule;
  const { resource, operation } = subject;
  return (
    inScope(scope, subject) &&
    listed(operations, operation) &&
    listed(apiGroups, resource.group) &&
    listed(apiVersions, resource.version) &&
    resources.some((pattern) => namesResource(pattern, subject))
  );
}

function listed(items: readonly string[], wanted: string): boolean {
  return items.includes('*') || items.includes(wanted);
}

/** Namespaces count as what they are, cluster-scoped, though they are found in themselves. */
function inScope(scope: string, { resource, namespace }: RuleSubject): boolean {
  if (scope === '*') return true;
  const clusterWide = isNamespaces(resource) || namespace === undefined;
  return scope === 'Cluster' ? clusterWide : scope === 'Namespaced' && !clusterWide;
}

// Such as pods, pods/log, pods/*, * (which means no subresource), */scale or */*.
function namesResource(pattern: string, { resource, subresource = '' }: RuleSubject): boolean {
  const slash = pattern.indexOf('/');
  const name = slash < 0 ? pattern : pattern.slice(0, slash);
  const below = slash < 0 ? '' : pattern.slice(slash + 1);
  return (name === '*' || name === resource.plural) && (below === '*' || below === subresource);
}

export function isNamespaces({ group, plural }: { readonly group: string; readonly plural: string }): boolean {
  return group === '' && plural === 'namespaces';
}
