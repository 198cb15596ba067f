import { type ApiError, apiErrors } from '#kinds/meta/errors.ts';

/** Why something behind us could not be asked, in the words that upstream's own network library has for it: users search for
 *  them. `to` is its address and port. */
export function dialFailure(error: Error, to: string, scheme: 'http' | 'https'): ApiError {
  return apiErrors.unavailable(`error trying to reach service: ${reasonOf(error, to, scheme)}`);
}

function reasonOf({ code: given, message }: Error & { readonly code?: unknown }, to: string, scheme: string): string {
  // What nodes say has a number for it.
  const code = typeof given === 'string' ? given : '';
  // The node tells where it looked, which may be another address of the pod than the one that is asked for.
  const [, refused] = /^dial tcp \S+:\d+: (.*)$/.exec(message) ?? [];
  if (refused !== undefined) return `dial tcp ${to}: ${refused}`;
  if (message === 'i/o timeout') return `dial tcp ${to}: ${message}`;
  if (message === 'socket hang up') return 'EOF';
  if (code === 'ECONNRESET') return `read tcp ${to}: read: connection reset by peer`;
  if (code.startsWith('HPE_'))
    return `net/http: HTTP/1.x transport connection broken: malformed HTTP response (${message})`;
  const plain =
    code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG';
  if (plain && scheme === 'https') return 'http: server gave HTTP response to HTTPS client';
  return message;
}
