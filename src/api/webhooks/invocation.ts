import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { StringMap } from '#kinds/meta/labels.ts';
import { selectorMatches } from '#kinds/meta/selector.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import type { Authorizer } from '../core.ts';
import { storageName } from '../keys.ts';
import type { ObjectStore } from '../object-store.ts';
import type { Registry } from '../registry.ts';
import { type Asked, type Invocation, namespaceOf } from './asked.ts';
import { conditionsHold } from './conditions.ts';
import type { Hook } from './hooks.ts';
import { isNamespaces, type RuleSubject, ruleMatches } from './matching.ts';
import { shapeOf } from './shape.ts';

/** What the choice of webhooks looks at. */
export interface MatchingParts {
  readonly objects: ObjectStore;
  readonly registry: Registry;
  readonly decide: Authorizer;
}

/** Whether a webhook is to be asked, undefined if not. Throws NotFound when that hangs on a namespace that is not there, and Forbidden
 *  when it cannot be told. */
export async function invocationOf(parts: MatchingParts, hook: Hook, asked: Asked): Promise<Invocation | undefined> {
  const { request, object } = asked;
  const { objectSelector } = hook;
  const everyObject = objectSelector.length === 0;
  const meant = [object, request.old].some(
    (state) => state !== undefined && selectorMatches(objectSelector, state.metadata?.labels as StringMap | undefined),
  );
  if (!everyObject && !meant) return undefined;
  const resource = matchedResource(parts.registry, hook, asked);
  if (resource === undefined || !(await inSelectedNamespace(parts.objects, hook, asked))) return undefined;
  const invocation = { hook, resource, shape: shapeOf(request.resource, resource, request.subresource) };
  return (await conditionsHold(parts.decide, invocation, asked)) ? invocation : undefined;
}

/** As what the rules mean the request: as it came, or as the same in another version. */
function matchedResource({ resources }: Registry, { webhook }: Hook, asked: Asked): ResourceDefinition | undefined {
  const { operation, resource, subresource } = asked.request;
  const { rules = [], matchPolicy } = webhook;
  const subject: RuleSubject = { operation, resource, subresource, namespace: namespaceOf(asked) };
  if (rules.some((rule) => ruleMatches(rule, subject))) return resource;
  if (matchPolicy !== 'Equivalent') return undefined;
  const storage = storageName(resource);
  const same = resources.filter(
    (other) =>
      other !== resource &&
      storageName(other) === storage &&
      (subresource === undefined || other.subresources.some(({ name }) => name === subresource)),
  );
  for (const rule of rules) {
    const found = same.find((other) => ruleMatches(rule, { ...subject, resource: other }));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Namespaces are judged by their own labels, and what is in none is always meant. */
async function inSelectedNamespace(objects: ObjectStore, hook: Hook, asked: Asked): Promise<boolean> {
  const namespace = namespaceOf(asked);
  const { namespaceSelector: selector } = hook;
  if (namespace === undefined || selector.length === 0) return true;
  const { request, object } = asked;
  if (isNamespaces(request.resource) && request.subresource === undefined && object !== undefined) {
    return selectorMatches(selector, object.metadata.labels as StringMap | undefined);
  }
  if (objects.peek(namespaces, undefined, namespace) === undefined) await objects.upToDate();
  const found = objects.peek(namespaces, undefined, namespace);
  if (found === undefined) throw apiErrors.notFound(namespaces, namespace);
  return selectorMatches(selector, found.metadata.labels);
}
