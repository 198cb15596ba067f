import type { Json, JsonObject } from '#base/json.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import { ApiError, apiErrors, isAlreadyExists, isNotFound } from '#kinds/meta/errors.ts';
import { fieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { type Applied, applyConfiguration, configurationText } from '#patch/apply/apply-configuration.ts';
import { PatchError } from '#patch/patch-error.ts';
import { DecodeError } from '#schema/decode.ts';
import { plain } from '#schema/json-source.ts';
import type { Draft } from '#schema/type.ts';
import { readYaml, YamlError } from '#schema/yaml-text.ts';
import type { PatchRequest, RequestContext, Target, Written } from './api.ts';
import type { ApiCore } from './core.ts';
import { createObject } from './create.ts';
import { draftOf } from './decoding.ts';
import { setManagedFields, writerOf } from './managed-fields.ts';
import { checkName, settleNamespace } from './metadata.ts';
import { modify } from './modify.ts';
import { decodedPatch, refusal } from './patch.ts';
import { checkRevision, decideUpdate, type UpdatePath } from './update.ts';

type Named = Target & { readonly name: string };

/** Server-side apply: the object becomes what the configuration says, or is created (spec: api.md section 9). */
export async function applyObject(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  request: PatchRequest,
  path: UpdatePath,
): Promise<Written> {
  if (!request.fieldManager) {
    const finding = fieldError.required('fieldManager', 'is required for apply patch');
    throw apiErrors.invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [finding]);
  }
  const config = configurationOf(context, request);
  for (;;) {
    try {
      return await update(core, context, target, config, request, path);
    } catch (error) {
      if (!isNotFound(error) || target.subresource !== undefined) throw error;
    }
    try {
      return await create(core, context, target, config, request, path);
    } catch (error) {
      // Somebody else created it in between: then it is there to be changed.
      if (!isAlreadyExists(error) || request.dryRun) throw error;
    }
  }
}

/** What an apply brings, as JSON. */
export function configurationOf(context: RequestContext, { patch, fieldValidation }: PatchRequest): Json {
  if ('value' in patch) return patch.value as Json;
  try {
    const { value, problems } = readYaml(patch.text);
    if (fieldValidation === 'Strict' && problems.length > 0) {
      const lines = problems.map((problem) => `  ${problem.text}`).join('\n');
      throw apiErrors.badRequest(
        `error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n${lines}`,
      );
    }
    if (fieldValidation === 'Warn') for (const problem of problems) context.warn(problem.text);
    return plain(value) as Json;
  } catch (error) {
    if (error instanceof YamlError) {
      throw apiErrors.badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`);
    }
    throw error;
  }
}

async function update(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  config: Json,
  request: PatchRequest,
  path: UpdatePath,
): Promise<Written> {
  const { object } = await modify(core, target, request.dryRun, (current) => {
    const { draft, applied } = laidOver(core, context, target, config, request, path, current);
    checkRevision(target, draft, current);
    setManagedFields(draft, applied.managedFields);
    return decideUpdate(core, context, target, draft, current, request, path, config);
  });
  return { object, created: false };
}

async function create(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  config: Json,
  request: PatchRequest,
  path: UpdatePath,
): Promise<Written> {
  const { resource, namespace, name } = target;
  const { group, plural } = resource;
  await core.authorize(context, { verb: 'create', group, plural, namespace, name });
  const { draft, applied } = laidOver(core, context, target, config, request, path, undefined);
  const { uid } = draft.metadata;
  if (uid) {
    const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
    throw apiErrors.conflict(resource, name, why);
  }
  const collection = { resource, namespace };
  const object = await createObject(core, context, collection, draft, request, applied.managedFields);
  return { object, created: true };
}

interface LaidOver {
  readonly draft: Draft<KubeObject>;
  readonly applied: Applied;
}

/** The configuration laid over the live object, as a draft about the object that the URL names. */
function laidOver(
  core: ApiCore,
  context: RequestContext,
  target: Named,
  config: Json,
  request: PatchRequest,
  path: UpdatePath,
  live: KubeObject | undefined,
): LaidOver {
  const { resource, subresource } = target;
  const writer = writerOf(core, context, resource, request, subresource, path);
  const applied = applyTo(resource, { ...writer, live, config, force: request.force ?? false });
  const draft = draftOfApplied(resource, applied.object, config);
  checkName(target, draft);
  settleNamespace(target, draft);
  return { draft, applied };
}

/** What an apply made, as a draft. Values that only look right to the schema, such as a fraction for an integer or a quantity that is
 *  none, are refused in the words of upstream's converter: a 500 (spec: api.md section 9.3). */
function draftOfApplied(resource: ResourceDefinition, value: Json, config: Json): Draft<KubeObject> {
  if (resource.custom !== undefined) return decodedPatch(resource, value).draft;
  try {
    return draftOf(resource, value).draft;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const text = configurationText(config as JsonObject);
    const kind = text.slice(text.indexOf('; ') + 2);
    const why = `unable to convert unstructured object to ${kind}: ${error.converted}`;
    throw new ApiError({
      code: 500,
      message: `failed to convert new object (${text}) to proper version: ${why}`,
    });
  }
}

type Apply = Omit<Parameters<typeof applyConfiguration>[0], 'type' | 'kind'>;

function applyTo(resource: ResourceDefinition, request: Apply): Applied {
  try {
    return applyConfiguration({ ...request, type: resource.schema, kind: resource.kind });
  } catch (error) {
    if (error instanceof PatchError) throw refusal(error);
    throw error;
  }
}
