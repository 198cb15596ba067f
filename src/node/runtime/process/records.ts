import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Millis } from '#base/units.ts';
import { removeDirectory, removeFile } from '#node/remove.ts';
import { type ExitRecord, readExitFile, writeExitFile } from '#node/runtime/process/exit-file.ts';
import { type ProcessIdentity, parseIdentity } from '#node/runtime/process/processes.ts';
import type { ContainerConfig, Sandbox, SandboxConfig } from '#node/runtime/runtime.ts';

/** The intent to run a container, written before anything is started. */
export interface ContainerRecord {
  readonly id: string;
  /** The boot of the machine it was written in. */
  readonly bootId: string;
  readonly config: ContainerConfig;
}

export interface SandboxRecord {
  readonly config: SandboxConfig;
  readonly sandbox: Sandbox;
}

/** A supervisor's claim: who it is, and when it began. */
export interface Claim {
  readonly by: ProcessIdentity;
  readonly at: Millis;
}

/** What records of earlier versions lack. */
const addedLater = { args: [], mounts: [] };

/** What a claim holds when we took it ourselves, so that a supervisor that comes late does nothing. */
const abandoned = 'abandoned';

/** The runtime's durable record, as plain files, so that shells can write it too:
 *
 *      containers/<id>/config.json   the intent        sandboxes/<pod uid>.json
 *      containers/<id>/claim         the start         exits/<id>      the end
 *      containers/<id>/{out,err}     raw output        containers/<id>/position   how much of it is in the log
 *
 *  Nothing is flushed to the disk on purpose: files outlive every process, and after a power cut all containers are gone
 *  anyway; for those whose record went too, the pod's status in the API says that they ran. */
export class Records {
  readonly exitsDirectory: string;
  private readonly containersDirectory: string;
  private readonly sandboxesDirectory: string;

  constructor(root: string) {
    this.exitsDirectory = join(root, 'exits');
    this.containersDirectory = join(root, 'containers');
    this.sandboxesDirectory = join(root, 'sandboxes');
    for (const directory of [this.exitsDirectory, this.containersDirectory, this.sandboxesDirectory]) {
      mkdirSync(directory, { recursive: true, mode: 0o750 });
    }
  }

  /** One id for each pod, name and attempt: a second start finds the first one's record. */
  static idOf(config: Pick<ContainerConfig, 'podUid' | 'name' | 'attempt'>): string {
    return createHash('sha256').update(`${config.podUid}\n${config.name}\n${config.attempt}`).digest('hex');
  }

  directoryOf(id: string): string {
    return join(this.containersDirectory, id);
  }

  exitFileOf(id: string): string {
    return join(this.exitsDirectory, id);
  }

  /** All that there is of a container, but for its log. */
  pathsOf(id: string): readonly string[] {
    return [this.directoryOf(id), this.exitFileOf(id)];
  }

  removeContainer(id: string): void {
    removeDirectory(this.directoryOf(id));
    removeFile(this.exitFileOf(id));
  }

  containers(): ContainerRecord[] {
    return readdirSync(this.containersDirectory)
      .flatMap((id) => readJson<ContainerRecord>(join(this.directoryOf(id), 'config.json')))
      .map((record) => ({ ...record, config: { ...addedLater, ...record.config } }));
  }

  sandboxes(): SandboxRecord[] {
    return readdirSync(this.sandboxesDirectory).flatMap((name) => readJson(join(this.sandboxesDirectory, name)));
  }

  /** The claim of a container's start; 'abandoned' if we took it; undefined while there is none (or half of one). */
  readClaim(id: string): Claim | typeof abandoned | undefined {
    const file = join(this.directoryOf(id), 'claim');
    const text = readText(file);
    if (text === abandoned) return abandoned;
    const by = text === undefined ? undefined : parseIdentity(text);
    return by === undefined ? undefined : { by, at: Math.floor(statSync(file).mtimeMs) };
  }

  /** Takes the claim, so that a supervisor still under way will not run. False if somebody has it already. */
  abandon(id: string): boolean {
    try {
      mkdirSync(this.directoryOf(id), { recursive: true, mode: 0o750 });
      writeFileSync(join(this.directoryOf(id), 'claim'), abandoned, { flag: 'wx' });
      return true;
    } catch {
      return false;
    }
  }

  /** Who watches a container, as far as it has said so. */
  supervisorOf(id: string): ProcessIdentity | undefined {
    const claim = this.readClaim(id);
    return claim === undefined || claim === abandoned ? undefined : claim.by;
  }

  /** Undefined while there is none (or half of one). */
  readExit(id: string): ExitRecord | undefined {
    return readExitFile(this.exitFileOf(id));
  }

  writeExit(id: string, exitCode: number, reason: string): void {
    writeExitFile(this.exitFileOf(id), exitCode, reason);
  }

  sandboxFileOf(podUid: string): string {
    return join(this.sandboxesDirectory, `${podUid}.json`);
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}

/** The value in a file; none when the file is missing, or half written by a run that died: what it announces did not begin. */
function readJson<T>(file: string): T[] {
  try {
    return [JSON.parse(readFileSync(file, 'utf8')) as T];
  } catch {
    return [];
  }
}
