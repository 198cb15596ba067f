import type { Millis } from '#base/units.ts';
import { type CertificateRequest, parseCertificateRequest } from '#kinds/certificate-signing-request/pkcs10.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import {
  clientProblem,
  nodeClientProblem,
  nodeServingProblem,
  signerNames,
} from '#kinds/certificate-signing-request/signers.ts';
import { isConditionTrue } from '#kinds/meta/conditions.ts';

/** How long certificates last at most, and unless less is asked for. */
export const lifetimeMs: Millis = 365 * 24 * 3600_000;
const lifetimeMsMin: Millis = 10 * 60_000;
/** Certificates begin a little before they are made: clocks differ. Short ones do not also end the earlier for it. */
const backdateMs: Millis = 5 * 60_000;
const shortMs: Millis = 8 * 3600_000;

export type SigningPlan =
  | { readonly do: 'nothing' }
  /** It never will be signed, for this reason. */
  | { readonly do: 'fail'; readonly message: string }
  | {
      readonly do: 'sign';
      readonly request: Uint8Array;
      readonly usages: readonly string[];
      readonly notBefore: Millis;
      readonly notAfter: Millis;
    };

const problemsBySigner: {
  readonly [signer: string]: (request: CertificateRequest, usages: readonly string[]) => string | undefined;
} = {
  [signerNames.client]: (_request, usages) => clientProblem(usages),
  [signerNames.nodeClient]: nodeClientProblem,
  [signerNames.nodeServing]: nodeServingProblem,
};

/** Whether it is for one of our signers, approved, and still open. */
export function awaitsSigning({ spec, status }: CertificateSigningRequest): boolean {
  const { conditions } = status;
  const isOurs = Object.hasOwn(problemsBySigner, spec.signerName);
  const isApproved =
    isConditionTrue(conditions, 'Approved') && !(conditions ?? []).some(({ type }) => type === 'Denied');
  return isOurs && isApproved && !status.certificate && !isConditionTrue(conditions, 'Failed');
}

/** What the cluster's own signers do with a request (spec: API field `spec.signerName`). Throws when it cannot be read. */
export function planSigning(request: CertificateSigningRequest, now: Millis): SigningPlan {
  if (!awaitsSigning(request)) return { do: 'nothing' };
  const { signerName, usages = [], expirationSeconds } = request.spec;
  const parsed = parseCertificateRequest(Buffer.from(request.spec.request, 'base64').toString('latin1'));
  const message = problemsBySigner[signerName]?.(parsed, usages);
  if (message !== undefined) return { do: 'fail', message };
  const asked = expirationSeconds === undefined ? lifetimeMs : expirationSeconds * 1000;
  const lasting = Math.min(Math.max(asked, lifetimeMsMin), lifetimeMs);
  const notAfter = now + lasting - (lasting < shortMs ? 0 : backdateMs);
  return { do: 'sign', request: parsed.der, usages, notBefore: now - backdateMs, notAfter };
}
