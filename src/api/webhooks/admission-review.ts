import { isObject, type Json, type JsonObject } from '#base/json.ts';
import type { DeleteOptions } from '#kinds/meta/schema.ts';
import type { AdmissionRequest } from '../admission/chain.ts';
import { type Asked, type Invocation, nameOf, namespaceOf } from './asked.ts';
import { shapeOf } from './shape.ts';

const group = 'admission.k8s.io';

export type ReviewVersion = 'v1' | 'v1beta1';

/** The first version of the question that both sides know. */
export function reviewVersionOf(versions: readonly string[]): ReviewVersion | undefined {
  return versions.find((version) => version === 'v1' || version === 'v1beta1');
}

/** The question (admission.k8s.io/v1 AdmissionReview; v1beta1 asks in the same words). */
export function admissionReview(version: ReviewVersion, uid: string, invocation: Invocation, asked: Asked): Json {
  return {
    kind: 'AdmissionReview',
    apiVersion: `${group}/${version}`,
    request: { uid, ...askedRequest(invocation, asked) },
  };
}

/** What is asked about, as an AdmissionRequest that has no uid yet. */
export function askedRequest({ resource, shape }: Pick<Invocation, 'resource' | 'shape'>, asked: Asked): JsonObject {
  const { request, object } = asked;
  const { user } = request.context;
  const subResource = request.subresource === undefined ? {} : { subResource: request.subresource };
  const requestSubResource = request.subresource === undefined ? {} : { requestSubResource: request.subresource };
  const name = nameOf(asked);
  const namespace = namespaceOf(asked) ?? '';
  const { old } = request;
  return {
    kind: { ...shape.kind },
    resource: namedResource(resource),
    ...subResource,
    requestKind: { ...shapeOf(request.resource, request.resource, request.subresource).kind },
    requestResource: namedResource(request.resource),
    ...requestSubResource,
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
    operation: request.operation,
    userInfo: {
      username: user.name,
      ...(user.uid === undefined || user.uid === '' ? {} : { uid: user.uid }),
      ...(user.groups.length === 0 ? {} : { groups: user.groups }),
      ...(user.extra === undefined ? {} : { extra: user.extra }),
    },
    object: object === undefined ? null : shape.show(object),
    oldObject: old === undefined ? null : shape.show(old),
    dryRun: request.dryRun,
    options: optionsOf(request),
  };
}

function namedResource(resource: Invocation['resource']): Json {
  return { group: resource.group, version: resource.version, resource: resource.plural };
}

function optionsOf({ operation, dryRun, deleteOptions, write }: AdmissionRequest): Json {
  if (operation === 'CONNECT') return null;
  const apiVersion = 'meta.k8s.io/v1';
  if (operation === 'DELETE') {
    const { kind: _kind, apiVersion: _apiVersion, ...options } = (deleteOptions ?? {}) as DeleteOptions & JsonObject;
    return { kind: 'DeleteOptions', apiVersion, ...(options as JsonObject) };
  }
  const { fieldManager, fieldValidation } = write ?? {};
  return {
    kind: operation === 'CREATE' ? 'CreateOptions' : 'UpdateOptions',
    apiVersion,
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...(fieldManager === undefined ? {} : { fieldManager }),
    // What is checked unless something is said needs no saying.
    ...(fieldValidation === undefined || fieldValidation === 'Warn' ? {} : { fieldValidation }),
  };
}

/** What a webhook says. */
export interface AdmissionResponse {
  readonly allowed: boolean;
  /** As a JSON patch, decoded from its base64 alone. */
  readonly patch: string;
  readonly patchType: string;
  readonly status: JsonObject | undefined;
  readonly warnings: readonly string[];
  readonly auditAnnotations: { readonly [key: string]: string };
}

/** Reads an answer. Throws an Error that says what is wrong with it. `mutating`: whether it may bring a patch. */
export function admissionResponse(
  version: ReviewVersion,
  uid: string,
  mutating: boolean,
  answer: JsonObject,
): AdmissionResponse {
  const { response } = answer;
  if (!isObject(response)) throw new Error('webhook response was absent');
  const said = response as JsonObject;
  const patch = typeof said.patch === 'string' ? Buffer.from(said.patch, 'base64').toString('utf8') : '';
  const patchType = typeof said.patchType === 'string' ? said.patchType : undefined;
  if (version === 'v1') checkAnswer(answer, said, uid, mutating, { patch, patchType });
  return {
    allowed: said.allowed === true,
    patch: mutating ? patch : '',
    // The old version of the question takes any patch for the one kind there is.
    patchType: version === 'v1' ? (patchType ?? '') : 'JSONPatch',
    status: isObject(said.status) ? (said.status as JsonObject) : undefined,
    warnings: Array.isArray(said.warnings) ? said.warnings.map(String) : [],
    auditAnnotations: isObject(said.auditAnnotations) ? (said.auditAnnotations as { [key: string]: string }) : {},
  };
}

interface SentPatch {
  readonly patch: string;
  readonly patchType: string | undefined;
}

function checkAnswer(
  { apiVersion, kind }: JsonObject,
  { uid: answered }: JsonObject,
  uid: string,
  mutating: boolean,
  { patch, patchType }: SentPatch,
): void {
  if (answered !== uid) {
    throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(String(answered ?? ''))}`);
  }
  const got = `${shownVersion(String(apiVersion ?? ''))}, Kind=${String(kind ?? '')}`;
  const expected = `${group}/v1, Kind=AdmissionReview`;
  if (got !== expected) throw new Error(`expected webhook response of ${expected}, got ${got}`);
  if (!mutating) {
    if (patch !== '') throw new Error('validating webhook may not return response.patch');
    if (patchType !== undefined) throw new Error('validating webhook may not return response.patchType');
    return;
  }
  if (patch !== '' && patchType === undefined) {
    throw new Error('webhook returned response.patch but not response.patchType');
  }
  if (patch === '' && patchType !== undefined) {
    throw new Error('webhook returned response.patchType but not response.patch');
  }
  if (patchType === '') throw new Error('webhook returned invalid response.patchType of ""');
}

/** The core group has an empty name before the slash. */
function shownVersion(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
}
