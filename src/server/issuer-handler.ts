import type { Api } from '#api/api.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Exchange } from '#server/exchange.ts';

const keysPath = '/openid/v1/jwks';
const kept = { 'cache-control': 'public, max-age=3600' };

/** Answers what others need to check tokens of service accounts by themselves, as OpenID Connect discovery lays it out.
 *  False when the path is none of its own. */
export async function answerIssuer(exchange: Exchange, { tokenIssuer }: Api): Promise<boolean> {
  const { path } = exchange;
  if (path !== '/.well-known/openid-configuration' && path !== keysPath) return false;
  if (exchange.method !== 'GET') throw apiErrors.methodNotAllowed();
  if (path === keysPath) {
    const headers = { 'content-type': 'application/jwk-set+json', ...kept };
    await exchange.send(200, headers, [JSON.stringify(tokenIssuer.keySet())]);
    return true;
  }
  const address = exchange.header('host') ?? exchange.header(':authority') ?? '';
  const document = {
    issuer: tokenIssuer.name,
    jwks_uri: `https://${address}${keysPath}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  };
  await exchange.send(200, { 'content-type': 'application/json', ...kept }, [JSON.stringify(document)]);
  return true;
}
