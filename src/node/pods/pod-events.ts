import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Recorder } from '#reconcile/event-recorder.ts';

/** What the node tells users about pods (spec: node-agent.md section 33). */
export class PodEvents {
  private readonly recorder: Recorder;
  private readonly quiet: boolean;

  /** `quiet` leaves out what is normal. */
  constructor(recorder: Recorder, quiet: boolean) {
    this.recorder = recorder;
    this.quiet = quiet;
  }

  warn(pod: Pod, reason: string, message: string): void {
    this.recorder.event(pod, 'Warning', reason, message);
  }

  warnContainer(pod: Pod, container: string, reason: string, message: string): void {
    this.recorder.event(pod, 'Warning', reason, message, fieldPath(pod, container));
  }

  pulled(pod: Pod, container: string, message: string): void {
    this.normal(pod, 'Pulled', message, fieldPath(pod, container));
  }

  created(pod: Pod, container: string): void {
    this.normal(pod, 'Created', 'Container created', fieldPath(pod, container));
  }

  started(pod: Pod, container: string): void {
    this.normal(pod, 'Started', 'Container started', fieldPath(pod, container));
  }

  failed(pod: Pod, container: string, cause: string): void {
    this.recorder.event(pod, 'Warning', 'Failed', `Error: ${cause}`, fieldPath(pod, container));
  }

  killing(pod: Pod, container: string, message = `Stopping container ${container}`): void {
    this.normal(pod, 'Killing', message, fieldPath(pod, container));
  }

  failedKill(pod: Pod, error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    this.recorder.event(pod, 'Warning', 'FailedKillPod', `error killing pod: ${cause}`);
  }

  backOff(pod: Pod, container: string): void {
    const { name, namespace, uid } = pod.metadata;
    const message = `Back-off restarting failed container ${container} in pod ${name}_${namespace}(${uid})`;
    this.recorder.event(pod, 'Warning', 'BackOff', message, fieldPath(pod, container));
  }

  deadline(pod: Pod, message: string): void {
    this.normal(pod, 'DeadlineExceeded', message);
  }

  private normal(pod: Pod, reason: string, message: string, path?: string): void {
    if (!this.quiet) this.recorder.event(pod, 'Normal', reason, message, path);
  }
}

function fieldPath({ spec }: Pod, container: string): string {
  const isOneOf = (list: readonly { readonly name: string }[] = []): boolean =>
    list.some(({ name }) => name === container);
  const list = isOneOf(spec.initContainers)
    ? 'initContainers'
    : isOneOf(spec.ephemeralContainers)
      ? 'ephemeralContainers'
      : 'containers';
  return `spec.${list}{${container}}`;
}
