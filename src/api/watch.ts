import type { Clock, Timer } from '#base/clock.ts';
import { queueMicrotask } from '#base/timers.ts';
import type { WatchHandle, WatchOptions, WatchSink } from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { type ApiError, apiErrors, isApiError } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import type { Revision } from '#store/store.ts';
import { askedRevision, checkWatchOptions } from './list-options.ts';
import type { ObjectStore } from './object-store.ts';
import { Selection } from './selection.ts';
import { Watcher } from './watcher.ts';

/** The last bookmark comes this long before a watch times out. */
const lastBookmarkMs = 2_000;

/** Begins a watch (spec: api.md section 13). Refuses contradictory options by throwing; a start that lies too far back or ahead
 *  ends the accepted watch with an error, as clients expect. No event comes before the caller has its handle. */
export async function beginWatch(
  objects: ObjectStore,
  clock: Clock,
  resource: ResourceDefinition,
  options: WatchOptions,
  sink: WatchSink<KubeObject>,
): Promise<WatchHandle> {
  checkWatchOptions(options);
  const selection = new Selection(resource, options);
  const asked = askedRevision(options.resourceVersion);
  const initial = options.sendInitialEvents ?? (asked === undefined || asked === 0);
  const refusal = await waitForStart(objects, asked, initial);
  const { cache, hub } = objects.of(resource);
  if (initial) await cache.readAhead(selection.namespace);
  const watcher = new Watcher(selection, options.allowWatchBookmarks ?? false, objects.revision, sink);
  const timers: Timer[] = [];
  const end = (): void => {
    hub.remove(watcher);
    for (const timer of timers) timer.cancel();
  };
  hub.add(watcher);
  const error = refusal ?? fill(objects, watcher, initial ? undefined : (asked ?? objects.revision));
  if (error !== undefined) {
    end();
    watcher.close(error);
  } else if (options.timeoutSeconds !== undefined && options.timeoutSeconds !== 0) {
    const timeoutMs = Math.max(0, options.timeoutSeconds) * 1000;
    timers.push(...armTimeout(objects, clock, watcher, timeoutMs, end));
  }
  afterCallers(() => watcher.open());
  return {
    stop: () => {
      end();
      watcher.stop();
    },
  };
}

/** Waits until the state that is to be shown first is there; answers with the error that the watch must end with. */
async function waitForStart(
  objects: ObjectStore,
  asked: Revision | undefined,
  initial: boolean,
): Promise<ApiError | undefined> {
  try {
    if (asked === undefined) await objects.upToDate();
    else if (initial) await objects.reach(asked);
    return undefined;
  } catch (error) {
    if (isApiError(error)) return error;
    throw error;
  }
}

/** Sends what came before now: the present state, or the changes since `from`. Nothing here waits, so that no change can
 *  slip in between. */
function fill(objects: ObjectStore, watcher: Watcher, from: Revision | undefined): ApiError | undefined {
  const { selection } = watcher;
  const { cache, hub } = objects.of(selection.definition);
  if (from === undefined) {
    for (const { object } of cache.list(selection.namespace)) {
      if (selection.matches(object)) watcher.send({ type: 'ADDED', object });
    }
    if (watcher.bookmarks) watcher.bookmark(objects.revision, true);
    return undefined;
  }
  const { history } = hub;
  if (from < history.since) return apiErrors.expired(`too old resource version: ${from} (${history.since})`);
  watcher.revision = from;
  for (const change of history.after(from)) watcher.offer(change);
  return undefined;
}

function armTimeout(
  objects: ObjectStore,
  clock: Clock,
  watcher: Watcher,
  timeoutMs: number,
  end: () => void,
): readonly Timer[] {
  const timeOut = (): void => {
    end();
    watcher.close(undefined);
  };
  const timers = [clock.after(timeoutMs, timeOut, { background: true })];
  if (watcher.bookmarks && timeoutMs > lastBookmarkMs) {
    const bookmark = (): void => watcher.bookmark(objects.revision, false);
    timers.push(clock.after(timeoutMs - lastBookmarkMs, bookmark, { background: true }));
  }
  return timers;
}

/** How many `await`s may lie between us and the one who asked. */
const callersMax = 16;

/** Runs `run` after the promise that is being resolved now has reached its callers. Microtasks alone do it, so that virtual time
 *  sees no gap. */
function afterCallers(run: () => void, hops = callersMax): void {
  queueMicrotask(() => (hops === 0 ? run() : afterCallers(run, hops - 1)));
}
