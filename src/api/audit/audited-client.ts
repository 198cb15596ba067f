import type { RandomStream } from '#base/random.ts';
import type {
  Client,
  ListOptions,
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
import { isApiError } from '#kinds/meta/errors.ts';
import type { KubeObject, New, ObjectRef } from '#kinds/meta/object.ts';
import type { DeleteOptions } from '#kinds/meta/schema.ts';
import type { Api, User } from '../api.ts';
import { createLocalClient } from '../local-client.ts';
import type { Auditor } from './auditor.ts';
import { shownList } from './shown-list.ts';
import type { AuditTrail } from './trail.ts';

export interface AuditedClientParts {
  readonly api: Api;
  readonly user: User;
  readonly agent: string;
  readonly auditor: Auditor;
  readonly ids: RandomStream;
}

/** The local client, with every request in the audit log as if it had come over the wire. */
export function createAuditedClient(parts: AuditedClientParts): Client {
  return new AuditedClient(parts);
}

interface Asked {
  readonly verb: string;
  readonly ref?: Partial<ObjectRef>;
  readonly subresource?: string | undefined;
  readonly body?: unknown;
  readonly dryRun?: boolean | undefined;
  readonly selector?: ListOptions;
}

class AuditedClient implements Client {
  private readonly parts: AuditedClientParts;

  constructor(parts: AuditedClientParts) {
    this.parts = parts;
  }

  get<T extends KubeObject>(resource: ResourceDefinition<T>, ref: ObjectRef, options?: ReadOptions) {
    return this.run(resource, { verb: 'get', ref }, (client) => client.get(resource, ref, options));
  }

  list<T extends KubeObject>(resource: ResourceDefinition<T>, options: ListOptions = {}) {
    return this.run(
      resource,
      { verb: 'list', selector: options },
      (client) => client.list(resource, options),
      (list) => shownList(resource, list),
    );
  }

  create<T extends KubeObject>(resource: ResourceDefinition<T>, object: New<T>, options: WriteOptions = {}) {
    const { namespace } = object.metadata;
    const asked = { verb: 'create', ref: { namespace }, body: object, dryRun: options.dryRun };
    return this.run(resource, asked as Asked, (client) => client.create(resource, object, options));
  }

  update<T extends KubeObject>(resource: ResourceDefinition<T>, object: T, options: SubresourceOptions = {}) {
    const { subresource, dryRun } = options;
    const asked = { verb: 'update', ref: object.metadata, subresource, body: object, dryRun };
    return this.run(resource, asked, (client) => client.update(resource, object, options));
  }

  patch<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
    patch: Patch,
    options: PatchOptions = {},
  ) {
    const { subresource, dryRun } = options;
    const asked = { verb: 'patch', ref, subresource, body: patch.body, dryRun };
    return this.run(resource, asked, (client) => client.patch(resource, ref, patch, options));
  }

  delete<T extends KubeObject>(resource: ResourceDefinition<T>, ref: ObjectRef, options?: Partial<DeleteOptions>) {
    return this.run(resource, { verb: 'delete', ref, body: options }, (client) =>
      client.delete(resource, ref, options),
    );
  }

  deleteCollection<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    list: ListOptions,
    options?: Partial<DeleteOptions>,
  ) {
    const asked = { verb: 'deletecollection', selector: list, body: options };
    return this.run(resource, asked, (client) => client.deleteCollection(resource, list, options));
  }

  createSubresource<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
    subresource: string,
    body: unknown,
    options: WriteOptions = {},
  ) {
    const asked = { verb: 'create', ref, subresource, body, dryRun: options.dryRun };
    return this.run(resource, asked, (client) => client.createSubresource(resource, ref, subresource, body, options));
  }

  /** Its end is written when the watch has ended, whoever ended it. */
  async watch<T extends KubeObject>(
    resource: ResourceDefinition<T>,
    options: WatchOptions,
    sink: WatchSink<T>,
  ): Promise<WatchHandle> {
    const trail = this.begin(resource, { verb: 'watch', selector: options });
    if (trail === undefined) return this.client().watch(resource, options, sink);
    const followed: WatchSink<T> = {
      event: (event) => sink.event(event),
      closed: (error) => {
        trail.end();
        sink.closed(error);
      },
    };
    try {
      const handle = await this.client(trail).watch(resource, options, followed);
      trail.started(200);
      return {
        ...handle,
        stop: () => {
          handle.stop();
          trail.end();
        },
      };
    } catch (error) {
      finishRefused(trail, error);
      throw error;
    }
  }

  private async run<T, R extends KubeObject>(
    resource: ResourceDefinition<R>,
    asked: Asked,
    work: (client: Client) => Promise<T>,
    shown: (answer: T) => unknown = (answer) => answer,
  ): Promise<T> {
    const trail = this.begin(resource, asked);
    if (trail === undefined) return work(this.client());
    try {
      if (asked.body !== undefined) trail.requested(asked.body);
      const answer = await work(this.client(trail));
      trail.answered(answer, () => shown(answer));
      trail.started(asked.verb === 'create' ? 201 : 200);
      trail.end();
      return answer;
    } catch (error) {
      finishRefused(trail, error);
      throw error;
    }
  }

  private client(trail?: AuditTrail): Client {
    const { api, user, agent } = this.parts;
    return createLocalClient(api, user, agent, trail);
  }

  private begin<R extends KubeObject>(resource: ResourceDefinition<R>, asked: Asked): AuditTrail | undefined {
    const { auditor, user, agent, ids } = this.parts;
    const { group, version, plural, namespaced } = resource;
    const { verb, ref = {}, subresource, dryRun, selector } = asked;
    const namespace = namespaced ? (ref.namespace ?? selector?.namespace) : undefined;
    const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
    const place = namespace === undefined ? plural : `namespaces/${namespace}/${plural}`;
    const path = [root, place, ref.name, subresource].filter((part) => part !== undefined).join('/');
    const request = {
      auditId: ids.uuid(),
      uri: path + queryOf(verb, dryRun, selector),
      verb,
      target: { group, version, plural, namespace, name: ref.name, subresource },
      sourceIPs: ['127.0.0.1'],
      userAgent: agent,
      longRunning: verb === 'watch',
    };
    return auditor.begin(request, user);
  }
}

function finishRefused(trail: AuditTrail, error: unknown): void {
  if (isApiError(error)) {
    trail.refused(error);
    trail.started(error.code);
  } else {
    trail.panicked(error);
  }
  trail.end();
}

function queryOf(verb: string, dryRun = false, { labelSelector = '', fieldSelector = '' }: ListOptions = {}): string {
  const query = new URLSearchParams();
  if (verb === 'watch') query.set('watch', 'true');
  if (dryRun) query.set('dryRun', 'All');
  if (labelSelector !== '') query.set('labelSelector', labelSelector);
  if (fieldSelector !== '') query.set('fieldSelector', fieldSelector);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
