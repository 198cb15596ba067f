import type { Container, Runtime, Sandbox } from '#node/runtime/runtime.ts';

const none: readonly Container[] = [];

/** What the runtime has, pod by pod, kept current by its own news. */
export class RuntimeView {
  private readonly pods = new Map<string, Map<string, Container>>();
  private readonly sandboxes = new Map<string, Sandbox>();
  private readonly end: () => void;

  private constructor(runtime: Runtime, onChange: (podUid: string) => void) {
    this.end = runtime.subscribe((container) => {
      this.set(container);
      onChange(container.podUid);
    });
  }

  /** Takes in all the runtime knows, then follows. `onChange` is called after the view has the change. */
  static async open(runtime: Runtime, onChange: (podUid: string) => void): Promise<RuntimeView> {
    const view = new RuntimeView(runtime, onChange);
    const { sandboxes, containers } = await runtime.list();
    for (const sandbox of sandboxes) view.sandboxes.set(sandbox.podUid, sandbox);
    for (const container of containers) view.set(container);
    return view;
  }

  /** The uids of all pods that have anything here. */
  uids(): readonly string[] {
    return [...new Set([...this.sandboxes.keys(), ...this.pods.keys()])];
  }

  sandboxOf(podUid: string): Sandbox | undefined {
    return this.sandboxes.get(podUid);
  }

  containersOf(podUid: string): readonly Container[] {
    const pod = this.pods.get(podUid);
    return pod === undefined ? none : [...pod.values()];
  }

  removedContainer(container: Container): void {
    this.pods.get(container.podUid)?.delete(container.id);
  }

  removedPod(podUid: string): void {
    this.pods.delete(podUid);
    this.sandboxes.delete(podUid);
  }

  close(): void {
    this.end();
  }

  private set(container: Container): void {
    const pod = this.pods.get(container.podUid);
    if (pod === undefined) this.pods.set(container.podUid, new Map([[container.id, container]]));
    else pod.set(container.id, container);
  }
}
