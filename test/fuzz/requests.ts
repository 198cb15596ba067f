import { apiVersionOf, type ResourceDefinition } from '#kinds/definition.ts';
import { DeleteOptions } from '#kinds/meta/schema.ts';
import type { ObjectType } from '#schema/type.ts';
import { type Body, encodedBody } from './bodies.ts';
import type { Dice } from './dice.ts';
import { isRecord, mutated, shaken } from './mutate.ts';
import { longText, oddText } from './odd-values.ts';
import { managedFields, patchBody } from './patches.ts';
import { customGroup, validObject, validSubresourceBody } from './valid-objects.ts';

export interface FuzzRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Buffer | undefined;
  /** What the path names; undefined for paths that name nothing in particular. */
  readonly resource: ResourceDefinition | undefined;
  readonly isDryRun: boolean;
}

/** What requests are made from: the resources served, and what is stored under a path now. */
export interface World {
  readonly resources: readonly ResourceDefinition[];
  stored(path: string): Promise<object | undefined>;
}

export const namespaces = ['default', 'fuzz', 'kube-system', 'nowhere'];
const names = ['fuzz-0', 'fuzz-1', 'fuzz-2', 'node-0'];

const accepts = [
  '*/*',
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf,application/json',
  'application/vnd.kubernetes.protobuf',
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  'application/json;as=Table;v=v2;g=meta.k8s.io',
  'application/json;as=Table;v=v1beta1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json',
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
  'application/yaml;as=Table;v=v1;g=meta.k8s.io',
  'application/json;stream=watch',
  'application/json;pretty=1',
  'application/json;q=0',
  'application/json;q=x,*/*;q=2',
  'application/*',
  'text/html',
  'text/html, */*',
  ', ,;,',
  '',
  `${'application/json;as=Table;v=v2;g=meta.k8s.io,'.repeat(300)}`,
];

const queryValues: { readonly [name: string]: readonly string[] } = {
  limit: ['0', '1', '2', '500', '-1', 'x', '1.5', '99999999999999999999'],
  continue: ['x', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MX0', 'bnVsbA', 'W10', 'eyJydiI6IngifQ', 'e30'],
  resourceVersion: ['0', '1', '5', '99999999', '-1', 'x', '01', '1e3', ' 1', '18446744073709551615'],
  resourceVersionMatch: ['Exact', 'NotOlderThan', 'x', ''],
  fieldSelector: [
    'metadata.name=fuzz-0',
    'spec.nodeName=',
    'a',
    'a=b=c',
    'metadata.name!=x,metadata.name=',
    '\\',
    'a\\',
  ],
  labelSelector: ['app=fuzz', 'app in (fuzz,b)', '!a', 'a>1', 'a>x', 'a in ()', 'a notin (b', '=', ',,', '(', 'a==b,'],
  watch: ['true', '1', '', 'maybe', 'false'],
  timeoutSeconds: ['1', '0', '-1', 'x', '99999999999'],
  allowWatchBookmarks: ['true', 'x'],
  sendInitialEvents: ['true', 'false', 'x'],
  dryRun: ['All', 'None', '', 'All,All'],
  fieldValidation: ['Strict', 'Warn', 'Ignore', 'bogus', ''],
  fieldManager: ['m1', 'm2', 'kubectl', '', 'x'.repeat(200), 'a\tb'],
  force: ['true', 'false', 'x', ''],
  pretty: ['true', '0', ''],
  timeout: ['1s', '0', '-5s', 'x', '1000000h'],
  propagationPolicy: ['Foreground', 'Background', 'Orphan', 'Bogus'],
  gracePeriodSeconds: ['0', '30', '-1', 'x', '1e3'],
  orphanDependents: ['true', 'false', 'x'],
  includeObject: ['Object', 'Metadata', 'None', 'bogus'],
  container: ['main', 'x', ''],
  follow: ['true', 'x'],
  tailLines: ['0', '-1', 'x'],
  sinceSeconds: ['1', '0', 'x'],
  sinceTime: ['2026-01-01T00:00:00Z', 'x'],
  limitBytes: ['1', '0', 'x'],
  hash: ['x'],
  verbose: [''],
  exclude: ['ping'],
};

/** One request, valid but for what the dice had against it. */
export async function drawRequest(dice: Dice, world: World): Promise<FuzzRequest> {
  const make = dice.weighted<() => Promise<FuzzRequest>>([
    [30, () => create(dice, world)],
    [16, () => update(dice, world)],
    [26, () => patch(dice, world)],
    [6, () => remove(dice, world)],
    [16, () => read(dice, world)],
    [8, () => subresourceCreate(dice, world)],
    [8, () => anything(dice, world)],
  ]);
  return make();
}

async function create(dice: Dice, world: World): Promise<FuzzRequest> {
  const { resource, collection, namespace, name } = place(dice, world, 'create');
  const valid = validObject(resource, namespace, name);
  const object = oddMetadata(dice, dice.chance(0.35) ? valid : changed(dice, resource, valid));
  return finish(dice, 'POST', collection, resource, encodedBody(dice, object, resource.schema, resource));
}

async function update(dice: Dice, world: World): Promise<FuzzRequest> {
  const { resource, path, namespace, name } = place(dice, world, 'update');
  const stored = (await world.stored(path)) ?? validObject(resource, namespace, name);
  const object = oddMetadata(dice, dice.chance(0.1) ? stored : changed(dice, resource, stored));
  const target = path + dice.pick(['', '', '', '/status', '/finalize', '/ephemeralcontainers', '/resize', '/scale']);
  return finish(dice, 'PUT', target, resource, encodedBody(dice, object, resource.schema, resource));
}

async function patch(dice: Dice, world: World): Promise<FuzzRequest> {
  const { resource, path, namespace, name } = place(dice, world, 'patch');
  const stored = (await world.stored(path)) ?? validObject(resource, namespace, name);
  const target = path + dice.pick(['', '', '', '', '/status', '/ephemeralcontainers', '/resize', '/log']);
  const body = patchBody(dice, stored, resource.schema);
  const isApply = body.contentType?.includes('apply') === true;
  const request = finish(dice, 'PATCH', target, resource, body);
  if (!isApply || request.path.includes('fieldManager')) return request;
  const mark = request.path.includes('?') ? '&' : '?';
  const extra = `fieldManager=${dice.pick(['m1', 'm2', 'kubectl'])}${dice.chance(0.6) ? '&force=true' : ''}`;
  return { ...request, path: `${request.path}${mark}${extra}` };
}

async function remove(dice: Dice, world: World): Promise<FuzzRequest> {
  const { resource, path, collection } = place(dice, world, 'delete');
  const options = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0, preconditions: { uid: 'x' } };
  const given: Body = dice.chance(0.6)
    ? encodedBody(dice, mutated(dice, DeleteOptions, options), DeleteOptions, resource)
    : { contentType: undefined, bytes: undefined };
  return finish(dice, 'DELETE', dice.chance(0.1) ? collection : path, resource, given);
}

async function read(dice: Dice, world: World): Promise<FuzzRequest> {
  const { resource, path, collection } = place(dice, world, 'get');
  const everywhere = `${root(resource)}/${resource.plural}`;
  const watched = collection.replace(/^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\//, '$1/watch/');
  const others = [everywhere, watched, `${path}/status`, `${path}/log`];
  const target = dice.chance(0.7) ? dice.pick([path, collection]) : dice.pick(others);
  return finish(dice, 'GET', target, resource, { contentType: undefined, bytes: undefined });
}

async function subresourceCreate(dice: Dice, world: World): Promise<FuzzRequest> {
  const choices = world.resources.flatMap((resource) =>
    resource.subresources
      .filter(({ verbs, schema }) => verbs.includes('create') && schema !== undefined)
      .map((subresource) => ({ resource, subresource })),
  );
  const { resource, subresource } = dice.pick(choices);
  const name = dice.pick(names);
  const valid = validSubresourceBody(subresource.name, name) ?? {};
  const schema = subresource.schema as ObjectType;
  const object = dice.chance(0.4) ? valid : mutated(dice, schema, valid);
  const path = `${root(resource)}/namespaces/${dice.pick(namespaces)}/${resource.plural}/${name}/${subresource.name}`;
  return finish(dice, 'POST', path, resource, encodedBody(dice, object, schema, resource));
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];
const steps = [
  'api',
  'apis',
  'v1',
  'batch',
  'apps',
  'namespaces',
  'default',
  'pods',
  'jobs',
  'watch',
  'status',
  'log',
  'exec',
  'proxy',
  'openapi',
  'v2',
  'v3',
  'readyz',
  'livez',
  'version',
  'metrics',
  '.well-known',
  'openid-configuration',
  'openid',
  'jwks',
  '..',
  '.',
  '',
  'fuzz-0',
];

async function anything(dice: Dice, world: World): Promise<FuzzRequest> {
  const { resource, namespace, name } = place(dice, world, 'get');
  const step = (): string => (dice.chance(0.8) ? dice.pick(steps) : encodeURIComponent(wellFormed(oddText(dice))));
  const segments = [dice.pick(['api', 'apis', '']), ...dice.times(8, step)];
  const object = changed(dice, resource, validObject(resource, namespace, name));
  const body = encodedBody(dice, object, resource.schema, resource);
  const method = dice.pick(methods);
  const path = dice.chance(0.05) ? `/api/v1/${dice.pick(['%', '%zz', '%00', '%2f', '%ff'])}` : `/${segments.join('/')}`;
  return { ...finish(dice, method, path, resource, body), resource: undefined };
}

/** What the schema of a custom resource is, is for its definition to say. */
function changed(dice: Dice, resource: ResourceDefinition, object: object): object {
  if (resource.custom === undefined || dice.chance(0.2)) return mutated(dice, resource.schema, object);
  const whole = shaken(dice, object);
  if (isRecord(whole) && dice.chance(0.2)) return whole;
  const field = dice.pick(['spec', 'spec', 'spec', 'status']);
  return { ...object, [field]: shaken(dice, (object as { readonly [name: string]: unknown })[field]) };
}

interface Place {
  readonly resource: ResourceDefinition;
  readonly namespace: string;
  readonly name: string;
  readonly collection: string;
  readonly path: string;
}

function place(dice: Dice, world: World, verb: string): Place {
  const served = world.resources.filter(({ verbs }) => (verbs as readonly string[]).includes(verb));
  const custom = served.filter((resource) => resource.custom !== undefined);
  const resource = dice.pick(custom.length > 0 && dice.chance(0.15) ? custom : served);
  const namespace = dice.weighted([
    [8, 'default'],
    [6, 'fuzz'],
    [1, 'kube-system'],
    [1, 'nowhere'],
  ]);
  const suffix = resource.kind === 'CustomResourceDefinition' ? `.${customGroup}` : '';
  const name = dice.chance(0.97) ? dice.pick(names) + suffix : wellFormed(oddText(dice)).slice(0, 300) || 'x';
  const within = resource.namespaced ? `/namespaces/${namespace}` : '';
  const collection = `${root(resource)}${within}/${resource.plural}`;
  return { resource, namespace, name, collection, path: `${collection}/${encodeURIComponent(name)}` };
}

export function root(resource: ResourceDefinition): string {
  return `/${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`;
}

/** Metadata that the server has rules of its own for. */
function oddMetadata(dice: Dice, object: object): object {
  const { metadata } = object as { readonly metadata?: unknown };
  if (!isRecord(metadata) || dice.chance(0.7)) return object;
  const extra = dice.pick<object>([
    { managedFields: managedFields(dice) },
    { finalizers: dice.pick([['example.com/f'], ['orphan'], ['a'], [''], ['foregroundDeletion', 'example.com/f']]) },
    { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'o', uid: dice.pick(['u', '']) }] },
    { resourceVersion: dice.pick(['0', '1', 'x', '99999999', '']) },
    { generateName: dice.pick(['g-', 'G', 'x'.repeat(80), '']), name: dice.pick([undefined, '']) },
    { annotations: { a: longText(dice), b: longText(dice) } },
    { labels: { [oddText(dice)]: oddText(dice) } },
    { uid: 'other', creationTimestamp: null, deletionTimestamp: '2026-01-01T00:00:00Z' },
    { generation: dice.pick([-1, 7, 1e300]) },
  ]);
  return { ...object, metadata: { ...metadata, ...extra } };
}

function finish(dice: Dice, method: string, path: string, resource: ResourceDefinition, body: Body): FuzzRequest {
  const pairs = dice.chance(0.4) ? dice.times(4, () => parameter(dice)) : [];
  const query = new URLSearchParams(pairs.map(([name, value]) => [name, wellFormed(value)])).toString();
  const odd = dice.chance(0.02) ? dice.pick(['?%', '?=', '?&&', '?a=%zz', '?%00=1', `?${'a=b&'.repeat(500)}`]) : '';
  return {
    method,
    path: `${path}${odd === '' && query !== '' ? `?${query}` : odd}`,
    headers: headers(dice, body),
    body: method === 'TRACE' ? undefined : body.bytes,
    resource,
    isDryRun: pairs.some(([name]) => name === 'dryRun') || body.bytes?.includes('dryRun') === true,
  };
}

function parameter(dice: Dice): readonly [string, string] {
  const name = dice.pick(Object.keys(queryValues));
  const usual = queryValues[name] as readonly string[];
  return [name, dice.chance(0.85) ? dice.pick(usual) : oddText(dice)];
}

function headers(dice: Dice, body: Body): { readonly [name: string]: string } {
  const token = dice.weighted([
    [90, 'Bearer admintoken'],
    [6, 'Bearer alicetoken'],
    [1, ''],
    [1, `Bearer ${dice.pick(['', 'x', 'a.b.c', 'e30.e30.e30', '.'.repeat(9000)])}`],
    [1, 'Basic YTpi'],
  ]);
  return {
    ...(token === '' ? {} : { authorization: token }),
    ...(body.contentType === undefined ? {} : { 'content-type': body.contentType }),
    ...(dice.chance(0.6) ? {} : { accept: dice.pick(accepts) }),
    ...(dice.chance(0.1) ? oddHeader(dice) : {}),
  };
}

function oddHeader(dice: Dice): { readonly [name: string]: string } {
  return dice.pick([
    { 'impersonate-user': dice.pick(['alice', 'system:serviceaccount:default:default', 'system:anonymous', '']) },
    { 'impersonate-group': 'g' },
    { 'impersonate-user': 'a', 'impersonate-extra-%zz': 'x', 'impersonate-uid': 'u' },
    { 'user-agent': dice.pick(['kubectl/v1.36', 'curl/8', 'x'.repeat(5000), '/', 'Mozilla/5.0']) },
    { 'audit-id': dice.pick(['x', 'a b', 'y'.repeat(500)]) },
    { 'accept-encoding': dice.pick(['gzip', 'br', 'gzip;q=0']) },
    { 'content-encoding': 'gzip' },
    { 'if-none-match': '"x"' },
    { 'if-match': '*', 'x-http-method-override': 'DELETE' },
    { expect: '100-continue' },
    { connection: 'Upgrade', upgrade: dice.pick(['websocket', 'SPDY/3.1', 'h2c']) },
  ]);
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}
