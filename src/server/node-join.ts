import { createPublicKey, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import type { Api, RequestContext } from '#api/api.ts';
import type { Clock } from '#base/clock.ts';
import { isObject } from '#base/json.ts';
import type { Millis } from '#base/units.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { leases } from '#kinds/lease/lease.ts';
import type { Lease } from '#kinds/lease/schema.ts';
import { ApiError, apiErrors, isNotFound } from '#kinds/meta/errors.ts';
import { subdomainProblems } from '#kinds/meta/names.ts';
import type { KubeObject, ObjectRef } from '#kinds/meta/object.ts';
import { nodes } from '#kinds/node/node.ts';
import type { Node } from '#kinds/node/schema.ts';
import type { Exchange } from '#server/exchange.ts';
import { plainJson } from '#server/negotiate.ts';
import { readBody } from '#server/read-body.ts';
import { certifyNode, type Pki } from '#wire/pki/pki.ts';

/** What it takes to let machines become nodes. */
export interface NodeJoins {
  /** The certificates of now: they are renewed while we run. */
  readonly pki: () => Pki;
  /** Names that belong to nodes of the server's own program. */
  readonly reserved: ReadonlySet<string>;
}

interface JoinDeps {
  readonly api: Api;
  readonly clock: Clock;
  readonly joins?: NodeJoins;
}

/** What a machine says of itself. */
interface JoinRequest {
  readonly publicKey: KeyObject;
  readonly addresses: readonly string[];
}

const pathPattern = /^\/join\/nodes\/([^/]+)$/;
const nodePrefix = 'system:node:';
const nodesGroup = 'system:nodes';
const addressesMax = 16;

/** Answers `POST /join/nodes/{name}`: a certificate by which the holder of a key is that node, for whoever may ask (holders of
 *  bootstrap tokens, nodes that renew their own, administrators). The key itself never leaves its machine. False when the path
 *  is another. */
export async function answerJoin(exchange: Exchange, context: RequestContext, deps: JoinDeps): Promise<boolean> {
  const name = pathPattern.exec(exchange.path)?.[1];
  const { api, clock, joins } = deps;
  if (name === undefined || joins === undefined) return false;
  if (exchange.method !== 'POST') throw apiErrors.methodNotAllowed();
  const problems = subdomainProblems(name);
  if (problems.length > 0) throw apiErrors.badRequest(`"${name}" cannot be the name of a node: ${problems.join(', ')}`);
  const request = parseRequest((await readBody(exchange.request)).toString('utf8'));
  if (!isNode(context, name)) {
    const found = { node: await find<Node>(api, context, nodes, { name }), now: clock.now() };
    const lease = await find<Lease>(api, context, leases, { namespace: 'kube-node-lease', name });
    if (joins.reserved.has(name)) throw taken(name, 'a node of the server itself');
    if (isInUse({ ...found, lease })) throw taken(name, 'a node that is alive', orWait(name));
  }
  const pki = joins.pki();
  const spki = request.publicKey.export({ type: 'spki', format: 'der' });
  const subject = { commonName: nodePrefix + name, organizations: [nodesGroup], names: [name], ips: request.addresses };
  const certificate = await certifyNode(pki, subject, spki, clock.now());
  await exchange.value(201, { certificate, authority: pki.authority }, plainJson);
  return true;
}

/** Whether the asker is this node already. A node that asks for another's name is refused. */
function isNode({ user }: RequestContext, name: string): boolean {
  if (!user.groups.includes(nodesGroup)) return false;
  if (user.name === nodePrefix + name) return true;
  const why = `User ${JSON.stringify(user.name)} may only ask for a certificate of its own node`;
  throw apiErrors.forbidden({ group: '', plural: 'nodes' }, name, why);
}

/** Whether somebody lives under a name: its lease is being renewed, or, where there is none, it was Ready a moment ago. */
export function isInUse(seen: {
  readonly node: Node | undefined;
  readonly lease: Lease | undefined;
  readonly now: Millis;
}): boolean {
  const { node, lease, now } = seen;
  if (node === undefined) return false;
  const { renewTime, leaseDurationSeconds = 40 } = lease?.spec ?? {};
  if (renewTime !== undefined) return Date.parse(renewTime) + leaseDurationSeconds * 1000 > now;
  return node.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

function taken(name: string, by: string, orElse = ''): ApiError {
  return new ApiError({
    code: 409,
    reason: 'AlreadyExists',
    message: `the name "${name}" belongs to ${by}. Choose another with --name${orElse}`,
    details: { name, kind: 'nodes' },
  });
}

function orWait(name: string): string {
  return `; or, if that machine is gone for good, wait a minute or run: kubectl delete node ${name}`;
}

async function find<T extends KubeObject>(
  api: Api,
  context: RequestContext,
  resource: ResourceDefinition<T>,
  ref: ObjectRef,
): Promise<T | undefined> {
  try {
    const target = { resource: resource as unknown as ResourceDefinition, ...ref };
    return (await api.get(context, target, {})) as T;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function parseRequest(text: string): JoinRequest {
  const body = jsonOf(text);
  if (!isObject(body)) throw apiErrors.badRequest('expected a JSON object with publicKey and addresses');
  const { publicKey, addresses = [] } = body;
  const isList = Array.isArray(addresses) && addresses.length <= addressesMax;
  if (!isList || !addresses.every((address) => typeof address === 'string' && isIP(address) !== 0)) {
    throw apiErrors.badRequest(`addresses: expected a list of at most ${addressesMax} IP addresses`);
  }
  return { publicKey: keyOf(publicKey), addresses };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keyOf(pem: unknown): KeyObject {
  try {
    // A private key would be taken too, for its public half: nobody should send one.
    if (typeof pem === 'string' && pem.includes('PUBLIC KEY')) {
      const key = createPublicKey(pem);
      if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
    }
  } catch {
    // Said below.
  }
  throw apiErrors.badRequest('publicKey: expected a P-256 public key in PEM');
}
