import { parseCertificateRequest } from '#kinds/certificate-signing-request/pkcs10.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import { nodeClientProblem, signerNames } from '#kinds/certificate-signing-request/signers.ts';

/** A permission that would do to approve a request: to create this subresource of requests. */
export interface Approval {
  readonly subresource: 'selfnodeclient' | 'nodeclient';
  /** The message of the decision, if it is made by that. */
  readonly message: string;
}

/** Whether somebody has decided already. */
export function isDecided({ status }: CertificateSigningRequest): boolean {
  return (status.conditions ?? []).some(({ type }) => type === 'Approved' || type === 'Denied');
}

/** The permissions by which the certificate of a node may be approved, the narrower first; none for all other requests, which are
 *  for people to decide. Throws when the request cannot be read. */
export function approvalsOf({ spec }: CertificateSigningRequest): readonly Approval[] {
  if (spec.signerName !== signerNames.nodeClient) return [];
  const request = parseCertificateRequest(Buffer.from(spec.request, 'base64').toString('latin1'));
  if (nodeClientProblem(request, spec.usages ?? []) !== undefined) return [];
  const own: Approval = {
    subresource: 'selfnodeclient',
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
  };
  const any: Approval = {
    subresource: 'nodeclient',
    message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
  };
  return spec.username === request.commonName ? [own, any] : [any];
}
