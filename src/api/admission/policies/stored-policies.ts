import {
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '#kinds/admission-policy/admission-policies.ts';
import { type CompiledPolicy, compilePolicy } from '#kinds/admission-policy/compile.ts';
import type { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from '#kinds/admission-policy/schema.ts';
import type { ObjectStore } from '../../object-store.ts';

/** A policy and where it holds. */
export interface BoundPolicy {
  readonly policy: ValidatingAdmissionPolicy;
  readonly bindings: readonly ValidatingAdmissionPolicyBinding[];
}

const none: readonly BoundPolicy[] = [];

/** The policies that hold somewhere, as they are stored now. Made anew after a change; without bindings, asking costs a look-up. */
export function boundPolicies(objects: ObjectStore): () => readonly BoundPolicy[] {
  let made: { readonly at: string; readonly bound: readonly BoundPolicy[] } | undefined;
  return () => {
    const bindings = objects.of(validatingAdmissionPolicyBindings).cache;
    if (bindings.size === 0) return none;
    const at = `${bindings.changedAt} ${objects.of(validatingAdmissionPolicies).cache.changedAt}`;
    if (made?.at !== at) made = { at, bound: joined(objects) };
    return made.bound;
  };
}

function joined(objects: ObjectStore): readonly BoundPolicy[] {
  const bindings = Map.groupBy(objects.all(validatingAdmissionPolicyBindings), ({ spec }) => spec.policyName);
  return objects.all(validatingAdmissionPolicies).flatMap((policy) => {
    const own = bindings.get(policy.metadata.name);
    return own === undefined ? [] : [{ policy, bindings: own }];
  });
}

const compiled = new WeakMap<ValidatingAdmissionPolicy, CompiledPolicy>();

/** The expressions of a stored policy, read once. */
export function compiledPolicy(policy: ValidatingAdmissionPolicy): CompiledPolicy {
  const known = compiled.get(policy) ?? compilePolicy(policy.spec);
  compiled.set(policy, known);
  return known;
}
