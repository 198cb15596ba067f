import { apiErrors } from '#kinds/meta/errors.ts';
import { DeleteOptions } from '#kinds/meta/schema.ts';
import { DecodeError } from '#schema/decode-context.ts';
import { bodySource } from '#server/body-source.ts';
import { wholeNumber } from '#server/query-number.ts';
import { flag } from '#server/request-info.ts';

/** The options of a delete: those in the body, or in the query when there is no body (spec: api.md section 11.1). Throws
 *  BadRequest for values of a wrong type; whether they make sense is for the API to judge. */
export async function deleteOptions(
  bytes: Buffer,
  contentType: string | undefined,
  query: URLSearchParams,
): Promise<DeleteOptions> {
  if (bytes.length === 0) return fromQuery(query);
  const body = await bodySource(bytes, contentType, undefined);
  const { kind = 'DeleteOptions', apiVersion = 'v1' } = body.typeMeta;
  if (kind !== 'DeleteOptions') {
    const version = JSON.stringify(apiVersion);
    throw apiErrors.badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${version} in scheme "pkg/api/legacyscheme/scheme.go:30"`,
    );
  }
  try {
    return body.decode(DeleteOptions).value as DeleteOptions;
  } catch (error) {
    if (error instanceof DecodeError) throw apiErrors.badRequest(error.message);
    throw error;
  }
}

function fromQuery(query: URLSearchParams): DeleteOptions {
  const gracePeriodSeconds = wholeNumber(query, 'gracePeriodSeconds');
  const propagationPolicy = query.get('propagationPolicy');
  const orphanDependents = flag(query, 'orphanDependents');
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  return {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === null || propagationPolicy === '' ? {} : { propagationPolicy }),
    ...(orphanDependents === undefined ? {} : { orphanDependents }),
    ...(dryRun.length === 0 ? {} : { dryRun }),
  };
}
