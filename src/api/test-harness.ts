import assert from 'node:assert/strict';
import type { Api, LogRequest, RequestContext, Target, User, WriteRequest } from '#api/api.ts';
import { createApi } from '#api/create-api.ts';
import { createLocalClient } from '#api/local-client.ts';
import { type Random, seededRandom } from '#base/random.ts';
import { VirtualClock } from '#base/virtual-clock.ts';
import type { Client, WatchEvent, WatchHandle, WatchOptions } from '#client/client.ts';
import type { NodeDirectory } from '#client/node-port.ts';
import { catalog } from '#kinds/catalog.ts';
import { configMaps } from '#kinds/config-map/config-map.ts';
import type { ConfigMap } from '#kinds/config-map/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { type ApiError, isApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { serviceAccounts } from '#kinds/service-account/service-account.ts';
import { createMemoryStore } from '#store/memory/memory-store.ts';
import type { Store } from '#store/store.ts';

export const admin: User = { name: 'admin', groups: ['system:masters'] };
export const namespace = 'default';

export interface HarnessOptions {
  readonly store?: Store;
  readonly nodes?: NodeDirectory;
  readonly random?: Random;
}

/** The API on a memory store under virtual time. */
export class Harness {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly api: Api;
  readonly client: Client;
  readonly warnings: string[] = [];
  readonly context: RequestContext;

  private constructor(clock: VirtualClock, store: Store, api: Api) {
    this.clock = clock;
    this.store = store;
    this.api = api;
    this.client = createLocalClient(api, admin, 'test');
    this.context = { user: admin, agent: 'test', warn: (text) => this.warnings.push(text) };
  }

  /** With a service account `default`, so that pods can be created. */
  static async start(options: HarnessOptions = {}): Promise<Harness> {
    const clock = new VirtualClock();
    const store = options.store ?? createMemoryStore({ clock });
    const nodes = options.nodes === undefined ? {} : { nodes: options.nodes };
    const api = await createApi({
      store,
      clock,
      random: options.random ?? seededRandom('api-test'),
      resources: catalog,
      ...nodes,
    });
    const harness = new Harness(clock, store, api);
    const known = await harness.client.list(serviceAccounts, { namespace });
    if (known.items.length === 0)
      await harness.client.create(serviceAccounts, { metadata: { name: 'default', namespace } });
    return harness;
  }

  configMap(name: string, data: ConfigMap['data'] = {}, metadata: object = {}): Promise<ConfigMap> {
    return this.client.create(configMaps, { metadata: { name, namespace, ...metadata }, data });
  }

  pod(name: string, spec: object = {}, metadata: object = {}): Promise<Pod> {
    const containers = [{ name: 'main', image: 'registry.example/tools/runner:2.4', resources: {} }];
    return this.client.create(pods, { metadata: { name, namespace, ...metadata }, spec: { containers, ...spec } });
  }

  target<T extends KubeObject>(resource: ResourceDefinition<T>, name?: string, subresource?: string): Target {
    const general = resource as unknown as ResourceDefinition;
    return { resource: general, namespace: resource.namespaced ? namespace : undefined, name, subresource };
  }

  async watch<T extends KubeObject>(resource: ResourceDefinition<T>, options: WatchOptions = {}): Promise<Recorder> {
    const recorder = new Recorder();
    recorder.handle = await this.client.watch(resource, options, recorder as never);
    return recorder;
  }

  log(name: string, request: LogRequest): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.api.log(this.context, this.target(pods, name), request, new AbortController().signal);
  }
}

export const plainWrite: WriteRequest = { dryRun: false, fieldManager: undefined, fieldValidation: 'Ignore' };

/** Notes what a watch was told. */
export class Recorder {
  readonly events: WatchEvent<KubeObject>[] = [];
  handle: WatchHandle | undefined;
  end: { readonly error: ApiError | undefined } | undefined;

  event(event: WatchEvent<KubeObject>): void {
    assert.ok(this.handle !== undefined, 'no event before the caller has its handle');
    assert.equal(this.end, undefined, 'no event after the end');
    this.events.push(event);
  }

  closed(error: ApiError | undefined): void {
    this.end = { error };
  }

  /** The events as short texts: "ADDED a", "BOOKMARK end". Forgets them. */
  take(): readonly string[] {
    return this.events
      .splice(0)
      .map((event) =>
        event.type === 'BOOKMARK'
          ? `BOOKMARK${event.initialEventsEnd ? ' end' : ''}`
          : `${event.type} ${event.object.metadata.name}`,
      );
  }
}

/** The refusal that `work` must end with. */
export async function refusal(work: Promise<unknown>): Promise<ApiError> {
  try {
    await work;
  } catch (error) {
    assert.ok(isApiError(error), `an ApiError, not ${String(error)}`);
    return error;
  }
  return assert.fail('the request should have been refused');
}
