import type { ValidatingAdmissionPolicyBinding } from '#kinds/admission-policy/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { namespaces } from '#kinds/namespace/namespace.ts';
import type { Authorizer } from '../../core.ts';
import { isJudged } from '../../webhooks/exempt.ts';
import { isNamespaces } from '../../webhooks/matching.ts';
import { shapeOf } from '../../webhooks/shape.ts';
import { AccessVerdicts } from '../access-verdicts.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../chain.ts';
import { expressionInput } from '../expression-input.ts';
import { type Denial, denied } from './denial.ts';
import { judge } from './judge.ts';
import { type MatchParts, matchedResource, requestNamespace } from './match.ts';
import { PolicyNotes } from './notes.ts';
import { collectParams, paramResource } from './params.ts';
import { PolicyProblem } from './problem.ts';
import { type BoundPolicy, boundPolicies, compiledPolicy } from './stored-policies.ts';

/** What holding requests to policies needs. */
export interface PolicyParts extends MatchParts {
  readonly decide: Authorizer;
}

/** Holds requests to the ValidatingAdmissionPolicies that bindings put in force. They are not held for policies and webhooks
 *  themselves, which must always be mendable. */
export function validatingPolicies(parts: PolicyParts): AdmissionPlugin {
  const policies = boundPolicies(parts.objects);
  return {
    name: 'ValidatingAdmissionPolicy',
    handles: isJudged,
    validate: (object, request) => {
      const bound = policies();
      return bound.length === 0 ? undefined : holdTo(bound, new Holding(parts, request, object));
    },
  };
}

async function holdTo(bound: readonly BoundPolicy[], holding: Holding): Promise<void> {
  for (const one of bound) await holding.to(one);
  holding.finish();
}

/** One request on its way through the policies. The first that refuses it is told; warnings are of all. */
class Holding {
  private readonly parts: PolicyParts;
  private readonly request: AdmissionRequest;
  private readonly object: KubeObject;
  private readonly verdicts: AccessVerdicts;
  private readonly notes: PolicyNotes;
  private readonly denials: Denial[] = [];

  constructor(parts: PolicyParts, request: AdmissionRequest, object: KubeObject) {
    this.parts = parts;
    this.request = request;
    this.object = object;
    this.verdicts = new AccessVerdicts(parts.decide, request.context.user);
    this.notes = new PolicyNotes(request.context.audit);
  }

  /** Throws an ApiError if a policy refuses the request. */
  finish(): void {
    const [first] = this.denials;
    if (first !== undefined) throw denied(this.request, first);
  }

  async to({ policy, bindings }: BoundPolicy): Promise<void> {
    const { spec, metadata } = policy;
    const found = this.configured(policy, undefined, () => {
      const match = spec.matchConstraints ?? {};
      const resource = matchedResource(this.parts, match, this.request, this.object);
      if (resource === undefined) return undefined;
      return { resource, params: spec.paramKind && paramResource(this.parts, spec.paramKind) };
    });
    if (found === undefined) return;
    for (const binding of bindings) {
      const params = this.configured(policy, binding, () => this.paramsOf(binding, found.params));
      for (const param of params ?? []) await this.judged(policy, binding, found.resource, param);
    }
    this.notes.publish(metadata.name);
  }

  /** Nothing where the binding does not apply. */
  private paramsOf(
    { spec }: ValidatingAdmissionPolicyBinding,
    resource: ResourceDefinition | undefined,
  ): readonly (KubeObject | undefined)[] {
    const { matchResources, paramRef } = spec;
    const applies =
      matchResources === undefined ||
      matchedResource(this.parts, matchResources, this.request, this.object) !== undefined;
    return applies ? collectParams(this.parts, resource, paramRef, requestNamespace(this.request)) : [];
  }

  /** What `find` finds. That it cannot is held against the request, unless the policy lets such pass. */
  private configured<Found>(
    { metadata, spec }: BoundPolicy['policy'],
    binding: ValidatingAdmissionPolicyBinding | undefined,
    find: () => Found,
  ): Found | undefined {
    try {
      return find();
    } catch (error) {
      if (!(error instanceof PolicyProblem)) throw error;
      const message = `failed to configure ${binding === undefined ? 'policy' : 'binding'}: ${error.message}`;
      if (spec.failurePolicy !== 'Ignore') {
        this.denials.push({ policy: metadata.name, binding: binding?.metadata.name, message });
      }
      return undefined;
    }
  }

  private async judged(
    policy: BoundPolicy['policy'],
    binding: ValidatingAdmissionPolicyBinding,
    resource: ResourceDefinition,
    params: KubeObject | undefined,
  ): Promise<void> {
    const { request, object } = this;
    const namespace = isNamespaces(request.resource) ? undefined : request.namespace;
    const found = namespace === undefined ? undefined : this.parts.objects.peek(namespaces, undefined, namespace);
    const shown = request.operation === 'DELETE' ? undefined : object;
    const meant = { resource, shape: shapeOf(request.resource, resource, request.subresource) };
    const judgement = await this.verdicts.during((ask) => {
      const input = expressionInput(meant, { request, object: shown }, { namespace: found, params, ask });
      return judge(compiledPolicy(policy), input, policy.spec.failurePolicy !== 'Ignore');
    });
    const names = { policy: policy.metadata.name, binding: binding.metadata.name };
    const actions = binding.spec.validationActions ?? [];
    for (const { index, message, reason } of judgement.breaches) {
      if (actions.includes('Deny')) this.denials.push({ ...names, message, reason });
      if (actions.includes('Audit'))
        this.notes.failure({ message, ...names, expressionIndex: index, validationActions: actions });
      if (actions.includes('Warn')) {
        const where = `ValidatingAdmissionPolicy '${names.policy}' with binding '${names.binding}'`;
        request.context.warn(`Validation failed for ${where}: ${message}`);
      }
    }
    for (const [key, value] of judgement.notes) this.notes.add(key, value);
    for (const message of judgement.failedNotes) this.denials.push({ ...names, message });
  }
}
