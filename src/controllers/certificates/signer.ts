import type { Millis } from '#base/units.ts';
import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import { awaitsSigning, planSigning } from './plan-signing.ts';
import { createRequestController } from './request-controller.ts';

/** Signs a request (PKCS #10, DER) with the key of the cluster's authority; the certificate is PEM. */
export type SignRequest = (
  request: Uint8Array,
  terms: { readonly usages: readonly string[]; readonly notBefore: Millis; readonly notAfter: Millis },
) => Promise<string>;

export interface CertificateSignerDeps extends ControllerDeps {
  readonly sign: SignRequest;
}

/** Signs what has been approved for the signers of kubernetes.io, or says that it cannot be signed. */
export function createCertificateSigner(deps: CertificateSignerDeps): Controller {
  return createRequestController(deps, {
    name: 'certificate-signer',
    due: (request) => (awaitsSigning(request) ? deps.clock.now() : undefined),
    settle: async (request) => {
      const status = await outcome(deps, request);
      if (status === undefined) return;
      await deps.client.update(certificateSigningRequests, { ...request, status }, { subresource: 'status' });
    },
  });
}

async function outcome(
  { clock, sign }: CertificateSignerDeps,
  request: CertificateSigningRequest,
): Promise<CertificateSigningRequest['status'] | undefined> {
  const plan = planSigning(request, clock.now());
  if (plan.do === 'nothing') return undefined;
  if (plan.do === 'sign') {
    const certificate = await sign(plan.request, plan);
    return { ...request.status, certificate: Buffer.from(certificate).toString('base64') };
  }
  const failed = {
    type: 'Failed',
    status: 'True',
    reason: 'SignerValidationFailure',
    message: plan.message,
    lastUpdateTime: null,
    lastTransitionTime: null,
  };
  return { ...request.status, conditions: [...(request.status.conditions ?? []), failed] };
}
