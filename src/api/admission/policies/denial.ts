import { ApiError, apiErrors } from '#kinds/meta/errors.ts';
import type { AdmissionRequest } from '../chain.ts';

/** Why a policy refuses a request. */
export interface Denial {
  readonly policy: string;
  /** Undefined where the policy itself cannot be put to work. */
  readonly binding?: string | undefined;
  readonly message: string;
  readonly reason?: string | undefined;
}

const codes: { readonly [reason: string]: number } = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
};

/** The refusal of a request, in upstream's words. */
export function denied({ resource, name }: AdmissionRequest, denial: Denial): ApiError {
  const { policy, binding, reason = 'Invalid' } = denial;
  const where = binding === undefined ? '' : ` with binding '${binding}'`;
  const message = `ValidatingAdmissionPolicy '${policy}'${where} denied request: ${denial.message}`;
  const refusal = apiErrors.forbidden(resource, name, message, [{ message }]);
  const details = refusal.details === undefined ? {} : { details: refusal.details };
  return new ApiError({ code: codes[reason] ?? 422, reason, message: refusal.message, ...details });
}
