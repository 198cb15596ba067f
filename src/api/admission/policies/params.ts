import type { ParamKind, ParamRef } from '#kinds/admission-policy/schema.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { selectorMatches, selectorOf } from '#kinds/meta/selector.ts';
import type { MatchParts } from './match.ts';
import { PolicyProblem } from './problem.ts';

/** The resource whose objects are the parameters of a policy. Throws `PolicyProblem` if there is none of that kind. */
export function paramResource({ registry }: MatchParts, wanted: ParamKind): ResourceDefinition {
  const { apiVersion = '', kind = '' } = wanted;
  const found = registry.resources.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
  if (found !== undefined) return found;
  const shown = `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`;
  throw new PolicyProblem(`failed to find resource referenced by paramKind: '${shown}'`);
}

/** The parameters that a binding names: the policy is held for each. One that is undefined stands for a policy without any. Throws
 *  `PolicyProblem` if they cannot be found. */
export function collectParams(
  { objects }: MatchParts,
  resource: ResourceDefinition | undefined,
  ref: ParamRef | undefined,
  requestNamespace: string | undefined,
): readonly (KubeObject | undefined)[] {
  if (resource === undefined || ref === undefined) return [undefined];
  const namespace = namespaceOf(resource, ref, requestNamespace);
  const params = ref.name
    ? [objects.peek(resource, namespace, ref.name)].filter((one) => one !== undefined)
    : objects.all(resource, namespace).filter(({ metadata }) => {
        return selectorMatches(selectorOf(ref.selector), metadata.labels);
      });
  if (params.length === 0 && ref.parameterNotFoundAction === 'Deny') {
    throw new PolicyProblem('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  return params;
}

function namespaceOf(
  { namespaced }: ResourceDefinition,
  { namespace }: ParamRef,
  requestNamespace: string | undefined,
): string | undefined {
  if (!namespaced) {
    if (!namespace) return undefined;
    throw new PolicyProblem('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  const within = namespace || requestNamespace;
  if (within !== undefined) return within;
  throw new PolicyProblem('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources');
}
