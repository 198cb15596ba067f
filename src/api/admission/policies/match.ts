import type { MatchResources, NamedRuleWithOperations } from '#kinds/admission-policy/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { StringMap } from '#kinds/meta/labels.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import { storageName } from '../../keys.ts';
import type { ObjectStore } from '../../object-store.ts';
import type { Registry } from '../../registry.ts';
import { isNamespaces, type RuleSubject, ruleMatches } from '../../webhooks/matching.ts';
import type { AdmissionRequest } from '../chain.ts';
import { PolicyProblem } from './problem.ts';

/** What the choice of policies looks at. */
export interface MatchParts {
  readonly objects: ObjectStore;
  readonly registry: Registry;
}

/** The resource that a policy or binding means the request to be about: as it came, or the same in another version that the rules
 *  name. Undefined if the request is none of its. Throws `PolicyProblem` when nobody can say. */
export function matchedResource(
  parts: MatchParts,
  match: MatchResources,
  request: AdmissionRequest,
  object: KubeObject,
): ResourceDefinition | undefined {
  const inNamespace = namespaceMatches(parts.objects, match, request, object);
  if (inNamespace === false || !objectMatches(match, request, object)) return undefined;
  const versions = versionsOf(parts.registry, request.resource, match.matchPolicy === 'Equivalent');
  if (ruledVersion(match.excludeResourceRules ?? [], versions, request) !== undefined) return undefined;
  const { resourceRules = [] } = match;
  const resource = resourceRules.length === 0 ? request.resource : ruledVersion(resourceRules, versions, request);
  if (resource !== undefined && inNamespace === undefined) {
    throw new PolicyProblem(`namespaces ${JSON.stringify(request.namespace ?? '')} not found`);
  }
  return resource;
}

/** The resource as the request names it, and then as the others do that are the same. */
function versionsOf(
  { resources }: Registry,
  asked: ResourceDefinition,
  withEquivalents: boolean,
): readonly ResourceDefinition[] {
  if (!withEquivalents) return [asked];
  const storage = storageName(asked);
  const same = resources.filter((other) => storageName(other) === storage);
  return [asked, ...same.filter((other) => other.group !== asked.group || other.version !== asked.version)];
}

function ruledVersion(
  rules: readonly NamedRuleWithOperations[],
  versions: readonly ResourceDefinition[],
  request: AdmissionRequest,
): ResourceDefinition | undefined {
  const { operation, subresource, name } = request;
  return versions.find((resource) => {
    const subject: RuleSubject = { operation, resource, subresource, namespace: requestNamespace(request) };
    return rules.some(({ resourceNames = [], ...rule }) => {
      return ruleMatches(rule, subject) && (resourceNames.length === 0 || resourceNames.includes(name));
    });
  });
}

/** Namespaces count as being in themselves. */
export function requestNamespace({ resource, namespace, name, operation }: AdmissionRequest): string | undefined {
  return isNamespaces(resource) && operation !== 'CREATE' ? name : namespace;
}

/** Undefined when it hangs on a namespace that is not there. What is in no namespace is never left out. */
function namespaceMatches(
  objects: ObjectStore,
  match: MatchResources,
  request: AdmissionRequest,
  object: KubeObject,
): boolean | undefined {
  const selector = selectorOf(match.namespaceSelector);
  if (selector.length === 0) return true;
  if (isNamespaces(request.resource) && request.operation !== 'DELETE' && request.subresource === undefined) {
    return selectorMatches(selector, labelsOf(object));
  }
  const name = requestNamespace(request);
  if (name === undefined) return true;
  const found = objects.peek(namespaces, undefined, name);
  return found === undefined ? undefined : selectorMatches(selector, labelsOf(found));
}

function objectMatches(match: MatchResources, { old }: AdmissionRequest, object: KubeObject): boolean {
  const selector = selectorOf(match.objectSelector);
  if (selector.length === 0) return true;
  return [object, old].some((state) => state !== undefined && selectorMatches(selector, labelsOf(state)));
}

/** What is posted to subresources may have no metadata. */
function labelsOf({ metadata }: Partial<Pick<KubeObject, 'metadata'>>): StringMap | undefined {
  return metadata?.labels;
}
