import type {
  Client,
  ListOptions,
  ObjectList,
  Patch,
  PatchOptions,
  ReadOptions,
  SubresourceOptions,
  WatchHandle,
  WatchOptions,
  WatchSink,
  WriteOptions,
} from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject, New, ObjectRef } from '#kinds/meta/object.ts';
import type { DeleteOptions } from '#kinds/meta/schema.ts';
import { DecodeError, decode } from '#schema/decode.ts';
import type { Api, AuditNotes, RequestContext, Target, User, WriteRequest } from './api.ts';
import { plainDelete } from './delete-options.ts';

/** The API as a client sees it, without a wire in between: what comes out are the very objects that the server holds, and what
 *  goes in is copied by the schema, as a decoder would. `agent` is the field manager unless a call names another; `audit` is
 *  told what happens on the way. */
export function createLocalClient(api: Api, user: User, agent: string, audit?: AuditNotes): Client {
  return new LocalClient(api, { user, agent, audit, warn: () => {} });
}

class LocalClient implements Client {
  private readonly api: Api;
  private readonly context: RequestContext;

  constructor(api: Api, context: RequestContext) {
    this.api = api;
    this.context = context;
  }

  async get<T extends KubeObject>(resource: ResourceDefinition<T>, ref: ObjectRef, options: ReadOptions = {}) {
    const target = this.targetOf(resource, ref);
    await this.authorize('get', target);
    return (await this.api.get(this.contextFor(options), target, options)) as T;
  }

  async list<T extends KubeObject>(resource: ResourceDefinition<T>, options: ListOptions = {}) {
    const target = this.collectionOf(resource, options.namespace);
    await this.authorize('list', target, options);
    return (await this.api.list(this.contextFor(options), target, options)) as ObjectList<T>;
  }

  async watch<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    options: WatchOptions,
    sink: WatchSink<T>,
  ): Promise<WatchHandle> {
    const target = this.collectionOf(resource, options.namespace);
    await this.authorize('watch', target, options);
    return this.api.watch(this.context, target, options, sink as unknown as WatchSink<KubeObject>);
  }

  async create<T extends KubeObject>(resource: ResourceDefinition<T>, object: New<T>, options: WriteOptions = {}) {
    const { namespace, name } = object.metadata;
    const target = this.collectionOf(resource, namespace);
    await this.authorize('create', name === undefined ? target : { ...target, name });
    const body = decoded(target.resource, object);
    return (await this.api.create(this.contextFor(options), target, body, requestOf(options))) as T;
  }

  async update<T extends KubeObject>(resource: ResourceDefinition<T>, object: T, options: SubresourceOptions = {}) {
    const target = this.targetOf(resource, object.metadata, options.subresource);
    await this.authorize('update', target);
    const body = decoded(target.resource, object);
    const written = await this.api.update(this.contextFor(options), target, body, requestOf(options));
    return written.object as T;
  }

  async patch<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
    { type, body }: Patch,
    options: PatchOptions = {},
  ) {
    const target = this.targetOf(resource, ref, options.subresource);
    await this.authorize('patch', target);
    const request = { ...requestOf(options), type, patch: { value: body }, force: options.force };
    const written = await this.api.patch(this.contextFor(options), target, request);
    return written.object as T;
  }

  async delete<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
    options: Partial<DeleteOptions> = {},
  ) {
    const target = this.targetOf(resource, ref);
    await this.authorize('delete', target);
    const { object, gone } = await this.api.delete(this.context, target, { ...plainDelete, ...options });
    return gone ? undefined : (object as T);
  }

  async deleteCollection<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    list: ListOptions,
    options: Partial<DeleteOptions> = {},
  ) {
    const target = this.collectionOf(resource, list.namespace);
    await this.authorize('deletecollection', target, list);
    await this.api.deleteCollection(this.context, target, list, { ...plainDelete, ...options });
  }

  async createSubresource(
    resource: ResourceDefinition,
    ref: ObjectRef,
    subresource: string,
    body: unknown,
    options: WriteOptions = {},
  ): Promise<unknown> {
    const target = this.targetOf(resource, ref, subresource);
    await this.authorize('create', target);
    const schema = resource.subresources.find(({ name }) => name === subresource)?.schema ?? resource.schema;
    const sent = decoded({ ...target.resource, schema }, body as object);
    return this.api.create(this.contextFor(options), target, sent, requestOf(options));
  }

  /** The server works on kinds in general; what it answers for one kind are objects of that kind. A custom resource is taken as it is
   *  served now: whoever learnt of it once may hold an older description. */
  private general<T extends KubeObject>(resource: ResourceDefinition<T>): ResourceDefinition {
    const { group, version, plural } = resource;
    const isSame = (other: ResourceDefinition): boolean =>
      other.plural === plural && other.group === group && other.version === version;
    const current = resource.custom === undefined ? undefined : this.api.served.resources.find(isSame);
    return current ?? (resource as unknown as ResourceDefinition);
  }

  private collectionOf<T extends KubeObject>(resource: ResourceDefinition<T>, namespace: string | undefined): Target {
    return { resource: this.general(resource), namespace: resource.namespaced ? namespace : undefined };
  }

  private targetOf<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
    subresource?: string,
  ): Target {
    const { namespace, name } = ref;
    const place = { namespace: resource.namespaced ? namespace : undefined, name, subresource };
    return { resource: this.general(resource), ...place };
  }

  private authorize(verb: string, target: Target, { fieldSelector }: ListOptions = {}): Promise<void> {
    const { resource, namespace, name, subresource } = target;
    const { group, plural } = resource;
    return this.api.authorize(this.context, { verb, group, plural, namespace, name, subresource, fieldSelector });
  }

  private contextFor({ signal }: { readonly signal?: AbortSignal }): RequestContext {
    return signal === undefined ? this.context : { ...this.context, signal };
  }
}

function requestOf({ dryRun = false, fieldManager }: WriteOptions): WriteRequest {
  return { dryRun, fieldManager, fieldValidation: 'Ignore' };
}

/** A copy in canonical form. A value of the wrong type is refused as one from the wire would be (spec: api.md section 5). */
function decoded(resource: ResourceDefinition, object: object): object {
  try {
    return decode(resource.schema, object).value as object;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { kind, version } = resource;
    throw apiErrors.badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${error.message}`);
  }
}
