import { configMaps } from '#kinds/config-map/config-map.ts';
import { isNotFound } from '#kinds/meta/errors.ts';
import type { Container, EnvVar } from '#kinds/pod/schema/container.ts';
import type { Pod } from '#kinds/pod/schema/pod.ts';
import { secrets } from '#kinds/secret/secret.ts';
import type { Service } from '#kinds/service/schema.ts';
import { fieldValue, type PodFacts, resourceValue } from '#node/pods/downward.ts';
import { expand } from '#node/pods/expansion.ts';
import type { ReadObject } from '#node/pods/known-objects.ts';
import { type ServiceAddress, serviceVariables } from '#node/pods/service-variables.ts';

/** A container's configuration cannot be made from what is there now; it may be later. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface EnvironmentInput {
  /** Reads ConfigMaps and Secrets for the pod. */
  readonly read: ReadObject;
  /** The services of a namespace. */
  readonly services: (namespace: string) => Promise<readonly Service[]>;
  readonly pod: Pod;
  readonly container: Container;
  readonly facts: PodFacts;
  readonly apiServer: ServiceAddress | undefined;
  /** What the node adds of its own. */
  readonly given?: ReadonlyMap<string, string>;
}

/** The variables of a container by name, the last of a name winning (spec: node-agent.md section 17). Reads ConfigMaps and
 *  Secrets anew, as each start does. Throws `ConfigError` in upstream's words for what is missing. */
export async function buildEnvironment(input: EnvironmentInput): Promise<ReadonlyMap<string, string>> {
  const { container, apiServer } = input;
  const sources = new Sources(input.read, input.pod.metadata.namespace);
  const env = new Map<string, string>(input.given);
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const data =
      configMapRef !== undefined
        ? await sources.configMap(configMapRef.name ?? '', configMapRef.optional === true)
        : await sources.secret(secretRef?.name ?? '', secretRef?.optional === true);
    for (const [key, value] of Object.entries(data ?? {})) env.set(`${prefix}${key}`, value);
  }
  const { metadata, spec } = input.pod;
  const links = spec.enableServiceLinks !== false;
  const services = serviceVariables(links ? await input.services(metadata.namespace) : [], apiServer);
  for (const variable of container.env ?? []) {
    const value = await variableValue(variable, input, sources, (name) => env.get(name) ?? services.get(name));
    if (value !== undefined) env.set(variable.name, value);
  }
  return new Map([...services, ...env]);
}

async function variableValue(
  { value = '', valueFrom }: EnvVar,
  { pod, container, facts }: EnvironmentInput,
  sources: Sources,
  lookup: (name: string) => string | undefined,
): Promise<string | undefined> {
  if (valueFrom === undefined) return expand(value, lookup);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  const namespace = pod.metadata.namespace;
  if (fieldRef !== undefined) {
    const found = fieldValue(fieldRef.fieldPath, pod, facts);
    if (found === undefined) throw new ConfigError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
    return found;
  }
  if (resourceFieldRef !== undefined) {
    const found = resourceValue(resourceFieldRef, pod, container, facts);
    if (found === undefined) throw new ConfigError(`unsupported container resource : ${resourceFieldRef.resource}`);
    return found;
  }
  if (configMapKeyRef !== undefined) {
    const { name = '', key, optional = false } = configMapKeyRef;
    const found = (await sources.configMap(name, optional))?.[key];
    if (found !== undefined || optional) return found;
    throw new ConfigError(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
  }
  if (secretKeyRef !== undefined) {
    const { name = '', key, optional = false } = secretKeyRef;
    const found = (await sources.secret(name, optional))?.[key];
    if (found !== undefined || optional) return found;
    throw new ConfigError(`couldn't find key ${key} in Secret ${namespace}/${name}`);
  }
  throw new ConfigError('valueFrom names a source that this node cannot read');
}

type Data = { readonly [key: string]: string };

/** ConfigMaps and Secrets of one namespace, each read once. */
class Sources {
  private readonly readObject: ReadObject;
  private readonly namespace: string;
  private readonly read = new Map<string, Promise<Data | undefined>>();

  constructor(readObject: ReadObject, namespace: string) {
    this.readObject = readObject;
    this.namespace = namespace;
  }

  configMap(name: string, optional: boolean): Promise<Data | undefined> {
    return this.once(`configmap "${name}" not found`, optional, async () => {
      const { data } = await this.readObject(configMaps, { namespace: this.namespace, name });
      return data ?? {};
    });
  }

  secret(name: string, optional: boolean): Promise<Data | undefined> {
    return this.once(`secret "${name}" not found`, optional, async () => {
      const { data } = await this.readObject(secrets, { namespace: this.namespace, name });
      const texts = Object.entries(data ?? {}).map(([key, base64]) => [key, Buffer.from(base64, 'base64').toString()]);
      return Object.fromEntries(texts) as Data;
    });
  }

  private once(missing: string, optional: boolean, read: () => Promise<Data>): Promise<Data | undefined> {
    const known = this.read.get(missing);
    const data =
      known ??
      read().catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    this.read.set(missing, data);
    return data.then((found) => {
      if (found === undefined && !optional) throw new ConfigError(missing);
      return found;
    });
  }
}
