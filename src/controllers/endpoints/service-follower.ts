import { jsonEqual } from '#base/json.ts';
import { isSelfMade, selects } from '#controllers/endpoints/members.ts';
import { keyOf } from '#kinds/meta/object.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Service } from '#kinds/service/schema.ts';
import { services } from '#kinds/service/service.ts';
import type { ControllerDeps } from '#reconcile/controller.ts';
import type { Informer } from '#reconcile/informer.ts';

/** Services with their pods, and the news of which service to look at again. */
export class ServiceFollower {
  readonly services: Informer<Service>;
  readonly pods: Informer<Pod>;
  private readonly look: (key: string) => void;

  constructor({ informers }: ControllerDeps, look: (key: string) => void) {
    this.services = informers.of(services);
    this.pods = informers.of(pods);
    this.look = look;
  }

  /** The function ends it. */
  start(): () => void {
    const look = (service: Service): void => this.look(keyOf(service.metadata));
    const ends = [
      this.services.subscribe({ added: look, updated: look, deleted: look }),
      this.pods.subscribe({
        added: (pod) => this.lookFor(pod),
        updated: (pod, old) => this.changed(pod, old),
        deleted: (pod) => this.lookFor(pod),
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  podsOf(service: Service): readonly Pod[] {
    return this.pods.list(service.metadata.namespace).filter((pod) => selects(service, pod));
  }

  private changed(pod: Pod, old: Pod): void {
    this.lookFor(pod);
    if (!jsonEqual(pod.metadata.labels, old.metadata.labels)) this.lookFor(old);
  }

  private lookFor(pod: Pod): void {
    for (const service of this.services.list(pod.metadata.namespace)) {
      if (!isSelfMade(service) && selects(service, pod)) this.look(keyOf(service.metadata));
    }
  }
}
