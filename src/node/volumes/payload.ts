import { configMaps } from '#kinds/config-map/config-map.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  ProjectedVolumeSource,
  ServiceAccountTokenProjection,
  Volume,
  VolumeProjection,
} from '#kinds/pod/schema/volumes.ts';
import { secrets } from '#kinds/secret/secret.ts';
import { fieldValue, type PodFacts, resourceValue } from '#node/pods/downward.ts';
import type { ReadObject } from '#node/pods/known-objects.ts';
import { fileUserOf } from '#node/volumes/file-user.ts';

/** A file of a volume. */
export interface PayloadFile {
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  /** The uid that it belongs to, unless the node's own. */
  readonly owner?: number | undefined;
}

/** The files of a volume by their path in it. */
export type Payload = ReadonlyMap<string, PayloadFile>;

/** A volume cannot be made from what is there now; it may be later. The message is the cause alone. */
export class VolumeError extends Error {
  override readonly name: string = 'VolumeError';
}

export interface PayloadInput {
  readonly read: ReadObject;
  readonly pod: Pod;
  readonly facts: PodFacts;
  /** A token of the pod's service account that is good for now. */
  readonly token: (source: ServiceAccountTokenProjection) => Promise<string>;
}

const rootCertificates = 'kube-root-ca.crt';
const defaultFileMode = 0o644;

/** The files that a volume made from API objects shows (spec: node-agent.md section 19); undefined for other volumes. Throws
 *  `VolumeError` in upstream's words for what is missing. */
export async function payloadOf(volume: Volume, input: PayloadInput): Promise<Payload | undefined> {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (projected !== undefined) return projectedPayload(injected(volume) ?? projected, input);
  const mode = (configMap ?? secret ?? downwardAPI)?.defaultMode ?? defaultFileMode;
  if (configMap !== undefined) return projection({ configMap }, mode, input);
  if (secret !== undefined) {
    const { secretName = '', items, optional } = secret;
    const source = { name: secretName, ...(items && { items }), ...(optional && { optional }) };
    return projection({ secret: source }, mode, input);
  }
  return downwardAPI === undefined ? undefined : downwardFiles(downwardAPI.items ?? [], mode, input);
}

/** Throws `VolumeError` for a path that leads out of its volume, or that no file can have. */
export function checkPaths(payload: Payload): void {
  for (const path of payload.keys()) {
    const parts = path.split('/');
    const wrong = path === '' || path.startsWith('/') || path.startsWith('..') || parts.includes('..');
    if (wrong || path.length > 4096 || parts.some((part) => part.length > 255)) {
      throw new VolumeError(`invalid path ${JSON.stringify(path)} for a file of a volume`);
    }
  }
}

/** The volume that admission gives nearly every pod names a second ConfigMap of certificates, which only some clusters publish:
 *  pods must not wait for it where nobody does. */
function injected({ name, projected }: Volume): ProjectedVolumeSource | undefined {
  if (projected === undefined || !name.startsWith('kube-api-access-')) return undefined;
  const sources = projected.sources.map((source) =>
    source.configMap === undefined || source.configMap.name === rootCertificates
      ? source
      : { configMap: { ...source.configMap, optional: true } },
  );
  return { ...projected, sources };
}

/** Of sources that give the same file, the last wins. */
async function projectedPayload(
  { sources, defaultMode }: ProjectedVolumeSource,
  input: PayloadInput,
): Promise<Payload> {
  const mode = defaultMode ?? defaultFileMode;
  const all = new Map<string, PayloadFile>();
  for (const source of sources) {
    for (const [path, file] of await projection(source, mode, input)) all.set(path, file);
  }
  return all;
}

async function projection(source: VolumeProjection, mode: number, input: PayloadInput): Promise<Payload> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  if (configMap !== undefined) {
    const { name = '', items, optional = false } = configMap;
    const data = await configMapData(name, optional, input);
    return chosen(data, items, mode, (key) =>
      optional ? undefined : `configmap references non-existent config key: ${key}`,
    );
  }
  if (secret !== undefined) {
    const { name = '', items, optional = false } = secret;
    const data = await secretData(name, optional, input);
    return chosen(data, items, mode, (key) => (optional ? undefined : `references non-existent secret key: ${key}`));
  }
  if (downwardAPI !== undefined) return downwardFiles(downwardAPI.items ?? [], mode, input);
  if (serviceAccountToken === undefined) throw new VolumeError('a projected source that this node cannot read');
  const bytes = Buffer.from(await input.token(serviceAccountToken));
  return new Map([[serviceAccountToken.path, { bytes, ...tokenAccess(input.pod, mode) }]]);
}

/** A token is nobody's but the pod's, as far as the node can tell who that is: the group of the pod is given its right to read
 *  with that to all its files (spec: node-agent.md section 19). */
function tokenAccess({ spec }: Pod, mode: number): Omit<PayloadFile, 'bytes'> {
  const owner = fileUserOf(spec);
  const isPrivate = owner !== undefined || spec.securityContext?.fsGroup !== undefined;
  return { mode: isPrivate ? 0o600 : mode, owner };
}

type Data = ReadonlyMap<string, Buffer>;

function configMapData(name: string, optional: boolean, { read, pod }: PayloadInput): Promise<Data> {
  return readUnlessMissing(`configmap "${name}" not found`, optional, async () => {
    const { data = {}, binaryData = {} } = await read(configMaps, { namespace: pod.metadata.namespace, name });
    const texts = Object.entries(data).map(([key, text]) => [key, Buffer.from(text)] as const);
    return new Map([...texts, ...decoded(binaryData)]);
  });
}

function secretData(name: string, optional: boolean, { read, pod }: PayloadInput): Promise<Data> {
  return readUnlessMissing(`secret "${name}" not found`, optional, async () => {
    const { data = {} } = await read(secrets, { namespace: pod.metadata.namespace, name });
    return new Map(decoded(data));
  });
}

function decoded(data: { readonly [key: string]: string }): (readonly [string, Buffer])[] {
  return Object.entries(data).map(([key, base64]) => [key, Buffer.from(base64, 'base64')] as const);
}

async function readUnlessMissing(missing: string, optional: boolean, read: () => Promise<Data>): Promise<Data> {
  try {
    return await read();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    if (optional) return new Map();
    throw new VolumeError(missing);
  }
}

/** The keys asked for as the files they become; all keys when none are named. */
function chosen(
  data: Data,
  items: readonly KeyToPath[] | undefined,
  mode: number,
  complaint: (key: string) => string | undefined,
): Payload {
  if (items === undefined || items.length === 0) {
    return new Map([...data].map(([key, bytes]) => [key, { bytes, mode }]));
  }
  const files = new Map<string, PayloadFile>();
  for (const { key, path, mode: own } of items) {
    const bytes = data.get(key);
    const message = bytes === undefined ? complaint(key) : undefined;
    if (message !== undefined) throw new VolumeError(message);
    if (bytes !== undefined) files.set(path, { bytes, mode: own ?? mode });
  }
  return files;
}

function downwardFiles(items: readonly DownwardAPIVolumeFile[], mode: number, { pod, facts }: PayloadInput): Payload {
  const files = new Map<string, PayloadFile>();
  for (const { path, fieldRef, resourceFieldRef, mode: own } of items) {
    const [container] = pod.spec.containers;
    const text =
      fieldRef !== undefined
        ? (listedField(fieldRef.fieldPath, pod) ?? fieldValue(fieldRef.fieldPath, pod, facts))
        : resourceFieldRef && container && resourceValue(resourceFieldRef, pod, container, facts);
    const asked = fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? '';
    if (text === undefined) throw new VolumeError(`unsupported field of a downward API volume: ${asked}`);
    files.set(path, { bytes: Buffer.from(text), mode: own ?? mode });
  }
  return files;
}

/** All labels or annotations, which only files can show: one a line, sorted, quoted as Go quotes text. */
function listedField(path: string, { metadata }: Pod): string | undefined {
  const listed = { 'metadata.labels': metadata.labels, 'metadata.annotations': metadata.annotations };
  if (!Object.hasOwn(listed, path)) return undefined;
  const entries = Object.entries(listed[path as keyof typeof listed] ?? {});
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join('\n');
}
