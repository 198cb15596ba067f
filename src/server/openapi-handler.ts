import type { Api } from '#api/api.ts';
import type { OpenApiDocument, OpenApiDocuments } from '#api/openapi/documents.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { Exchange } from '#server/exchange.ts';
import { parseAccept } from '#server/media-type.ts';
import { version } from '#server/version.ts';

const yearMs = 365 * 24 * 3600 * 1000;

/** Answers `/openapi/v2` and `/openapi/v3/…` (spec: api.md section 3.3). The generator is loaded when first asked for, and documents
 *  are made again when the set of resources is another. */
export class OpenApiHandler {
  private readonly api: Api;
  private madeFor: readonly ResourceDefinition[] | undefined;
  private documents: OpenApiDocuments | undefined;

  constructor(api: Api) {
    this.api = api;
  }

  /** False when the path is none of its own. `now` dates what may be kept for long. */
  async handle(exchange: Exchange, now: number): Promise<boolean> {
    const path = exchange.path.replace(/\/$/, '');
    if (path !== '/openapi/v2' && path !== '/openapi/v3' && !path.startsWith('/openapi/v3/')) return false;
    const documents = await this.current();
    if (path === '/openapi/v2') await sendV2(exchange, documents);
    else if (path === '/openapi/v3') await sendIndex(exchange, documents.index());
    else await sendV3(exchange, path.slice('/openapi/v3/'.length), documents, now);
    return true;
  }

  private async current(): Promise<OpenApiDocuments> {
    if (this.documents === undefined || this.madeFor !== this.api.served.resources) {
      const { OpenApiDocuments } = await import('#api/openapi/documents.ts');
      this.madeFor = this.api.served.resources;
      this.documents = new OpenApiDocuments(this.madeFor, version.gitVersion, this.documents);
    }
    return this.documents;
  }
}

function sendIndex(exchange: Exchange, index: object): Promise<void> {
  // Upstream's own type for it, odd as it is; the recorded answers have it.
  return exchange.text(200, JSON.stringify(index));
}

const protobufType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
/** The second is how clients spelt it when media types could not hold an "@" yet. */
const protobufTypes = [protobufType, 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'];

function sendV2(exchange: Exchange, documents: OpenApiDocuments): Promise<void> {
  const document = documents.v2();
  for (const { type } of parseAccept(exchange.header('accept'))) {
    if (type === '*/*' || type === 'application/*' || type === 'application/json') return send(exchange, document, {});
    if (protobufTypes.includes(type)) return sendProtobuf(exchange, document, documents.v2Protobuf());
  }
  return exchange.text(406, '406 Not Acceptable\n');
}

function sendProtobuf(exchange: Exchange, document: OpenApiDocument, bytes: Uint8Array): Promise<void> {
  const headers = { etag: `"${document.hash}-PB"`, vary: 'Accept' };
  if (exchange.header('if-none-match') === headers.etag) return exchange.send(304, headers, []);
  return exchange.bytes(200, { 'content-type': protobufType, ...headers }, bytes);
}

async function sendV3(exchange: Exchange, key: string, documents: OpenApiDocuments, now: number): Promise<void> {
  const document = documents.v3(key);
  if (document === undefined) return exchange.notFoundPath();
  const asked = exchange.query.get('hash');
  if (asked === null || asked === '') return send(exchange, document, {});
  if (asked !== document.hash) {
    return exchange.send(301, { location: `/openapi/v3/${key}?hash=${document.hash}` }, []);
  }
  const expires = new Date(now + yearMs).toUTCString();
  return send(exchange, document, { 'cache-control': 'public, immutable', expires });
}

function send(exchange: Exchange, document: OpenApiDocument, more: { readonly [name: string]: string }): Promise<void> {
  const headers = { etag: `"${document.hash}"`, vary: 'Accept', ...more };
  if (exchange.header('if-none-match') === headers.etag) return exchange.send(304, headers, []);
  return exchange.send(200, { 'content-type': 'application/json', ...headers }, [document.text]);
}
