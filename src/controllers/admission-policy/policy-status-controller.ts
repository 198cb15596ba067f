import type { ServedResources } from '#client/served-resources.ts';
import { validatingAdmissionPolicies } from '#kinds/admission-policy/admission-policies.ts';
import { typeWarnings } from '#kinds/admission-policy/check-types.ts';
import type { ValidatingAdmissionPolicy } from '#kinds/admission-policy/schema.ts';
import { apiVersionOf } from '#kinds/definition.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { ignoreNotFound } from '#reconcile/ignored-errors.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

export interface PolicyStatusDeps extends ControllerDeps {
  /** The kinds whose schemas expressions are checked against. */
  readonly served: ServedResources;
}

/** Upstream's: it stands in the managed fields of policies, where tools expect it. */
const fieldManager = 'validatingadmissionpolicy-status';

/** Says in the status of policies which expressions do not fit the kinds they are about
 *  (admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyStatus). Once for each generation, as upstream does. */
export function createPolicyStatusController(deps: PolicyStatusDeps): Controller {
  const { client, informers, log, served } = deps;
  const queue = new WorkQueue(deps.clock, { msBase: 5, msMax: 1_000_000 });
  const cache = informers.of(validatingAdmissionPolicies);

  async function reconcile(name: string): Promise<ReconcileResult> {
    const policy = cache.get(name);
    const generation = policy?.metadata.generation ?? 0;
    if (policy === undefined || generation <= (policy.status.observedGeneration ?? 0)) return 'done';
    const expressionWarnings = typeWarnings(policy.spec, served.resources);
    const typeChecking = expressionWarnings.length === 0 ? {} : { expressionWarnings };
    const body = {
      kind: validatingAdmissionPolicies.kind,
      apiVersion: apiVersionOf(validatingAdmissionPolicies),
      metadata: { name },
      status: { observedGeneration: generation, typeChecking },
    };
    const options = { fieldManager, force: true, subresource: 'status' } as const;
    await client.patch(validatingAdmissionPolicies, { name }, { type: 'apply', body }, options).catch(ignoreNotFound);
    return 'done';
  }

  const noteChange = ({ metadata }: ValidatingAdmissionPolicy): void => queue.add(metadata.name);
  const follow = () => [
    cache.subscribe({ added: noteChange, updated: (policy) => noteChange(policy), deleted: () => {} }),
  ];
  const name = 'validatingadmissionpolicy-status';
  return createQueuedController({ name, queue, reconcile, workers: 1, caches: [cache], log, follow });
}
