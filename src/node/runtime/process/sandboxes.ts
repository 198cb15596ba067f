import { join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import type { Containers } from '#node/runtime/process/containers.ts';
import type { Launcher } from '#node/runtime/process/launcher-client.ts';
import type { Records, SandboxRecord } from '#node/runtime/process/records.ts';
import type { Sandbox, SandboxConfig } from '#node/runtime/runtime.ts';

export interface SandboxesDeps {
  readonly records: Records;
  readonly containers: Containers;
  readonly launcher: Launcher;
  readonly clock: Clock;
  /** The address that all pods have, as processes share the machine's network. */
  readonly ip: string;
  /** Where the secrets of pods are. */
  readonly memory: string;
}

/** The places that pods live in. */
export class Sandboxes {
  private readonly deps: SandboxesDeps;
  private readonly byPod = new Map<string, SandboxRecord>();

  /** Knows those of an earlier run. */
  constructor(deps: SandboxesDeps) {
    this.deps = deps;
    for (const record of deps.records.sandboxes()) this.byPod.set(record.config.podUid, record);
  }

  all(): readonly Sandbox[] {
    return [...this.byPod.values()].map(({ sandbox }) => sandbox);
  }

  has(podUid: string): boolean {
    return this.byPod.has(podUid);
  }

  hostnameOf(podUid: string): string {
    return this.byPod.get(podUid)?.config.hostname ?? '';
  }

  ipOf(podUid: string): string | undefined {
    return this.byPod.get(podUid)?.sandbox.ip;
  }

  /** See `Runtime.createSandbox`. */
  async create(config: SandboxConfig): Promise<Sandbox> {
    const known = this.byPod.get(config.podUid);
    if (known !== undefined) return known.sandbox;
    const { records, launcher, clock, ip } = this.deps;
    const { podUid, namespace, name } = config;
    const sandbox = { podUid, namespace, name, ip, createdAt: clock.now() };
    const recordFile = records.sandboxFileOf(podUid);
    const record = JSON.stringify({ config, sandbox });
    await launcher.ask({ do: 'sandbox', directory: config.directory, recordFile, record });
    this.byPod.set(podUid, { config, sandbox });
    return sandbox;
  }

  /** See `Runtime.removeSandbox`. The record goes last: until then another try finds what is left. */
  async remove(podUid: string): Promise<void> {
    const { records, containers, launcher, memory } = this.deps;
    const known = this.byPod.get(podUid);
    const all = containers.ofPod(podUid);
    for (const container of all) container.refuseRunning();
    const paths = all.flatMap(({ id }) => records.pathsOf(id));
    const pod = known === undefined ? [] : [known.config.logDirectory, known.config.directory, join(memory, podUid)];
    if (paths.length + pod.length === 0) return;
    await launcher.ask({ do: 'remove', paths: [...pod, ...paths, records.sandboxFileOf(podUid)] });
    for (const { id } of all) containers.forget(id);
    this.byPod.delete(podUid);
  }
}
