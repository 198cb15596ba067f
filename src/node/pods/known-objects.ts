import type { Clock } from '#base/clock.ts';
import { withDeadline } from '#base/deadline.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { type ApiError, isApiError, isNotFound } from '#kinds/meta/errors.ts';
import type { KubeObject, ObjectRef } from '#kinds/meta/object.ts';

/** How long an answer is waited for where an older one would do. */
export const newerMsMax: Millis = 3_000;

/** Reads an object for one pod; throws what the API server says, or that it says nothing. */
export type ReadObject = <T extends KubeObject>(resource: ResourceDefinition<T>, ref: ObjectRef) => Promise<T>;

interface Known {
  /** The object, or the error that says there is none. */
  readonly answer: KubeObject | ApiError;
  /** The uids of the pods for which it was read. */
  readonly pods: Set<string>;
}

/** The ConfigMaps and Secrets that the pods of a node are made of, each kept once and as last read, or as not there: while the API server is away,
 *  a container that ends is started again with those. Kept for as long as a pod is there for which it was read. */
export class KnownObjects {
  private readonly client: Client;
  private readonly clock: Clock;
  private readonly known = new Map<string, Known>();
  private readonly keysOf = new Map<string, Set<string>>();

  constructor(client: Client, clock: Clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Reads for that pod. What is known answers when the API server does not; an object that is gone is gone. */
  reader(podUid: string): ReadObject {
    return (resource, ref) => this.read(podUid, resource, ref);
  }

  /** Of that pod nothing runs any more. */
  release(podUid: string): void {
    for (const key of this.keysOf.get(podUid) ?? []) {
      const known = this.known.get(key);
      known?.pods.delete(podUid);
      if (known?.pods.size === 0) this.known.delete(key);
    }
    this.keysOf.delete(podUid);
  }

  /** How many objects are kept. */
  get size(): number {
    return this.known.size;
  }

  private async read<T extends KubeObject>(
    podUid: string,
    resource: ResourceDefinition<T>,
    ref: ObjectRef,
  ): Promise<T> {
    const key = `${resource.plural}/${ref.namespace}/${ref.name}`;
    try {
      const object = await (this.known.has(key)
        ? withDeadline(this.clock, newerMsMax, (signal) => this.client.get(resource, ref, { signal }))
        : this.client.get(resource, ref));
      this.keep(podUid, key, object);
      return object;
    } catch (error) {
      const answer = isApiError(error) && isNotFound(error) ? error : this.known.get(key)?.answer;
      if (answer === undefined) throw error;
      this.keep(podUid, key, answer);
      if (isApiError(answer)) throw answer;
      return answer as T;
    }
  }

  private keep(podUid: string, key: string, answer: Known['answer']): void {
    const pods = this.known.get(key)?.pods ?? new Set();
    const keys = this.keysOf.get(podUid) ?? new Set();
    this.known.set(key, { answer, pods: pods.add(podUid) });
    this.keysOf.set(podUid, keys.add(key));
  }
}
