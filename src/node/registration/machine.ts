import { readFileSync, statfsSync } from 'node:fs';
import { arch, cpus, hostname, platform, release, totalmem, type } from 'node:os';
import { readBootId } from '#node/runtime/process/processes.ts';
import { machineAddress } from '#wire/addresses.ts';

/** What a machine is and has, as its node object shows it. */
export interface Machine {
  readonly hostname: string;
  readonly ip: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly machineId: string;
  readonly bootId: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  /** In Go's words: "linux", "amd64". */
  readonly operatingSystem: string;
  readonly architecture: string;
}

const goArchitectures: { readonly [arch: string]: string } = { x64: 'amd64', ia32: '386', arm64: 'arm64' };

/** Looks at the machine this runs on. `directory` lies on the disk whose size counts. */
export function readMachine(directory: string): Machine {
  return {
    hostname: machineName(),
    ip: machineAddress(),
    cpus: cpus().length,
    memoryBytes: totalmem(),
    diskBytes: diskBytes(directory),
    machineId: readLine('/etc/machine-id'),
    bootId: readBootId(),
    kernelVersion: release(),
    osImage: osImage(),
    operatingSystem: platform(),
    architecture: goArchitectures[arch()] ?? arch(),
  };
}

/** The machine's name, as a node may be called. */
export function machineName(): string {
  return hostname()
    .toLowerCase()
    .replace(/\.local$/, '')
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
}

function diskBytes(directory: string): number {
  try {
    const { blocks, bsize } = statfsSync(directory);
    return blocks * bsize;
  } catch {
    return 0;
  }
}

function osImage(): string {
  const pretty = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readText('/etc/os-release'))?.[1];
  return pretty ?? `${type()} ${release()}`;
}

function readLine(path: string): string {
  return readText(path).trim();
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
