import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join, posix } from 'node:path';
import type { Clock, Timer } from '#base/clock.ts';
import type { Logger } from '#base/log.ts';
import type { RandomStream } from '#base/random.ts';
import type { Millis } from '#base/units.ts';
import type { Client } from '#client/client.ts';
import { isApiError } from '#kinds/meta/errors.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Container, VolumeMount } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type { Volume } from '#kinds/pod/schema/volumes.ts';
import type { PodFacts } from '#node/pods/downward.ts';
import { ConfigError } from '#node/pods/environment.ts';
import { expand } from '#node/pods/expansion.ts';
import type { ReadObject } from '#node/pods/known-objects.ts';
import type { Mount, PodDirectories } from '#node/runtime/runtime.ts';
import { type ClaimedVolume, claimedVolume, UnreachableVolumeError } from '#node/volumes/claimed-volume.ts';
import { prepareHostPath } from '#node/volumes/host-path.ts';
import { belongsInMemory } from '#node/volumes/in-memory.ts';
import { checkPaths, type Payload, payloadOf, VolumeError } from '#node/volumes/payload.ts';
import { resolveSubPath } from '#node/volumes/sub-path.ts';
import { Tokens } from '#node/volumes/tokens.ts';
import { makeVolumeDirectory } from '#node/volumes/volume-directories.ts';
import { giveToGroup } from '#node/volumes/write-payload.ts';

export interface PodVolumesDeps {
  readonly client: Client;
  /** Reads ConfigMaps and Secrets for the pod. */
  readonly read: ReadObject;
  /** The node as it is now. */
  readonly readNode: () => Promise<Node>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Spreads the times at which pods are brought up to date. */
  readonly jitter: RandomStream;
  readonly directories: PodDirectories;
  /** Where this node keeps the directories of volumes that are made for claims. */
  readonly volumes: string | undefined;
  /** Makes a directory show these files and no others. */
  readonly write: (directory: string, files: Payload, group: number | undefined) => Promise<void>;
  /** The newest version of the pod. */
  readonly pod: () => Pod;
}

const outdated = 'Cannot bring a volume up to date';

/** How often files made from API objects are brought up to date, and half as long again at most. */
const refreshMs: Millis = 60_000;

/** Lays out the volumes of one pod as files of this machine, in the pod's own directory, and says what is to be mounted
 *  where. Only what a container mounts is laid out. */
export class PodVolumes {
  private readonly deps: PodVolumesDeps;
  private readonly tokens: Tokens;
  /** Where the volumes are that stand for claims, since they were laid out. */
  private readonly claimed = new Map<string, ClaimedVolume>();
  private readonly laid = new Set<string>();
  private timer: Timer | undefined;
  /** Brings what was laid out up to date; there is none before. */
  private refresh: (() => Promise<void>) | undefined;
  private closed = false;

  constructor(deps: PodVolumesDeps) {
    this.deps = deps;
    this.tokens = new Tokens(deps.client, deps.clock);
  }

  /** Makes every volume, or brings it up to date. Throws `VolumeError` with upstream's text for the first that cannot be made
   *  now. Files that were there when a container started before do for the next, whatever has become of their sources. */
  async lay(pod: Pod, facts: PodFacts): Promise<void> {
    for (const volume of mountedVolumes(pod)) {
      try {
        await this.layOne(pod, volume, facts);
        this.laid.add(volume.name);
      } catch (error) {
        if (isPayload(volume) && this.laid.has(volume.name)) {
          this.deps.log.warn(outdated, { pod: pod.metadata.name, volume: volume.name, error });
          continue;
        }
        if (error instanceof UnreachableVolumeError || !(error instanceof VolumeError || isApiError(error)))
          throw error;
        throw new VolumeError(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
      }
    }
    this.follow(facts);
  }

  /** The pod's labels or annotations are others: files that show them change now. */
  podChanged(): void {
    void this.refresh?.();
  }

  /** Keeps nothing up to date any more. The files stay. */
  close(): void {
    this.closed = true;
    this.timer?.cancel();
  }

  /** From now on what changes in the API changes in the files. What cannot be read stays as it is. */
  private follow(facts: PodFacts): void {
    this.timer?.cancel();
    const { clock, jitter, log, pod } = this.deps;
    const volumes = mountedVolumes(pod()).filter(isPayload);
    if (this.closed || volumes.length === 0) return;
    this.refresh = async (): Promise<void> => {
      if (this.closed) return;
      for (const volume of volumes) {
        await this.layOne(pod(), volume, facts).catch((error: unknown) =>
          log.warn(outdated, { pod: pod().metadata.name, volume: volume.name, error }),
        );
      }
      this.follow(facts);
    };
    const delay = refreshMs * (1 + jitter.next() / 2);
    this.timer = clock.after(delay, () => void this.refresh?.(), { background: true });
  }

  /** What a container mounts, in the order of the depth of the places. Throws `ConfigError`. */
  mountsOf(pod: Pod, container: Container, env: ReadonlyMap<string, string>): readonly Mount[] {
    const mounts = (container.volumeMounts ?? []).map((mount) => this.mountOf(pod, container, mount, env));
    return mounts.toSorted((a, b) => a.target.split('/').length - b.target.split('/').length);
  }

  /** Where each volume lies, as variables for pods that do without mounts (spec: node-agent.md section 35.4). */
  variables(pod: Pod): ReadonlyMap<string, string> {
    return new Map(
      mountedVolumes(pod).map((volume) => [
        `VOLUME_${volume.name.toUpperCase().replaceAll(/[-.]/g, '_')}`,
        this.placeOf(pod, volume),
      ]),
    );
  }

  private async layOne(pod: Pod, volume: Volume, facts: PodFacts): Promise<void> {
    const group = pod.spec.securityContext?.fsGroup;
    // What a claim stands for never changes.
    const claimed = this.claimed.get(volume.name) ?? (await claimedVolume(this.deps, pod, volume));
    if (claimed !== undefined) {
      if (dirname(claimed.hostPath.path) === this.deps.volumes) makeVolumeDirectory(claimed.hostPath.path);
      prepareHostPath(claimed.hostPath);
      this.claimed.set(volume.name, claimed);
      return;
    }
    if (volume.hostPath !== undefined) prepareHostPath(volume.hostPath);
    if (volume.emptyDir !== undefined) {
      const directory = this.placeOf(pod, volume);
      mkdirSync(directory, { recursive: true });
      chmodSync(directory, 0o777);
      if (group !== undefined) giveToGroup(directory, group);
    }
    const token = this.tokens.get.bind(this.tokens, pod);
    const payload = await payloadOf(volume, { read: this.deps.read, pod, facts, token });
    if (payload === undefined) return;
    checkPaths(payload);
    const files = group === undefined ? payload : readableByGroup(payload);
    await this.deps.write(this.placeOf(pod, volume), files, group);
  }

  private placeOf({ metadata }: Pod, volume: Volume): string {
    const path = (volume.hostPath ?? this.claimed.get(volume.name)?.hostPath)?.path;
    if (path !== undefined) return path;
    // Right in the pod's directory: making directories is most of what a volume costs.
    const { pods, memory } = this.deps.directories;
    return join(belongsInMemory(volume) ? memory : pods, metadata.uid, `volume-${volume.name}`);
  }

  private mountOf(pod: Pod, container: Container, mount: VolumeMount, env: ReadonlyMap<string, string>): Mount {
    const { name, mountPath, readOnly = false, mountPropagation } = mount;
    const volume = pod.spec.volumes?.find((one) => one.name === name);
    if (volume === undefined) throw new ConfigError(`volumeMount "${name}" names no volume of the pod`);
    const place = this.placeOf(pod, volume);
    const subPath = subPathOf(mount, env);
    try {
      return {
        source: subPath === '' ? place : resolveSubPath(place, subPath),
        target: posix.normalize(isAbsolute(mountPath) ? mountPath : `/${mountPath}`).replace(/(?<=.)\/$/, ''),
        readOnly: readOnly || isPayload(volume) || this.claimed.get(name)?.readOnly === true,
        propagation: mountPropagation === 'HostToContainer' ? 'slave' : 'private',
      };
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      throw new ConfigError(`failed to prepare subPath for volumeMount "${name}" of container "${container.name}"`);
    }
  }
}

/** The group that volumes belong to may read all that is in them (spec: node-agent.md section 19, fsGroup). */
function readableByGroup(payload: Payload): Payload {
  return new Map([...payload].map(([path, file]) => [path, { ...file, mode: file.mode | 0o440 }]));
}

/** The annotation that lets a pod do without mounts: its volumes are named by variables instead. */
export const volumeModeAnnotation = 'sampan.dev/volume-mode';

/** Whether the pod asks to be told its mount paths in variables in place of mounts. */
export function usesVariables({ metadata }: Pick<Pod, 'metadata'>): boolean {
  return metadata.annotations?.[volumeModeAnnotation] === 'env';
}

/** Whether its files are made from API objects, and follow them. */
export function isPayload({ configMap, secret, downwardAPI, projected }: Volume): boolean {
  return (configMap ?? secret ?? downwardAPI ?? projected) !== undefined;
}

/** Those of the volumes that a container mounts: nobody sees the others, so nothing is made of them. */
export function mountedVolumes({ spec }: Pod): readonly Volume[] {
  const { volumes = [], containers, initContainers = [] } = spec;
  if (volumes.length === 0) return [];
  const mounts = [...initContainers, ...containers].flatMap(({ volumeMounts = [] }) => volumeMounts);
  return volumes.filter(({ name }) => mounts.some((mount) => mount.name === name));
}

function subPathOf({ subPath = '', subPathExpr = '' }: VolumeMount, env: ReadonlyMap<string, string>): string {
  if (subPathExpr === '') return subPath;
  const expanded = expand(subPathExpr, (name) => {
    const value = env.get(name);
    if (value === undefined) throw new ConfigError(`missing value for ${JSON.stringify(name)}`);
    return value;
  });
  if (isAbsolute(expanded)) throw new ConfigError(`Error: SubPath \`${expanded}\` must not be an absolute path`);
  return expanded;
}
