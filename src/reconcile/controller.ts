import type { Clock } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { MetricsRegistry } from '#base/metrics.ts';
import type { Random } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import type { Informers } from '#reconcile/informers.ts';
import type { NamedQueue } from '#reconcile/queue-metrics.ts';
import type { WorkQueue } from '#reconcile/work-queue.ts';

/** How queues and caches call an object: `keyOf` of it. */
export type ObjectKey = string;

/** What a reconciler wants next: nothing, or to look again in `after` milliseconds. `background` marks a look that recurs
 *  for ever (see `TimerOptions`). */
export type ReconcileResult = 'done' | { readonly after: Millis; readonly background?: boolean };

/** Moves the object at `key` one step towards its spec. May be called at any time and any number of times, never twice at
 *  once for one key. 'done' forgets the back-off; `{ after }` does so too and looks again then; a throw retries with
 *  back-off, unless it is a `TerminalError`. The signal aborts when the controller stops. */
export type Reconcile = (key: ObjectKey, signal: AbortSignal) => Promise<ReconcileResult>;

/** Thrown by a reconciler when trying again cannot help until the object changes. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** One actor of the control plane. */
export interface Controller {
  /** What it works off, for whoever measures that. */
  readonly queues?: readonly NamedQueue[];
  /** Begins to work once its informers are in sync. The informers are started by whoever made them. */
  start(): void;
  /** Takes no new work, and resolves when what is in hand has ended. Cannot be started again. */
  stop(): Promise<void>;
}

/** What every controller is made from. */
export interface ControllerDeps {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Where it tells of its work; nowhere unless given. */
  readonly metrics?: MetricsRegistry | undefined;
}

export interface ControllerLoop {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly reconcile: Reconcile;
  /** How many keys are worked on at the same time. */
  readonly workers: number;
  /** The caches that `reconcile` reads: no key is taken before they are in sync. */
  readonly caches: readonly { whenSynced(signal?: AbortSignal): Promise<void> }[];
  readonly log: Logger;
}

/** A controller under way. */
export interface RunningController {
  /** Shuts the queue down; resolves when what is in hand has ended. */
  stop(): Promise<void>;
}

/** Starts workers that take keys from the queue and reconcile them, until stopped. */
export function runController(loop: ControllerLoop): RunningController {
  const abort = new AbortController();
  const log = loop.log.with({ controller: loop.name });
  const ready = Promise.all(loop.caches.map((cache) => cache.whenSynced(abort.signal))).then(
    () => true,
    () => false,
  );
  const workers = Array.from({ length: loop.workers }, async () => {
    if (await ready) await work(loop, log, abort.signal);
  });
  return {
    stop: async () => {
      loop.queue.shutdown();
      abort.abort(new Error(`The controller "${loop.name}" is stopping`));
      await Promise.all(workers);
    },
  };
}

async function work(loop: ControllerLoop, log: Logger, signal: AbortSignal): Promise<void> {
  const { queue, reconcile } = loop;
  for (let key = await queue.take(); key !== undefined; key = await queue.take()) {
    try {
      const result = await reconcile(key, signal);
      queue.forget(key);
      if (result !== 'done') queue.addAfter(key, result.after, { background: result.background ?? false });
    } catch (error) {
      if (!signal.aborted) failed(loop, log, key, error);
    } finally {
      queue.done(key);
    }
  }
}

function failed({ queue }: ControllerLoop, log: Logger, key: string, error: unknown): void {
  if (error instanceof TerminalError) {
    queue.forget(key);
    log.error('Reconciling failed for good', { key, error });
    return;
  }
  queue.addRateLimited(key);
  log.debug('Reconciling failed; trying again', { key, retries: queue.retries(key), error });
}
