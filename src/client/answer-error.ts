import { ApiError, errorOfStatus } from '#kinds/meta/errors.ts';
import type { Status } from '#kinds/meta/schema.ts';
import type { HttpAnswer } from '#wire/http-client.ts';

/** What a refusal says; plain text becomes an error of its code. */
export function errorOf(answer: HttpAnswer, text: string): ApiError {
  const status = statusIn(text);
  if (status !== undefined) return errorOfStatus(status);
  const reasons: { readonly [code: number]: string } = { 404: 'NotFound', 429: 'TooManyRequests', 401: 'Unauthorized' };
  const reason = reasons[answer.status];
  const retryAfter = Number(answer.headers['retry-after'] ?? 0);
  return new ApiError({
    code: answer.status,
    message: text.trim() === '' ? `the server answered with status ${answer.status}` : text.trim(),
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfter > 0 ? { details: { retryAfterSeconds: retryAfter } } : {}),
  });
}

function statusIn(text: string): Status | undefined {
  try {
    const value = JSON.parse(text) as Partial<Status> | null;
    return value?.kind === 'Status' ? (value as Status) : undefined;
  } catch {
    return undefined;
  }
}
