import type { Millis } from '#base/units.ts';
import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import { keyOf } from '#kinds/meta/object.ts';
import type { Controller, ControllerDeps, ReconcileResult } from '#reconcile/controller.ts';
import { ignoreNotFound } from '#reconcile/ignored-errors.ts';
import type { Informer } from '#reconcile/informer.ts';
import { createQueuedController } from '#reconcile/queued-controller.ts';
import { WorkQueue } from '#reconcile/work-queue.ts';

/** What one controller of certificates does with a request. */
export interface RequestWork {
  readonly name: string;
  /** When there is something to do, by what is known of the request; undefined: not as it stands. */
  due(request: CertificateSigningRequest): Millis | undefined;
  /** Does it. A throw is tried again with back-off. */
  settle(request: CertificateSigningRequest): Promise<unknown>;
}

const workers = 5;
const retry = { msBase: 200, msMax: 1_000_000 };

/** A controller that looks after each request for a certificate by itself. */
export function createRequestController(deps: ControllerDeps, work: RequestWork): Controller {
  return new RequestController(deps, work).controller();
}

class RequestController {
  private readonly deps: ControllerDeps;
  private readonly work: RequestWork;
  private readonly requests: Informer<CertificateSigningRequest>;
  private readonly queue: WorkQueue;

  constructor(deps: ControllerDeps, work: RequestWork) {
    this.deps = deps;
    this.work = work;
    this.requests = deps.informers.of(certificateSigningRequests);
    this.queue = new WorkQueue(deps.clock, retry);
  }

  controller(): Controller {
    const enqueue = (request: CertificateSigningRequest): void => this.enqueue(request);
    return createQueuedController({
      name: this.work.name,
      queue: this.queue,
      reconcile: (key) => this.reconcile(key),
      workers,
      caches: [this.requests],
      log: this.deps.log,
      follow: () => [this.requests.subscribe({ added: enqueue, updated: enqueue })],
    });
  }

  private enqueue(request: CertificateSigningRequest): void {
    const due = this.work.due(request);
    if (due !== undefined) this.queue.addAt(keyOf(request.metadata), due);
  }

  private async reconcile(key: string): Promise<ReconcileResult> {
    const request = this.requests.get(key);
    const due = request === undefined ? undefined : this.work.due(request);
    if (request === undefined || due === undefined) return 'done';
    if (due > this.deps.clock.now()) {
      this.queue.addAt(key, due);
      return 'done';
    }
    await this.work.settle(request).catch(ignoreNotFound);
    return 'done';
  }
}
