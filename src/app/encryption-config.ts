import { ConfigError } from '#app/config.ts';
import { readConfigDocument } from '#app/config-document.ts';
import { catalog } from '#kinds/catalog.ts';
import { list, nonzero, object, optional, required, string } from '#schema/build.ts';
import type { Infer } from '#schema/type.ts';
import type { EncryptionRule } from '#store/encrypted/encrypted-store.ts';
import {
  aescbcProvider,
  aesgcmProvider,
  identityProvider,
  type Key,
  type Provider,
} from '#store/encrypted/provider.ts';

const packageName = 'io.k8s.apiserver.pkg.apis.apiserver.v1';

const KeySchema = object(`${packageName}.Key`, 'A key.', {
  name: required(1, string, 'How stored content says which key it needs.'),
  secret: required(2, string, 'The key itself in base64: 16, 24 or 32 bytes.'),
});

const AesConfiguration = object(`${packageName}.AESConfiguration`, 'AES with these keys.', {
  keys: required(1, list(KeySchema), 'The first one encrypts, all decrypt.'),
});

const IdentityConfiguration = object(`${packageName}.IdentityConfiguration`, 'Plain text.', {});

const ProviderSchema = object(`${packageName}.ProviderConfiguration`, 'One way of storing content.', {
  aesgcm: optional(1, AesConfiguration, 'AES in Galois/counter mode.'),
  aescbc: optional(2, AesConfiguration, 'AES in cipher block chaining.'),
  secretbox: optional(3, AesConfiguration, 'XSalsa20 and Poly1305: not supported.'),
  identity: optional(4, IdentityConfiguration, 'No encryption.'),
  kms: optional(
    5,
    object(`${packageName}.KMSConfiguration`, 'An outside service: not supported.', {}),
    'Not supported.',
  ),
});

const ResourceConfiguration = object(`${packageName}.ResourceConfiguration`, 'How some resources are stored.', {
  resources: required(1, list(string), 'Resources such as "secrets", "jobs.batch", "*.batch", "*." or "*.*".'),
  providers: required(2, list(ProviderSchema), 'The first one writes, all read.'),
});

const EncryptionConfiguration = object(`${packageName}.EncryptionConfiguration`, 'How resources are stored.', {
  kind: nonzero(0, string, 'EncryptionConfiguration.'),
  apiVersion: nonzero(0, string, 'apiserver.config.k8s.io/v1.'),
  resources: required(1, list(ResourceConfiguration), 'The first entry that is about a resource counts.'),
});

const kind = {
  what: 'encryption configuration',
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'EncryptionConfiguration',
  schema: EncryptionConfiguration,
};

type Fail = (where: string, why: string) => never;

/** Reads an EncryptionConfiguration in upstream's form. Throws `ConfigError` that says what in the file is wrong; secrets are never
 *  part of it. */
export function readEncryptionConfig(file: string): readonly EncryptionRule[] {
  const { resources = [] } = readConfigDocument(file, kind);
  const fail: Fail = (where, why) => {
    throw new ConfigError(`Cannot use the encryption configuration ${file}: ${where}: ${why}`);
  };
  if (resources.length === 0) fail('resources', 'Required value: at least one resource must be configured');
  return resources.flatMap((one, index) => rulesOf(one, (where, why) => fail(`resources[${index}].${where}`, why)));
}

function rulesOf(
  { resources = [], providers = [] }: Infer<typeof ResourceConfiguration>,
  fail: Fail,
): EncryptionRule[] {
  if (resources.length === 0) fail('resources', 'Required value: no resource is named');
  const [first, ...rest] = providers.flatMap((provider, index) =>
    providersOf(provider, (where, why) => fail(`providers[${index}]${where}`, why)),
  );
  if (first === undefined) return fail('providers', 'Required value: at least one provider is needed');
  const names = [first, ...rest].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) fail('providers', `Invalid value: there are two of ${twice}`);
  const prefixes = resources.flatMap((resource, index) =>
    prefixesOf(resource, (why) => fail(`resources[${index}]`, why)),
  );
  return prefixes.map((prefix) => ({ prefix, providers: [first, ...rest] }));
}

function providersOf(provider: Infer<typeof ProviderSchema>, fail: Fail): readonly Provider[] {
  const types = Object.keys(provider);
  if (types.length !== 1)
    fail('', `Invalid value: expected exactly one of aesgcm, aescbc and identity, found ${types.length}`);
  const { aesgcm, aescbc, identity } = provider;
  if (identity !== undefined) return [identityProvider];
  if (aesgcm !== undefined) return keysOf(aesgcm.keys, 'aesgcm', fail).map(aesgcmProvider);
  if (aescbc !== undefined) return keysOf(aescbc.keys, 'aescbc', fail).map(aescbcProvider);
  return fail(`.${types[0]}`, 'is not supported: use aesgcm');
}

function keysOf(keys: Infer<typeof AesConfiguration>['keys'] = [], type: string, fail: Fail): readonly Key[] {
  if (keys.length === 0) fail(`.${type}.keys`, 'Required value: at least one key is needed');
  return keys.map(({ name, secret }, index) => {
    const where = `.${type}.keys[${index}]`;
    if (name === '' || name.includes(':'))
      fail(`${where}.name`, `Invalid value: ${JSON.stringify(name)}: expected a name without ":"`);
    const bytes = Buffer.from(secret, 'base64');
    if (![16, 24, 32].includes(bytes.length) || bytes.toString('base64') !== secret.trim()) {
      fail(
        `${where}.secret`,
        'Invalid value: secret is not of the expected length, expected 16, 24 or 32 bytes in base64',
      );
    }
    return { name, secret: bytes };
  });
}

const registryRoot = '/registry/';

/** What the keys of a resource begin with (spec: api.md section 23). */
function prefixesOf(resource: string, fail: (why: string) => never): readonly string[] {
  const dot = resource.indexOf('.');
  const plural = dot < 0 ? resource : resource.slice(0, dot);
  const group = dot < 0 ? '' : resource.slice(dot + 1);
  if (!/^(\*|[a-z][a-z0-9-]*)$/.test(plural) || (plural === '*' && dot < 0)) {
    return fail(`Invalid value: "${resource}": expected a resource such as secrets, jobs.batch, *.batch, *. or *.*`);
  }
  if (group === '*') return plural === '*' ? [registryRoot] : fail(`Invalid value: "${resource}": use *.*`);
  if (group === '' && plural === '*') {
    const core = catalog.filter((one) => one.group === '' && one.view === undefined);
    return core.map((one) => `${registryRoot}${one.plural}/`);
  }
  const place = group === '' ? '' : `${group}/`;
  return [`${registryRoot}${place}${plural === '*' ? '' : `${plural}/`}`];
}
