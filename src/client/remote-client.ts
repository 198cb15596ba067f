import { deepFreeze } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import { errorOf } from '#client/answer-error.ts';
import type {
  Client,
  ListOptions,
  ObjectList,
  Patch,
  PatchOptions,
  ReadOptions,
  SubresourceOptions,
  WatchEvent,
  WatchHandle,
  WatchOptions,
  WatchSink,
  WriteOptions,
} from '#client/client.ts';
import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { type ApiError, apiErrors, errorOfStatus } from '#kinds/meta/errors.ts';
import type { KubeObject, New, ObjectRef } from '#kinds/meta/object.ts';
import type { DeleteOptions, ListMeta, Status } from '#kinds/meta/schema.ts';
import {
  createHttpClient,
  type Endpoint,
  type HttpAnswer,
  type HttpClient,
  linesOf,
  textOf,
} from '#wire/http-client.ts';

export interface RemoteClientConfig extends Endpoint {
  /** Who we are, for the server's log and as field manager: "sampan/0.1.0". */
  readonly userAgent: string;
  /** After how long without a word an answer, or the beginning of a watch, is not waited for any more; 65 s unless given, as a server says
   *  by itself after 60 s that it is late. */
  readonly silenceMsMax?: Millis;
}

const silenceMsMaxDefault: Millis = 65_000;

export interface RemoteClient extends Client {
  /** Sends what follows to another endpoint, or as somebody else; what is under way goes on. */
  renew(endpoint: Endpoint): void;
  /** Closes all connections; watches end without a word. */
  close(): void;
}

/** The client port over HTTPS, to any Kubernetes API server. An unreachable server shows as `ApiError` 503. */
export function createRemoteClient(config: RemoteClientConfig): RemoteClient {
  return new HttpsClient(config);
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

const patchTypes: { readonly [type in Patch['type']]: string } = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

class HttpsClient implements RemoteClient {
  private http: HttpClient;
  private readonly userAgent: string;
  private readonly silenceMsMax: Millis;

  constructor(config: RemoteClientConfig) {
    this.http = createHttpClient(config);
    this.silenceMsMax = config.silenceMsMax ?? silenceMsMaxDefault;
    this.userAgent = config.userAgent;
  }

  close(): void {
    this.http.close();
  }

  renew(endpoint: Endpoint): void {
    this.http = createHttpClient(endpoint);
  }

  get<T extends KubeObject>(resource: ResourceDefinition<T>, ref: ObjectRef, options: ReadOptions = {}): Promise<T> {
    const query = queryOf({ resourceVersion: options.resourceVersion });
    return this.object({ method: 'GET', path: pathOf(resource, ref), query, signal: options.signal });
  }

  async list<T extends KubeObject>(resource: ResourceDefinition<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const { namespace, signal, ...asked } = options;
    const call = { method: 'GET', path: pathOf(resource, { namespace }), query: queryOf(asked), signal };
    const body = (await this.call(call)) as { readonly metadata: ListMeta; readonly items: readonly object[] };
    const names = { kind: resource.kind, apiVersion: apiVersionOf(resource) };
    const { metadata } = body;
    return {
      // Lists leave out what every item would repeat.
      items: body.items.map((item) => deepFreeze({ ...names, ...item }) as unknown as T),
      resourceVersion: metadata.resourceVersion ?? '',
      ...(metadata.continue ? { continue: metadata.continue } : {}),
      ...(metadata.remainingItemCount === undefined ? {} : { remainingItemCount: metadata.remainingItemCount }),
    };
  }

  async watch<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    options: WatchOptions,
    sink: WatchSink<T>,
  ): Promise<WatchHandle> {
    const { namespace, ...asked } = options;
    const query = queryOf({ ...asked, watch: true });
    const path = pathOf(resource, { namespace });
    const answer = await this.send({ method: 'GET', path, query });
    // Begun, it may be silent for as long as nothing happens.
    answer.body.setTimeout(0);
    if (answer.status !== 200) throw errorOf(answer, await textOf(answer.body));
    const stream = new WatchStream(answer, sink);
    void stream.run();
    return { stop: () => stream.stop() };
  }

  create<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    object: New<T>,
    options: WriteOptions = {},
  ): Promise<T> {
    const body = { kind: resource.kind, apiVersion: apiVersionOf(resource), ...object };
    const path = pathOf(resource, { namespace: object.metadata.namespace });
    return this.object({ method: 'POST', path, query: writeQuery(options), body, signal: options.signal });
  }

  update<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    object: T,
    options: SubresourceOptions = {},
  ): Promise<T> {
    const { namespace, name } = object.metadata;
    const path = pathOf(resource, { namespace, name }, options.subresource);
    return this.object({ method: 'PUT', path, query: writeQuery(options), body: object, signal: options.signal });
  }

  patch<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
    patch: Patch,
    options: PatchOptions = {},
  ): Promise<T> {
    const path = pathOf(resource, ref, options.subresource);
    const query = writeQuery(options);
    if (options.force !== undefined) query.set('force', String(options.force));
    const contentType = patchTypes[patch.type];
    return this.object({ method: 'PATCH', path, query, body: patch.body, contentType, signal: options.signal });
  }

  async delete<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
    options: Partial<DeleteOptions> = {},
  ): Promise<T | undefined> {
    const answer = (await this.call({ method: 'DELETE', path: pathOf(resource, ref), body: options })) as KubeObject;
    // A pod deleted at once is answered as the object it was, its grace used up.
    const isGone = answer.kind === 'Status' || isUnheld(answer);
    return isGone ? undefined : (deepFreeze(answer) as T);
  }

  async deleteCollection<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    list: ListOptions,
    options: Partial<DeleteOptions> = {},
  ): Promise<void> {
    const { namespace, signal, ...asked } = list;
    const path = pathOf(resource, { namespace });
    await this.call({ method: 'DELETE', path, query: queryOf(asked), body: options, signal });
  }

  createSubresource(
    resource: ResourceDefinition,
    ref: ObjectRef,
    subresource: string,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<unknown> {
    const path = pathOf(resource, ref, subresource);
    return this.call({ method: 'POST', path, query: writeQuery(options), body, signal: options.signal });
  }

  private async object<T>(call: Call): Promise<T> {
    return deepFreeze(await this.call(call)) as T;
  }

  private async call(call: Call): Promise<unknown> {
    const answer = await this.send(call);
    const text = await textOf(answer.body);
    if (answer.status < 200 || answer.status > 299) throw errorOf(answer, text);
    return JSON.parse(text);
  }

  private async send({ method, path, query, body, contentType, signal }: Call): Promise<HttpAnswer> {
    const { silenceMsMax } = this;
    const search = query === undefined || query.size === 0 ? '' : `?${query}`;
    const headers = {
      accept: 'application/json',
      'user-agent': this.userAgent,
      ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
    };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    try {
      return await this.http.send({ method, path: path + search, headers, signal, silenceMsMax, ...text });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw apiErrors.unavailable(`Cannot reach the API server: ${(error as Error).message}`);
    }
  }
}

/** One watch as it streams in. */
class WatchStream<T extends KubeObject> {
  private readonly answer: HttpAnswer;
  private readonly sink: WatchSink<T>;
  private stopped = false;

  constructor(answer: HttpAnswer, sink: WatchSink<T>) {
    this.answer = answer;
    this.sink = sink;
  }

  stop(): void {
    this.stopped = true;
    this.answer.body.destroy();
  }

  /** Never rejects: how the stream ended is told to the sink. */
  async run(): Promise<void> {
    try {
      for await (const line of linesOf(this.answer.body)) {
        if (this.stopped) return;
        const end = this.deliver(JSON.parse(line));
        if (end !== undefined) return this.close(end);
      }
      this.close(undefined);
    } catch {
      // A cut connection is no different from a watch that timed out: it is resumed from the last revision seen.
      this.close(undefined);
    }
  }

  private close(error: ApiError | undefined): void {
    if (this.stopped) return;
    this.stop();
    this.sink.closed(error);
  }

  /** The error that ends the watch, if this is one. */
  private deliver({ type, object }: { readonly type: string; readonly object: unknown }): ApiError | undefined {
    if (type === 'ERROR') return errorOfStatus(object as Status);
    this.sink.event(eventOf(type, object as T));
    return undefined;
  }
}

function eventOf<T extends KubeObject>(type: string, object: T): WatchEvent<T> {
  if (type !== 'BOOKMARK') return { type: type as 'ADDED', object: deepFreeze(object) };
  const { resourceVersion, annotations } = object.metadata;
  return { type, resourceVersion, initialEventsEnd: annotations?.['k8s.io/initial-events-end'] === 'true' };
}

function isUnheld({ metadata }: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds: grace, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && grace === 0 && finalizers.length === 0;
}

/** What an address needs of a resource, whatever its objects are. */
type Addressed = Pick<ResourceDefinition, 'group' | 'version' | 'plural' | 'namespaced'>;

function pathOf(resource: Addressed, ref: Partial<ObjectRef>, subresource?: string): string {
  const { group, version, plural } = resource;
  const parts = group === '' ? ['', 'api', version] : ['', 'apis', group, version];
  if (ref.namespace !== undefined && resource.namespaced) parts.push('namespaces', encodeURIComponent(ref.namespace));
  parts.push(plural);
  if (ref.name !== undefined) parts.push(encodeURIComponent(ref.name));
  if (subresource !== undefined) parts.push(subresource);
  return parts.join('/');
}

function queryOf(values: { readonly [name: string]: string | number | boolean | undefined }): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query;
}

function writeQuery(options: WriteOptions): URLSearchParams {
  return queryOf({ fieldManager: options.fieldManager, dryRun: options.dryRun ? 'All' : undefined });
}
