import { subjectAccessReviews } from '#kinds/authorization/reviews.ts';
import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import { type Approval, approvalsOf, isDecided } from './plan-approval.ts';
import { createRequestController } from './request-controller.ts';

/** Approves the certificates by which nodes ask the API, for those who are permitted to have them (spec: API group
 *  certificates.k8s.io, subresources `nodeclient` and `selfnodeclient`). */
export function createCertificateApprover(deps: ControllerDeps): Controller {
  return createRequestController(deps, {
    name: 'certificate-approver',
    due: (request) => (isDecided(request) || request.status.certificate ? undefined : deps.clock.now()),
    settle: (request) => approve(deps, request),
  });
}

async function approve(deps: ControllerDeps, request: CertificateSigningRequest): Promise<void> {
  const approvals = approvalsOf(request);
  for (const approval of approvals) {
    if (!(await isPermitted(deps, request, approval))) continue;
    const condition = {
      type: 'Approved',
      status: 'True',
      reason: 'AutoApproved',
      message: approval.message,
      lastUpdateTime: null,
      lastTransitionTime: null,
    };
    const conditions = [...(request.status.conditions ?? []), condition];
    const approved = { ...request, status: { ...request.status, conditions } };
    await deps.client.update(certificateSigningRequests, approved, { subresource: 'approval' });
    return;
  }
  // The permission may still be given: it is asked for again, less and less often.
  if (approvals.length > 0) throw new Error(`Nobody permitted the request "${request.metadata.name}"`);
}

async function isPermitted(
  { client }: ControllerDeps,
  { spec }: CertificateSigningRequest,
  { subresource }: Approval,
): Promise<boolean> {
  const { group, plural } = certificateSigningRequests;
  const { username, uid, groups, extra } = spec;
  const review = await client.create(subjectAccessReviews, {
    metadata: {},
    spec: {
      ...(username === undefined ? {} : { user: username }),
      ...(uid === undefined ? {} : { uid }),
      ...(groups === undefined ? {} : { groups }),
      ...(extra === undefined ? {} : { extra }),
      resourceAttributes: { group, resource: plural, subresource, verb: 'create' },
    },
  });
  return review.status.allowed;
}
