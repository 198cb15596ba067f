import { isObject, type JsonObject, jsonCopy } from '#base/json.ts';
import { apiVersionOf, type ResourceDefinition, type ScalePaths } from '#kinds/definition.ts';
import { checkNotNegative } from '#kinds/meta/checks.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { Scale } from '#kinds/scale/schema.ts';
import type { Draft } from '#schema/type.ts';
import type { PatchRequest, RequestContext, Target, WriteRequest, Written } from '../api.ts';
import { applyObject, configurationOf } from '../apply.ts';
import type { ApiCore } from '../core.ts';
import { trackWrite, writerOf } from '../managed-fields.ts';
import { checkName, settleNamespace } from '../metadata.ts';
import { type Decision, modify } from '../modify.ts';
import type { ParsedPatch } from '../parsed-patch.ts';
import { checkKind, decodedPatch, patchedValue, reportProblems } from '../patch.ts';
import { checkRevision, decideUpdate, type UpdatePath } from '../update.ts';

type Named = Target & { readonly name: string };

const group = 'autoscaling';
const version = 'v1';

/** How an object looks at `/scale` (spec: api.md sections 4 and 21). Throws when it does not say how many replicas it
 *  wants. */
export function shownScale(resource: ResourceDefinition, object: KubeObject): KubeObject {
  const { specReplicasPath } = pathsOf(resource);
  if (at(object, specReplicasPath) !== undefined) return scaleOf(resource, object);
  throw apiErrors.internal(`the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`);
}

/** PUT: the object shall have as many replicas as `scale` says. */
export async function updateScale(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  scale: Scale,
  request: WriteRequest,
  path: UpdatePath,
): Promise<Written> {
  return write(core, context, target, request, path, () => jsonCopy(scale) as unknown as Draft<Scale>);
}

/** PATCH: as the patched scale says. */
export async function patchScale(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  patch: ParsedPatch,
  request: WriteRequest,
  path: UpdatePath,
): Promise<Written> {
  // The rules of the resource are not about its scale.
  const rules = { ...target.resource.rules, defaults: () => {} };
  const scales: ResourceDefinition = { ...target.resource, group, version, kind: 'Scale', schema: Scale, rules };
  return write(core, context, target, request, path, (current) => {
    const value = patchedValue(scales, scaleOf(target.resource, current), patch);
    if (patch.type !== 'strategic') checkKind(core.registry.resources, { ...target, resource: scales }, value);
    const { specReplicasPath } = pathsOf(target.resource);
    if (at(current, specReplicasPath) === undefined && at(value, '.spec.replicas') === undefined) {
      throw apiErrors.badRequest(`the spec replicas field ${JSON.stringify(specReplicasPath)} cannot be empty`);
    }
    const { draft, problems } = decodedPatch(scales, value);
    const odd = [...patch.problems, ...problems];
    reportProblems(context, request.fieldValidation, odd, () => JSON.stringify(value));
    return draft as unknown as Draft<Scale>;
  });
}

/** Server-side apply of a scale: of that one field of the object. */
export async function applyScale(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  request: PatchRequest,
  path: UpdatePath,
): Promise<Written> {
  const { resource, namespace, name } = target;
  const config = configurationOf(context, request);
  if (!isObject(config) || config.kind !== 'Scale' || config.apiVersion !== `${group}/${version}`) {
    throw apiErrors.badRequest(`the object provided is unrecognized (must be of type Scale)`);
  }
  const { specReplicasPath } = pathsOf(resource);
  const replicas = at(config, '.spec.replicas');
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const empty: JsonObject = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
  const value = replicas === undefined ? empty : withValue(empty, stepsOf(specReplicasPath), replicas);
  const { object } = await applyObject(core, context, target, { ...request, patch: { value } }, path);
  return { object: scaleOf(resource, object), created: false };
}

async function write(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  request: WriteRequest,
  path: UpdatePath,
  wish: (current: KubeObject) => Draft<Scale>,
): Promise<Written> {
  const { resource, subresource } = target;
  const decide = async (current: KubeObject): Promise<Decision> => {
    const scale = wish(current);
    checkName(target, scale as unknown as Draft<KubeObject>);
    settleNamespace(target, scale as unknown as Draft<KubeObject>);
    const asked = scale.metadata.resourceVersion ?? '';
    if (asked !== '') checkRevision(target, scale as unknown as Draft<KubeObject>, current);
    checkScale(target, scale, current);
    const { specReplicasPath } = pathsOf(resource);
    const scaled = withValue(current as unknown as JsonObject, stepsOf(specReplicasPath), scale.spec.replicas ?? 0);
    const draft = jsonCopy(scaled) as unknown as Draft<KubeObject>;
    const writer = writerOf(core, context, resource, request, subresource, path);
    trackWrite(writer, resource, draft, current, undefined);
    return decideUpdate(core, context, target, draft, current, request, path);
  };
  const { object } = await modify(core, target, request.dryRun, decide);
  return { object: scaleOf(resource, object), created: false };
}

/** Built-in kinds have their scale judged before it is put into the object; custom ones are judged as a whole. */
function checkScale(
  { resource, name }: Named,
  { metadata, spec }: Draft<Scale>,
  { metadata: stored }: KubeObject,
): void {
  if (resource.custom !== undefined) return;
  const findings = checkNotNegative('spec.replicas', spec.replicas);
  if (findings.length > 0) throw apiErrors.invalid({ group, kind: 'Scale' }, name, findings);
  if (!metadata.uid || metadata.uid === stored.uid) return;
  const plural = `${resource.plural}/scale`;
  const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${stored.uid}`;
  throw apiErrors.conflict({ group: resource.group, plural }, name, why);
}

/** What `/scale` shows of an object. */
export function scaleOf(resource: ResourceDefinition, object: KubeObject): KubeObject {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath = '', selectorText } = pathsOf(resource);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const given = labelSelectorPath === '' ? undefined : at(object, labelSelectorPath);
  const selector = selectorText === undefined ? given : selectorText(object);
  const replicas = numberAt(object, specReplicasPath);
  return {
    kind: 'Scale',
    apiVersion: `${group}/${version}`,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: numberAt(object, statusReplicasPath),
      ...(typeof selector === 'string' && selector !== '' ? { selector } : {}),
    },
  } as KubeObject;
}

/** A draft of the object that wants as many replicas as `scale` says. */
export function withReplicas(
  resource: ResourceDefinition,
  draft: Draft<KubeObject>,
  scale: unknown,
): Draft<KubeObject> {
  const { specReplicasPath } = pathsOf(resource);
  const replicas = numberAt(scale, '.spec.replicas');
  return withValue(draft as unknown as JsonObject, stepsOf(specReplicasPath), replicas) as unknown as Draft<KubeObject>;
}

function pathsOf({ scale }: ResourceDefinition): ScalePaths {
  if (scale === undefined) throw apiErrors.noSuchResource();
  return scale;
}

/** ".spec.replicas" as its steps. */
function stepsOf(path: string): readonly string[] {
  return path.split('.').filter((step) => step !== '');
}

function at(object: unknown, path: string): unknown {
  return stepsOf(path).reduce((value, step) => (isObject(value) ? value[step] : undefined), object);
}

function numberAt(object: unknown, path: string): number {
  const value = at(object, path);
  return typeof value === 'number' ? value : 0;
}

function withValue(object: JsonObject, [step = '', ...rest]: readonly string[], value: unknown): JsonObject {
  const inner = object[step];
  const next = rest.length === 0 ? value : withValue(isObject(inner) ? (inner as JsonObject) : {}, rest, value);
  return { ...object, [step]: next } as JsonObject;
}
