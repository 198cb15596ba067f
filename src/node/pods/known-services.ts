import type { Clock } from '#base/clock.ts';
import type { Millis } from '#base/units.ts';
import type { Service } from '#kinds/service/schema.ts';
import { ConfigError } from '#node/pods/environment.ts';
import type { Informer } from '#reconcile/informer.ts';

/** How long a container waits for the first list before its start is put off. */
const firstListMsMax: Millis = 10_000;

/** The services of the cluster as last seen, for the variables of containers: what is known serves also while the API server is
 *  away. They are followed from the first time that somebody asks. */
export class KnownServices {
  private readonly informer: Informer<Service>;
  private readonly clock: Clock;

  constructor(informer: Informer<Service>, clock: Clock) {
    this.informer = informer;
    this.clock = clock;
  }

  /** Those of a namespace. Throws `ConfigError` in upstream's words when none could be read yet: a container that starts without
   *  knowing of the services would never hear of them. */
  async of(namespace: string): Promise<readonly Service[]> {
    if (!this.informer.synced) await this.firstList();
    return this.informer.list(namespace);
  }

  private async firstList(): Promise<void> {
    const late = new AbortController();
    const error = new ConfigError('services have not yet been read at least once, cannot construct envs');
    const timer = this.clock.after(firstListMsMax, () => late.abort(error));
    this.informer.start();
    await this.informer.whenSynced(late.signal).finally(() => timer.cancel());
  }
}
