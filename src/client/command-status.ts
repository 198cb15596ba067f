import { type ApiError, apiErrors, errorOfStatus, isApiError } from '#kinds/meta/errors.ts';
import type { Status } from '#kinds/meta/schema.ts';

/** The Status that tells how a command ended (spec: api.md section 19.4), without what is the same in all. */
export type EndStatus = Omit<Status, 'kind' | 'apiVersion'>;

const nonZeroReason = 'NonZeroExitCode';
const exitCodeCause = 'ExitCode';

/** How a command ended, as the error channel of a stream tells it: kubectl reads its exit code from the cause. */
export function exitStatus(exitCode: number): EndStatus {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: nonZeroReason,
    details: { causes: [{ reason: exitCodeCause, message: String(exitCode) }] },
  };
}

/** What is said of a command that could not be run, or was lost sight of. */
export function failureStatus(error: unknown): EndStatus {
  const { kind: _kind, apiVersion: _version, ...status } = refusalOf(error).status();
  return status;
}

function refusalOf(error: unknown): ApiError {
  if (isApiError(error)) return error;
  return apiErrors.internal(error instanceof Error ? error.message : String(error));
}

/** The exit code in such a Status. Throws the `ApiError` that it describes when it has none. */
export function exitCodeOf(status: EndStatus): number {
  if (status.status === 'Success') return 0;
  const cause = status.details?.causes?.find(({ reason }) => reason === exitCodeCause);
  const exitCode = Number(cause?.message);
  if (status.reason === nonZeroReason && Number.isInteger(exitCode)) return exitCode;
  throw errorOfStatus({ kind: 'Status', apiVersion: 'v1', ...status });
}
