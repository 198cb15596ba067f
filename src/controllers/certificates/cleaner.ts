import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import type { Controller, ControllerDeps } from '#reconcile/controller.ts';
import { cleaningTime } from './plan-cleaning.ts';
import { createRequestController } from './request-controller.ts';

/** Removes requests that nobody needs any more: who asked has had time to fetch what came of it. */
export function createCertificateCleaner(deps: ControllerDeps): Controller {
  return createRequestController(deps, {
    name: 'certificate-cleaner',
    due: cleaningTime,
    settle: ({ metadata }) => {
      const { uid, resourceVersion } = metadata;
      return deps.client.delete(certificateSigningRequests, metadata, { preconditions: { uid, resourceVersion } });
    },
  });
}
