import { createHash } from 'node:crypto';
import type { Api } from '#api/api.ts';
import { aggregatedDiscovery } from '#api/discovery/aggregated.ts';
import { type ServedGroup, servedGroups } from '#api/discovery/groups.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from '#api/discovery/legacy.ts';
import type { RemoteVersion } from '#api/remote-versions.ts';
import { jsonEqual } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { Exchange } from '#server/exchange.ts';
import {
  aggregatedEncoding,
  type Encoding,
  negotiateDocument,
  notAcceptable,
  plainJson,
  protobufType,
} from '#server/negotiate.ts';
import { answerUnavailable } from '#server/unavailable.ts';
import { yamlText } from '#server/yaml-text.ts';

const aggregatedParameters = ';g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface Document {
  readonly content: object;
  /** As JSON. */
  readonly text: string;
  /** Of the text, for all encodings. */
  readonly etag: string;
}

/** Answers `/api`, `/apis` and what lies below them down to the list of a version's resources (spec: api.md sections 3.1 and
 *  3.2). Documents are made when first asked for and again when the set of resources is another. */
export class DiscoveryHandler {
  private readonly api: Api;
  private madeFor: readonly ResourceDefinition[] | undefined;
  private remote: readonly RemoteVersion[] = [];
  private groups: readonly ServedGroup[] = [];
  private readonly aggregated = new Map<string, Document>();

  constructor(api: Api) {
    this.api = api;
  }

  /** False when the path is none of its own. */
  async handle(exchange: Exchange): Promise<boolean> {
    if (exchange.path === '/') {
      this.refresh();
      await exchange.value(200, { paths: this.paths() }, plainJson);
      return true;
    }
    const [root, ...rest] = exchange.path.replace(/^\/|\/$/g, '').split('/');
    if ((root !== 'api' && root !== 'apis') || rest.includes('')) return false;
    this.refresh();
    if (rest.length === 0) await this.root(exchange, root);
    else if (root === 'api') await this.version(exchange, '', rest);
    else if (rest.length === 1) await this.group(exchange, rest[0] ?? '');
    else await this.version(exchange, rest[0] ?? '', rest.slice(1));
    return true;
  }

  private refresh(): void {
    const remote = this.api.remote();
    const { resources } = this.api.served;
    if (this.madeFor === resources && jsonEqual(this.remote, remote)) return;
    this.madeFor = resources;
    this.remote = remote;
    this.groups = servedGroups(resources, remote);
    this.aggregated.clear();
  }

  /** What `GET /` offers. */
  private paths(): readonly string[] {
    const versions = this.groups.flatMap(({ name, versions: served }) => {
      const group = name === '' ? '/api' : `/apis/${name}`;
      return [group, ...served.map(({ version }) => `${group}/${version}`)];
    });
    const others = ['/apis', '/healthz', '/livez', '/metrics', '/openapi/v2', '/openapi/v3', '/readyz', '/version'];
    return [...versions, ...others].toSorted();
  }

  private root(exchange: Exchange, root: 'api' | 'apis'): Promise<void> {
    allowOnlyGet(exchange);
    const encoding = aggregatedEncoding(exchange.header('accept'));
    if (encoding !== undefined) return this.sendAggregated(exchange, root, encoding);
    const address = exchange.header('host') ?? exchange.header(':authority') ?? '';
    return send(exchange, root === 'api' ? apiVersions(address) : apiGroupList(this.groups));
  }

  private group(exchange: Exchange, name: string): Promise<void> {
    const group = this.groups.find((served) => served.name === name);
    if (group === undefined || name === '') return exchange.notFoundPath();
    allowOnlyGet(exchange);
    return send(exchange, apiGroup(group));
  }

  private version(exchange: Exchange, name: string, rest: readonly string[]): Promise<void> {
    const group = this.groups.find((served) => served.name === name);
    if (group === undefined) return exchange.notFoundPath();
    const served = rest.length === 1 ? group.versions.find(({ version }) => version === rest[0]) : undefined;
    if (served === undefined) {
      if (isCustom(group)) return exchange.notFoundPath();
      throw apiErrors.noSuchResource();
    }
    if (served.isRemote) return answerUnavailable(exchange);
    allowOnlyGet(exchange);
    return send(exchange, apiResourceList(served));
  }

  private async sendAggregated(exchange: Exchange, root: 'api' | 'apis', encoding: Encoding): Promise<void> {
    const { content, text, etag } = this.aggregatedDocument(root);
    const headers = { etag, vary: 'Accept', 'cache-control': 'public' };
    if (exchange.header('if-none-match') === etag) return exchange.send(304, headers, []);
    if (encoding === 'protobuf') {
      const { discoveryEnvelope } = await import('#api/discovery/messages.ts');
      const type = { 'content-type': `${protobufType}${aggregatedParameters}` };
      return exchange.envelope(200, discoveryEnvelope(content), { ...headers, ...type });
    }
    const type = { 'content-type': `application/${encoding}${aggregatedParameters}` };
    return exchange.send(200, { ...headers, ...type }, [encoding === 'yaml' ? await yamlText(content) : text]);
  }

  private aggregatedDocument(root: 'api' | 'apis'): Document {
    const known = this.aggregated.get(root);
    if (known !== undefined) return known;
    const groups = this.groups.filter(({ name }) => (name === '') === (root === 'api'));
    const content = aggregatedDiscovery(groups);
    const text = `${JSON.stringify(content)}\n`;
    const document = { content, text, etag: `"${createHash('sha512').update(text).digest('hex').toUpperCase()}"` };
    this.aggregated.set(root, document);
    return document;
  }
}

/** Whether users define all there is in the group. */
function isCustom({ versions }: ServedGroup): boolean {
  return versions.every(({ resources }) => resources.every(({ custom }) => custom !== undefined));
}

function allowOnlyGet(exchange: Exchange): void {
  if (exchange.method !== 'GET') throw apiErrors.methodNotAllowed();
}

async function send(exchange: Exchange, document: object): Promise<void> {
  const accept = exchange.header('accept');
  const format = negotiateDocument(accept);
  if (format === undefined) throw notAcceptable(accept, false);
  if (format.encoding !== 'protobuf') return exchange.value(200, document, format);
  const { discoveryEnvelope } = await import('#api/discovery/messages.ts');
  return exchange.envelope(200, discoveryEnvelope(document));
}
