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

  warnContainer(pod: Pod, container: string, isInit: boolean, reason: string, message: string): void {
    this.recorder.event(pod, 'Warning', reason, message, fieldPath(container, isInit));
  }

  pulled(pod: Pod, container: string, isInit: boolean, message: string): void {
    this.normal(pod, 'Pulled', message, fieldPath(container, isInit));
  }

  created(pod: Pod, container: string, isInit: boolean): void {
    this.normal(pod, 'Created', 'Container created', fieldPath(container, isInit));
  }

  started(pod: Pod, container: string, isInit: boolean): void {
    this.normal(pod, 'Started', 'Container started', fieldPath(container, isInit));
  }

  failed(pod: Pod, container: string, isInit: boolean, cause: string): void {
    this.recorder.event(pod, 'Warning', 'Failed', `Error: ${cause}`, fieldPath(container, isInit));
  }

  killing(pod: Pod, container: string, isInit: boolean, message = `Stopping container ${container}`): void {
    this.normal(pod, 'Killing', message, fieldPath(container, isInit));
  }

  failedKill(pod: Pod, error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    this.recorder.event(pod, 'Warning', 'FailedKillPod', `error killing pod: ${cause}`);
  }

  backOff(pod: Pod, container: string): void {
    const { name, namespace, uid } = pod.metadata;
    const message = `Back-off restarting failed container ${container} in pod ${name}_${namespace}(${uid})`;
    const isInit = pod.spec.initContainers?.some((init) => init.name === container) === true;
    this.recorder.event(pod, 'Warning', 'BackOff', message, fieldPath(container, isInit));
  }

  deadline(pod: Pod, message: string): void {
    this.normal(pod, 'DeadlineExceeded', message);
  }

  private normal(pod: Pod, reason: string, message: string, path?: string): void {
    if (!this.quiet) this.recorder.event(pod, 'Normal', reason, message, path);
  }
}

function fieldPath(container: string, isInit: boolean): string {
  return `spec.${isInit ? 'initContainers' : 'containers'}{${container}}`;
}
