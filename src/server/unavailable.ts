import type { Exchange } from '#server/exchange.ts';

/** Answers for a part of the API that an APIService gives to another server: nothing is handed on. It is upstream's answer for a
 *  service that cannot be asked. */
export function answerUnavailable(exchange: Exchange): Promise<void> {
  return exchange.text(503, 'service unavailable\n', { 'x-content-type-options': 'nosniff' });
}
