import type { Client, WatchSink } from '#client/client.ts';
import { apiErrors } from '#kinds/meta/errors.ts';

/** The way of a node to its API server, which can be cut off: every call, or every one for a resource, is then refused
 *  or never answered. */
export interface Link {
  readonly client: Client;
  /** Every call since, with what it was about: "list services". */
  readonly calls: string[];
  cut(how: 'refused' | 'silent', plural?: string): void;
  mend(): void;
}

export function linkTo(client: Client): Link {
  let state: 'up' | 'refused' | 'silent' = 'up';
  const calls: string[] = [];
  const watches = new Map<() => void, string>();
  let only: string | undefined;
  const pass = async (plural: string, signal?: AbortSignal): Promise<void> => {
    if (only !== undefined && plural !== only) return;
    if (state === 'refused') throw apiErrors.unavailable('Cannot reach the API server: connect ECONNREFUSED');
    if (state === 'up') return;
    const { promise, reject } = Promise.withResolvers<never>();
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    await promise;
  };
  const watch: Client['watch'] = async (resource, options, sink) => {
    calls.push(`watch ${resource.plural}`);
    await pass(resource.plural);
    const handle = await client.watch(resource, options, sink);
    const end = cutter(handle, sink, () => watches.delete(end));
    watches.set(end, resource.plural);
    return handle;
  };
  const guarded =
    (name: string, call: (...args: unknown[]) => Promise<unknown>) =>
    async (...args: [{ readonly plural: string }, ...unknown[]]): Promise<unknown> => {
      calls.push(`${name} ${args[0].plural}`);
      const signal = args.map((arg) => (arg as { signal?: AbortSignal } | undefined)?.signal).find(Boolean);
      await pass(args[0].plural, signal);
      return call(...args);
    };
  const others = new Proxy(client, {
    get: (target, name) => {
      if (name === 'watch') return watch;
      const call = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return guarded(String(name), call.bind(target));
    },
  });
  return {
    client: others,
    calls,
    cut: (how, plural) => {
      state = how;
      only = plural;
      for (const [end, about] of watches) if (plural === undefined || plural === about) end();
    },
    mend: () => {
      state = 'up';
    },
  };
}

function cutter<T>(handle: { stop(): void }, sink: WatchSink<T>, forget: () => void): () => void {
  return () => {
    forget();
    handle.stop();
    sink.closed(undefined);
  };
}
