import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { Random } from '#base/random.ts';
import type { NodeDirectory } from '#client/node-port.ts';
import type { TokenRequest } from '#kinds/authentication/schema.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { bindings } from '#kinds/pod/bindings.ts';
import { pods } from '#kinds/pod/pod.ts';
import type { Eviction } from '#kinds/pod/schema/eviction.ts';
import type { Binding } from '#kinds/pod/schema/pod.ts';
import type { Scale } from '#kinds/scale/schema.ts';
import type { Draft } from '#schema/type.ts';
import type { Store } from '#store/store.ts';
import { authorizerChain } from './access/authorizer.ts';
import { bootstrapUser } from './access/bootstrap-tokens.ts';
import { nodeAuthorizer } from './access/node-authorizer.ts';
import { type Rbac, rbacOf } from './access/rbac.ts';
import { answerReview, isReview } from './access/reviews.ts';
import { apiAudiences, issuer, ServiceAccountTokens } from './access/service-account-tokens.ts';
import { TokenFormat } from './access/token-format.ts';
import {
  certificateApproval,
  certificateRequester,
  certificateSigning,
  certificateSubjectRestriction,
} from './admission/certificates.ts';
import { AdmissionChain, type AdmissionPlugin } from './admission/chain.ts';
import { claimResize, defaultStorageClass } from './admission/claims.ts';
import { defaultIngressClass } from './admission/default-ingress-class.ts';
import { defaultTolerationSeconds } from './admission/default-toleration-seconds.ts';
import { jobOrder } from './admission/job-order.ts';
import { limitRanger } from './admission/limit-ranger.ts';
import { namespaceLifecycle } from './admission/namespace-lifecycle.ts';
import { nodeRestriction } from './admission/node-restriction.ts';
import { podSecurity } from './admission/pod-security.ts';
import { podTopologyLabels } from './admission/pod-topology-labels.ts';
import { priority } from './admission/priority.ts';
import { rbacEscalation } from './admission/rbac-escalation.ts';
import { resourceQuota } from './admission/resource-quota.ts';
import { runtimeClass } from './admission/runtime-class.ts';
import { serviceAccount } from './admission/service-account.ts';
import { serviceAddresses } from './admission/service-addresses.ts';
import { storageProtection } from './admission/storage-protection.ts';
import { taintNodesByCondition } from './admission/taint-nodes-by-condition.ts';
import type { Api, PatchRequest, RequestContext, Target, TokenNotes, User, WriteRequest, Written } from './api.ts';
import { applyObject } from './apply.ts';
import { requireAllowed } from './authorize.ts';
import { bootstrap } from './bootstrap.ts';
import { type ComponentCheck, isComponentStatus, listComponents, readComponent } from './component-statuses.ts';
import type { ApiCore, Authorizer, TokenLookup } from './core.ts';
import { createObject } from './create.ts';
import { CustomResources } from './custom/custom-resources.ts';
import { complete } from './decoding.ts';
import { deleteCollection, deleteObject } from './delete.ts';
import { ObjectStore } from './object-store.ts';
import { parsePatch } from './parsed-patch.ts';
import { patchObject } from './patch.ts';
import { listObjects, readObject } from './read.ts';
import { Registry } from './registry.ts';
import { bindPod } from './subresources/binding.ts';
import { connect } from './subresources/connect.ts';
import { evictPod } from './subresources/eviction.ts';
import { locate } from './subresources/locate.ts';
import { openLog } from './subresources/log.ts';
import { applyScale, patchScale, shownScale, updateScale } from './subresources/scale.ts';
import { requestToken } from './subresources/token.ts';
import { type UpdatePath, updateObject } from './update.ts';
import { updatePathsOf } from './update-paths.ts';
import { beginWatch } from './watch.ts';

export interface ApiParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  /** The built-in resources, in the order of discovery. */
  readonly resources: readonly ResourceDefinition[];
  /** P-256, private: signs the tokens of service accounts. Without one they last no longer than this process. */
  readonly tokenKey?: KeyObject;
  /** Tokens other than those of service accounts. */
  readonly knownToken?: TokenLookup;
  /** Where nodes are reached, for logs. */
  readonly nodes?: NodeDirectory;
  /** Which other parts of the control plane are at work; none unless given. */
  readonly running?: ComponentCheck;
}

/** Starts the API on a store: loads what is there, creates what every cluster has, and serves the verbs. */
export async function createApi(parts: ApiParts): Promise<Api> {
  const { store, clock, random, resources, knownToken = async () => undefined } = parts;
  const objects = await ObjectStore.open(store, resources, clock);
  const rbac = rbacOf(objects);
  const decide = authorizerChain([nodeAuthorizer(objects), (user, attributes) => rbac.decide(user, attributes)]);
  const format = new TokenFormat(parts.tokenKey ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  const core: ApiCore = {
    objects,
    registry: new Registry(resources),
    clock,
    rbac,
    decide,
    tokens: new ServiceAccountTokens({ objects, clock, ids: random.stream('token-ids'), format }),
    knownToken: async (token) => (await knownToken(token)) ?? bootstrapUser(objects, token, clock.now()),
    admission: new AdmissionChain(plugins(parts, objects, rbac, decide)),
    uids: random.stream('uids'),
    names: random.stream('names'),
    kinds: random.stream('kinds'),
    backends: random.stream('service-backends'),
    authorize: (context, attributes) => requireAllowed(decide, context, attributes),
  };
  const custom = new CustomResources(core);
  await custom.start();
  await bootstrap(core);
  const api = verbs(core, parts.nodes ?? (() => undefined), parts.running ?? (() => false));
  return {
    ...api,
    close: () => {
      custom.stop();
      api.close();
    },
  };
}

function plugins(
  { clock, random }: ApiParts,
  objects: ObjectStore,
  rbac: Rbac,
  decide: Authorizer,
): readonly AdmissionPlugin[] {
  return [
    namespaceLifecycle(objects),
    limitRanger(objects),
    serviceAccount({ objects, clock, names: random.stream('token-volumes') }),
    nodeRestriction({ objects, decide }),
    taintNodesByCondition,
    priority(objects),
    defaultTolerationSeconds,
    defaultStorageClass(objects),
    storageProtection,
    claimResize(objects),
    runtimeClass(objects),
    defaultIngressClass(objects),
    podTopologyLabels(objects),
    jobOrder(objects),
    serviceAddresses({ objects, clock, random: random.stream('service-addresses') }),
    certificateRequester,
    certificateSubjectRestriction,
    certificateApproval(decide),
    certificateSigning(decide),
    rbacEscalation({ rbac, decide }),
    podSecurity(objects),
    // The last to be asked: what it counts should then be created.
    resourceQuota(objects, clock),
  ];
}

function verbs(core: ApiCore, nodes: NodeDirectory, running: ComponentCheck): Api {
  const { objects, clock } = core;
  return {
    served: core.registry,
    authorize: core.authorize,
    tokenIssuer: {
      name: issuer,
      keySet: () => core.tokens.keySet(),
      issueForSecret: (...about) => core.tokens.issueForSecret(...about),
    },
    authenticate: (token, notes) => authenticate(core, token, notes),
    get: async (_context, target, { resourceVersion }) => {
      if (isComponentStatus(target.resource)) return readComponent(objects, running, target.name ?? '');
      const object = await readObject(objects, target, resourceVersion);
      return target.subresource === 'scale' ? shownScale(target.resource, object) : object;
    },
    list: async (_context, { resource, namespace }, options) =>
      isComponentStatus(resource)
        ? listComponents(objects, running, options)
        : listObjects(objects, resource, { ...options, namespace }),
    watch: async (_context, { resource, namespace }, options, sink) =>
      beginWatch(objects, clock, resource, { ...options, namespace }, sink),
    create: async (context, target, body, request) => create(core, context, target, body, request),
    update: async (context, target, body, request) => update(core, context, named(target), body, request),
    patch: async (context, target, request) => patch(core, context, named(target), request),
    delete: async (context, target, options) => deleteObject(core, context, named(target), options),
    deleteCollection: async (context, target, list, options) => deleteCollection(core, context, target, list, options),
    log: async (_context, target, request, signal) => openLog(core, nodes, named(target), request, signal),
    connect: async (context, target, request) => connect(core, nodes, context, named(target), request),
    locate: async (_context, target) => locate(core, nodes, named(target)),
    close: () => objects.close(),
  };
}

async function authenticate(core: ApiCore, token: string, notes?: TokenNotes): Promise<User | undefined> {
  const known = await core.knownToken(token);
  if (known !== undefined) return known;
  const verified = core.tokens.verify(token, apiAudiences, notes);
  return verified !== undefined && 'user' in verified ? verified.user : undefined;
}

type Named = Target & { readonly name: string };

function named(target: Target): Named {
  const { name } = target;
  if (name === undefined) throw apiErrors.methodNotAllowed();
  return { ...target, name };
}

async function create(
  core: ApiCore,
  context: RequestContext,
  target: Target,
  body: object,
  request: WriteRequest,
): Promise<object> {
  const { resource, subresource } = target;
  if (subresource === undefined) {
    const draft = draftOfBody(resource, body);
    if (isReview(resource)) return answerReview(core, context, target, draft, request);
    if (isBinding(resource)) return bindNamed(core, context, target, draft as unknown as Binding, request);
    return createObject(core, context, target, draft, request);
  }
  const pod = resource.group === '' && resource.plural === 'pods';
  await admitSubresource(core, context, target, body, request);
  if (pod && subresource === 'binding') return bindPod(core, context, named(target), body as Binding, request);
  if (pod && subresource === 'eviction') return evictPod(core, context, named(target), body as Eviction, request);
  const account = resource.group === '' && resource.plural === 'serviceaccounts';
  if (account && subresource === 'token') return requestToken(core, named(target), body as TokenRequest);
  throw apiErrors.noSuchResource();
}

function isBinding(resource: ResourceDefinition): boolean {
  return resource.group === bindings.group && resource.plural === bindings.plural;
}

/** A binding posted to the collection names its pod itself. */
async function bindNamed(
  core: ApiCore,
  context: RequestContext,
  { namespace }: Target,
  binding: Binding,
  request: WriteRequest,
): Promise<object> {
  const { name } = binding.metadata;
  const target = { resource: pods as unknown as ResourceDefinition, namespace, name, subresource: 'binding' };
  await admitSubresource(core, context, target, binding, request);
  return bindPod(core, context, target, binding, request);
}

/** What is posted to subresources is for admission to judge too. */
async function admitSubresource(
  core: ApiCore,
  context: RequestContext,
  { resource, subresource, namespace, name = '' }: Target,
  body: object,
  { dryRun }: WriteRequest,
): Promise<void> {
  const operation = 'CREATE';
  const request = { context, operation, resource, subresource, namespace, name, dryRun, old: undefined } as const;
  await core.admission.admit(body as Draft<KubeObject>, request);
}

function update(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  body: object,
  request: WriteRequest,
): Promise<Written> {
  if (target.subresource === 'scale')
    return updateScale(core, context, target, body as Scale, request, scalePathOf(target));
  return updateObject(core, context, target, draftOfBody(target.resource, body), request, pathOf(target));
}

function draftOfBody(resource: ResourceDefinition, body: object): Draft<KubeObject> {
  const draft = body as Draft<KubeObject>;
  complete(resource, draft);
  return draft;
}

async function patch(core: ApiCore, context: RequestContext, target: Named, request: PatchRequest): Promise<Written> {
  const { type, fieldValidation } = request;
  if (target.subresource === 'scale') {
    if (type === 'apply') return applyScale(core, context, target, request, scalePathOf(target));
    return patchScale(
      core,
      context,
      target,
      parsePatch(type, request.patch, fieldValidation),
      request,
      scalePathOf(target),
    );
  }
  if (type === 'apply') return applyObject(core, context, target, request, pathOf(target));
  return patchObject(core, context, target, parsePatch(type, request.patch, fieldValidation), request, pathOf(target));
}

/** A scale is written into the object itself. */
function scalePathOf({ resource }: Target): UpdatePath {
  return pathOf({ resource });
}

/** What an endpoint lets through. */
function pathOf({ resource, subresource = '' }: Target): UpdatePath {
  const path = updatePathsOf(resource).get(subresource);
  if (path === undefined) throw apiErrors.noSuchResource();
  return path;
}
