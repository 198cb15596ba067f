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
import { answerReview, isReview } from './access/reviews.ts';
import { apiAudiences, issuer } from './access/service-account-tokens.ts';
import type { Api, PatchRequest, RequestContext, Target, TokenNotes, User, WriteRequest, Written } from './api.ts';
import { applyObject } from './apply.ts';
import { type ComponentCheck, isComponentStatus, listComponents, readComponent } from './component-statuses.ts';
import type { ApiCore } from './core.ts';
import { createObject } from './create.ts';
import { complete } from './decoding.ts';
import { deleteCollection, deleteObject } from './delete.ts';
import { parsePatch } from './parsed-patch.ts';
import { patchObject } from './patch.ts';
import { listObjects, readObject } from './read.ts';
import { remoteVersions } from './remote-versions.ts';
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

/** The verbs of the API, each handed to what serves it. */
export function verbs(core: ApiCore, nodes: NodeDirectory, running: ComponentCheck): Api {
  const { objects, clock } = core;
  return {
    served: core.registry,
    remote: () => remoteVersions(core),
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
    locate: async (context, target, path) => locate(core, nodes, context, named(target), path),
    upToDate: () => objects.upToDate(),
    objectCounts: () => objectCounts(core),
    close: () => objects.close(),
  };
}

function objectCounts({ objects, registry }: ApiCore): ReadonlyMap<string, number> {
  const stored = registry.resources.filter(({ verbs, view }) => verbs.includes('watch') && view === undefined);
  return new Map(
    stored.map((resource) => {
      const { group, plural } = resource;
      return [group === '' ? plural : `${plural}.${group}`, objects.of(resource).cache.size];
    }),
  );
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
  if (account && subresource === 'token') return requestToken(core, context, named(target), body as TokenRequest);
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
  write: WriteRequest,
): Promise<void> {
  const operation = 'CREATE';
  const { dryRun } = write;
  const about = { context, operation, resource, subresource, namespace, name, dryRun, old: undefined, write } as const;
  await core.admission.admit(body as Draft<KubeObject>, about);
  await core.admission.validate(body as KubeObject, about);
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
