import type { Client, WatchEvent, WatchHandle } from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { ApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';

export type Resource<T extends KubeObject> = ResourceDefinition<T>;

export interface FollowSink<T> {
  event(event: WatchEvent<T>): void;
  /** The watch cannot go on. */
  failed(error: ApiError): void;
}

/** Watches all objects of a resource, the present ones first, and starts again whenever the server ends the watch for time. */
export async function follow<T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  sink: FollowSink<T>,
): Promise<WatchHandle> {
  let current: WatchHandle;
  let stopped = false;
  const connect = (): Promise<WatchHandle> =>
    client.watch(
      resource,
      { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', allowWatchBookmarks: true },
      {
        event: (event) => sink.event(event),
        closed: (error) => {
          if (error !== undefined) return sink.failed(error);
          connect().then(
            (handle) => {
              current = handle;
              if (stopped) handle.stop();
            },
            (cause: ApiError) => sink.failed(cause),
          );
        },
      },
    );
  current = await connect();
  return {
    stop: () => {
      stopped = true;
      current.stop();
    },
  };
}
