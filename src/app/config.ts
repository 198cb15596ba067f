import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { parse } from 'yaml';
import { homeFolder } from '#base/home-folder.ts';
import { isObject } from '#base/json.ts';
import type { LogLevel } from '#base/log.ts';
import type { ImageEntry } from '#node/runtime/process/image-map.ts';
import { closest } from '#schema/closest.ts';

/** Everything that can be chosen for a server or a cluster, after defaults. The same names stand in a `--config` file. */
export interface Config {
  /** Holds the database, certificates, the kubeconfig and what the nodes keep. */
  readonly dataDir: string;
  /** The address to listen on. */
  readonly host: string;
  readonly port: number;
  /** Host names and addresses that the server's certificate holds besides those of this machine. */
  readonly tlsSan: readonly string[];
  /** Node agents in this program that run pods as processes. */
  readonly nodes: number;
  /** Node agents whose pods only pretend to run, for tests and benchmarks. */
  readonly simulatedNodes: number;
  /** Where the administrator's kubeconfig is written. */
  readonly kubeconfig: string;
  /** Tokens in Kubernetes' CSV form: token,user,uid,"group1,group2". */
  readonly tokenAuthFile: string | undefined;
  /** How resources are encrypted where they are stored: an `apiserver.config.k8s.io/v1` EncryptionConfiguration. */
  readonly encryptionProviderConfig: string | undefined;
  /** What is written in the audit log: an `audit.k8s.io/v1` Policy. */
  readonly auditPolicyFile: string | undefined;
  /** Where it is written; `-` is standard output. */
  readonly auditLogPath: string | undefined;
  /** Megabytes after which a new audit log is begun; 0: never. */
  readonly auditLogMaxSize: number;
  /** Old audit logs kept; 0: all. */
  readonly auditLogMaxBackup: number;
  /** Days that old audit logs are kept; 0: for ever. */
  readonly auditLogMaxAge: number;
  readonly logLevel: LogLevel;
  /** What stands for images on the nodes of this program; the first entry that means an image wins. */
  readonly imageMap: readonly ImageEntry[];
}

/** What the user asked for; the rest is defaulted. */
export type ConfigChoices = { readonly [K in keyof Config]?: Config[K] | undefined };

/** The configuration makes no sense; the message says where and what would. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** The level of that name. Throws `ConfigError` for any other text. */
export function logLevelOf(name: string | undefined): LogLevel | undefined {
  if (name === undefined) return undefined;
  const level = logLevels.find((each) => each === name);
  if (level === undefined)
    throw new ConfigError(`There is no log level "${name}": expected one of ${logLevels.join(', ')}`);
  return level;
}

/** Names for the server's certificate. Throws `ConfigError` for what is neither a host name nor an address. */
export function tlsSanOf(names: readonly string[] | undefined): readonly string[] | undefined {
  const problem = names === undefined ? undefined : serverNamesCheck(names);
  if (problem !== undefined) throw new ConfigError(`Cannot issue a certificate for ${names?.join(',')}: ${problem}`);
  return names;
}

type Check = (value: unknown) => string | undefined;

const text: Check = (value) => (typeof value === 'string' && value !== '' ? undefined : 'expected a text');
const count =
  (max: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max
      ? undefined
      : `expected a whole number from 0 to ${max}`;

const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const entryChecks: { readonly [K in keyof Required<ImageEntry>]: readonly [(value: unknown) => boolean, string] } = {
  image: [(value) => isText(value) && value !== '', 'a reference, in which * stands for any text'],
  command: [
    (value) => isTexts(value) && (value as readonly string[])[0] !== '',
    "a program and its arguments, as a list of texts, or [] where the pod's args are the command",
  ],
  args: [isTexts, 'arguments, as a list of texts'],
  env: [(value) => isObject(value) && Object.values(value).every(isText), 'names and texts'],
  user: [(value) => Number.isInteger(value) && (value as number) >= 0, 'the number of a user'],
  program: [(value) => isText(value) && value !== '', 'a program'],
};

const hostPattern = /^(\*\.)?([a-z0-9_]([-a-z0-9_]*[a-z0-9_])?\.)*[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?$/i;
const hostCharsMax = 253;

const serverNamesCheck: Check = (value) => {
  const isServerName = (name: unknown): boolean =>
    typeof name === 'string' && (isIP(name) !== 0 || (name.length <= hostCharsMax && hostPattern.test(name)));
  const isGood = Array.isArray(value) && value.every(isServerName);
  return isGood ? undefined : 'expected host names such as "k8s.example.com" or "*.example.com", and addresses';
};

const imageEntries: Check = (value) => {
  if (!Array.isArray(value))
    return 'expected a list of entries such as { image: "fluentd:*", command: ["/usr/sbin/fluentd"] }';
  return value.map(entryProblem).find((problem) => problem !== undefined);
};

function entryProblem(entry: unknown, index: number): string | undefined {
  if (!isObject(entry)) return `[${index}]: expected the fields image, command, args, program, env and user`;
  for (const [field, value] of Object.entries(entry)) {
    if (!Object.hasOwn(entryChecks, field))
      return `[${index}]: unknown field "${field}": expected image, command, args, program, env or user`;
    const [fits, what] = entryChecks[field as keyof ImageEntry];
    if (!fits(value)) return `[${index}].${field}: expected ${what}`;
  }
  if (entry.image === undefined) return `[${index}]: the field image is missing`;
  if (entry.command === undefined && entry.env === undefined && entry.user === undefined)
    return `[${index}]: expected a command, env, a user, or several of them`;
  return undefined;
}

const auditMax = 1_000_000;

const checks: { readonly [K in keyof Config]: Check } = {
  dataDir: text,
  host: text,
  tlsSan: serverNamesCheck,
  port: count(65535),
  nodes: count(100),
  simulatedNodes: count(5000),
  kubeconfig: text,
  tokenAuthFile: text,
  encryptionProviderConfig: text,
  auditPolicyFile: text,
  auditLogPath: text,
  auditLogMaxSize: count(auditMax),
  auditLogMaxBackup: count(auditMax),
  auditLogMaxAge: count(auditMax),
  logLevel: (value) => (logLevels.includes(value as LogLevel) ? undefined : `expected one of ${logLevels.join(', ')}`),
  imageMap: imageEntries,
};

/** Reads a YAML configuration file. Throws `ConfigError` naming the file and the field. */
export function readConfigFile(file: string): ConfigChoices {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    throw new ConfigError(`Cannot read the configuration ${file}: ${(error as Error).message}`);
  }
  if (!isObject(content)) throw new ConfigError(`Cannot use the configuration ${file}: expected fields and values`);
  for (const [field, value] of Object.entries(content)) checkField(file, field, value);
  return content;
}

function checkField(file: string, field: string, value: unknown): void {
  if (!Object.hasOwn(checks, field)) {
    const near = closest(field, Object.keys(checks));
    throw new ConfigError(`${file}: unknown field "${field}"${near === undefined ? '' : `; did you mean "${near}"?`}`);
  }
  const problem = checks[field as keyof Config](value);
  if (problem !== undefined) throw new ConfigError(`${file}: ${field}: ${problem}, not ${JSON.stringify(value)}`);
}

/** The whole configuration from what was chosen; earlier choices win over later ones. */
export function completeConfig(...choices: readonly ConfigChoices[]): Config {
  const chosen = <K extends keyof Config>(name: K): Config[K] | undefined =>
    choices.map((each) => each[name]).find((value) => value !== undefined) as Config[K] | undefined;
  const dataDir = path.resolve(chosen('dataDir') ?? defaultDataDir());
  const simulatedNodes = chosen('simulatedNodes') ?? 0;
  return {
    dataDir,
    host: chosen('host') ?? '127.0.0.1',
    port: chosen('port') ?? 6443,
    tlsSan: chosen('tlsSan') ?? [],
    nodes: chosen('nodes') ?? (simulatedNodes > 0 ? 0 : 1),
    simulatedNodes,
    kubeconfig: path.resolve(chosen('kubeconfig') ?? path.join(dataDir, 'kubeconfig')),
    tokenAuthFile: chosen('tokenAuthFile'),
    encryptionProviderConfig: chosen('encryptionProviderConfig'),
    auditPolicyFile: chosen('auditPolicyFile'),
    auditLogPath: chosen('auditLogPath'),
    auditLogMaxSize: chosen('auditLogMaxSize') ?? 0,
    auditLogMaxBackup: chosen('auditLogMaxBackup') ?? 0,
    auditLogMaxAge: chosen('auditLogMaxAge') ?? 0,
    logLevel: chosen('logLevel') ?? 'warn',
    imageMap: chosen('imageMap') ?? [],
  };
}

function defaultDataDir(): string {
  const home = homeFolder();
  if (home === undefined) {
    throw new ConfigError(
      'Cannot tell where to keep data: HOME is not set, and the machine does not know this user. Use --data-dir',
    );
  }
  return path.join(home, '.sampan');
}
