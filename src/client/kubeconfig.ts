import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isObject } from '#base/json.ts';
import type { Endpoint } from '#wire/http-client.ts';

/** What a kubeconfig says about one way to reach one cluster. */
export interface KubeconfigEntry {
  /** Name of the cluster. */
  readonly cluster: string;
  readonly user: string;
  /** Name of the context that ties the two together. */
  readonly context: string;
  readonly endpoint: Endpoint;
}

type Named = { readonly name: string; readonly [key: string]: unknown };

interface Kubeconfig {
  readonly [key: string]: unknown;
  readonly clusters: readonly Named[];
  readonly users: readonly Named[];
  readonly contexts: readonly Named[];
  readonly 'current-context': string;
}

/** The kubeconfig for `entry` alone, as YAML. Certificates and keys stand in it, so that the file is all one needs. */
export function kubeconfigText(entry: KubeconfigEntry): string {
  return yamlText(merged(empty, entry), '');
}

/** Adds or replaces `entry` in the kubeconfig at `path` and makes it the current one; everything else in the file stays. The file
 *  is made if it is missing, and is for its owner alone. Throws when the file is not a kubeconfig. */
export async function mergeKubeconfig(path: string, entry: KubeconfigEntry): Promise<void> {
  const text = await readIfThere(path);
  const fresh = kubeconfigText(entry);
  // As on every start after the first: nothing to do, and no parser to load for it.
  if (text === fresh) return chmod(path, 0o600);
  const config = text === undefined ? empty : await parseKubeconfig(text, path);
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  await writeFile(part, yamlText(merged(config, entry), ''), { mode: 0o600 });
  await chmod(part, 0o600);
  await rename(part, path);
}

/** Where and as whom to connect, by the context named, or the current one. Throws with what is missing. */
export async function readKubeconfig(path: string, context?: string): Promise<Endpoint> {
  const config = await parseKubeconfig(await readFile(path, 'utf8'), path);
  const name = context ?? config['current-context'];
  const chosen = contentOf(config.contexts, name, 'context', path);
  const cluster = contentOf(config.clusters, String(chosen.cluster), 'cluster', path);
  const user = contentOf(config.users, String(chosen.user), 'user', path);
  const server = cluster.server;
  if (typeof server !== 'string')
    throw new Error(`Cannot use ${path}: cluster ${String(chosen.cluster)} has no server`);
  return {
    server,
    ...(await material('authority', cluster, 'certificate-authority')),
    ...(await material('certificate', user, 'client-certificate')),
    ...(await material('key', user, 'client-key')),
    ...(typeof user.token === 'string' ? { token: user.token } : {}),
    ...(cluster['insecure-skip-tls-verify'] === true ? { insecure: true } : {}),
  };
}

const empty: Kubeconfig = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [],
  users: [],
  contexts: [],
  'current-context': '',
};

function merged(config: Kubeconfig, { cluster, user, context, endpoint }: KubeconfigEntry): Kubeconfig {
  const { server, authority, certificate, key, token } = endpoint;
  const clusterContent = { server, ...inline('certificate-authority-data', authority) };
  const userContent = {
    ...inline('client-certificate-data', certificate),
    ...inline('client-key-data', key),
    ...(token === undefined ? {} : { token }),
  };
  return {
    ...config,
    clusters: replaced(config.clusters, { name: cluster, cluster: clusterContent }),
    users: replaced(config.users, { name: user, user: userContent }),
    contexts: replaced(config.contexts, { name: context, context: { cluster, user } }),
    'current-context': context,
  };
}

/** `value` as block YAML, scalars spelt as JSON spells them wherever plain text could be taken for something else. */
function yamlText(value: { readonly [key: string]: unknown }, indent: string): string {
  const lines = Object.entries(value).map(([key, content]) => {
    const head = `${indent}${scalarText(key)}:`;
    if (Array.isArray(content) && content.length > 0) {
      return `${head}\n${content.map((item) => `${indent}- ${itemText(item, indent)}`).join('')}`;
    }
    if (isObject(content) && Object.keys(content).length > 0) return `${head}\n${yamlText(content, `${indent}  `)}`;
    return `${head} ${scalarText(content)}\n`;
  });
  return lines.join('');
}

function itemText(item: unknown, indent: string): string {
  if (isObject(item) && Object.keys(item).length > 0) return yamlText(item, `${indent}  `).trimStart();
  return `${scalarText(item)}\n`;
}

function scalarText(value: unknown): string {
  const isPlain =
    typeof value === 'string' &&
    /^[a-zA-Z_/][\w./+=:@-]*$/.test(value) &&
    !/:$|^(true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isPlain ? value : JSON.stringify(value ?? null);
}

function replaced(list: readonly Named[], entry: Named): readonly Named[] {
  return [...list.filter(({ name }) => name !== entry.name), entry];
}

function inline(field: string, pem: string | undefined): { readonly [field: string]: string } {
  return pem === undefined ? {} : { [field]: Buffer.from(pem).toString('base64') };
}

/** The PEM text behind `field`, which is inline (`…-data`) or the path of a file. */
async function material<Name extends 'authority' | 'certificate' | 'key'>(
  name: Name,
  content: { readonly [key: string]: unknown },
  field: string,
): Promise<{ [K in Name]?: string }> {
  const data = content[`${field}-data`];
  const file = content[field];
  const pem =
    typeof data === 'string'
      ? Buffer.from(data, 'base64').toString('utf8')
      : typeof file === 'string'
        ? await readFile(file, 'utf8')
        : undefined;
  return (pem === undefined ? {} : { [name]: pem }) as { [K in Name]?: string };
}

function contentOf(
  list: readonly Named[],
  name: string,
  what: string,
  path: string,
): { readonly [key: string]: unknown } {
  const content = list.find((entry) => entry.name === name)?.[what];
  if (isObject(content)) return content;
  throw new Error(`Cannot use ${path}: it has no ${what} named ${JSON.stringify(name)}`);
}

/** The parser is loaded only when there is a file to read: a first start has none, and a start should be quick. */
async function parseKubeconfig(text: string, path: string): Promise<Kubeconfig> {
  const { parse } = await import('yaml');
  const value: unknown = parsed(() => parse(text), path);
  if (value === null) return empty;
  if (!isObject(value)) throw new Error(`Cannot use ${path}: it is not a kubeconfig`);
  const list = (field: string): readonly Named[] => (Array.isArray(value[field]) ? (value[field] as Named[]) : []);
  return {
    ...empty,
    ...value,
    clusters: list('clusters'),
    users: list('users'),
    contexts: list('contexts'),
    'current-context': typeof value['current-context'] === 'string' ? value['current-context'] : '',
  };
}

function parsed(parse: () => unknown, path: string): unknown {
  try {
    return parse();
  } catch (error) {
    const [what = ''] = (error as Error).message.split('\n');
    throw new Error(`Cannot use ${path}: ${what.replace(/:$/, '')}`);
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
