import type { BoundObjectReference, TokenRequest } from '#kinds/authentication/schema.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { type FieldError, fieldError } from '#kinds/meta/field-error.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { timestamp } from '#kinds/meta/time.ts';
import { nodes } from '#kinds/node/node.ts';
import { pods } from '#kinds/pod/pod.ts';
import { secrets } from '#kinds/secret/secret.ts';
import type { ServiceAccount } from '#kinds/service-account/schema.ts';
import { apiAudiences, type BoundTo } from '../access/service-account-tokens.ts';
import type { BoundObject } from '../access/token-format.ts';
import type { RequestContext, Target } from '../api.ts';
import type { ApiCore } from '../core.ts';

const kind = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
const secondsMin = 600;
const secondsMax = 2 ** 32;
const secondsDefault = 3600;
const podTokenSeconds = 3607;
const extendedSeconds = 365 * 24 * 3600;

/** Issues a token of a service account (spec: api.md section 16, item 4). */
export async function requestToken(
  core: ApiCore,
  { audit }: RequestContext,
  { resource, namespace = '', name }: Target & { readonly name: string },
  request: TokenRequest,
): Promise<object> {
  await core.objects.upToDate();
  refuse(checkIdentity(request, namespace, name), name);
  const account = core.objects.peek(resource, namespace, name) as ServiceAccount | undefined;
  if (account === undefined) throw apiErrors.notFound(resource, name);
  requireSameAccount(account, request);
  const { spec } = request;
  const { expirationSeconds: seconds = secondsDefault, boundObjectRef } = spec;
  refuse(checkDuration(seconds), '');
  const audiences = spec.audiences.length === 0 ? apiAudiences : spec.audiences;
  const bound = boundObjectRef === undefined ? {} : boundTo(core, namespace, name, boundObjectRef);
  // Pods ask for this very time. Programs from before such tokens read theirs once and keep it: they are let on for a year.
  const isOfPod = seconds === podTokenSeconds && 'pod' in bound && audiences.every((one) => apiAudiences.includes(one));
  const { token, id } = isOfPod
    ? core.tokens.issue(account, audiences, extendedSeconds, bound, seconds)
    : core.tokens.issue(account, audiences, seconds, bound);
  audit?.annotate('authentication.kubernetes.io/issued-credential-id', `JTI=${id}`);
  const now = core.clock.now();
  const { labels, annotations } = request.metadata;
  const own = { ...(labels && { labels }), ...(annotations && { annotations }) };
  return {
    kind: kind.kind,
    apiVersion: `${kind.group}/v1`,
    metadata: { name, namespace, uid: account.metadata.uid, creationTimestamp: timestamp(now), ...own },
    spec: { audiences, expirationSeconds: seconds, boundObjectRef: boundObjectRef ?? null },
    // The time asked for: who renews in time never uses the rest.
    status: { token, expirationTimestamp: timestamp(now + seconds * 1000) },
  };
}

/** Who names a uid means that very account. */
function requireSameAccount({ metadata }: ServiceAccount, request: TokenRequest): void {
  const { uid: asked = '' } = request.metadata;
  if (asked === '' || asked === metadata.uid) return;
  const why = `the UID in the token request (${asked}) does not match the UID of the service account (${metadata.uid})`;
  throw apiErrors.conflict({ group: kind.group, plural: kind.kind }, metadata.name, why);
}

function refuse(findings: readonly FieldError[], name: string): void {
  if (findings.length > 0) throw apiErrors.invalid(kind, name, findings);
}

/** The first of the two that names another account. */
function checkIdentity({ metadata }: TokenRequest, namespace: string, name: string): readonly FieldError[] {
  const other = (field: string, value: string | undefined, own: string, what: string): readonly FieldError[] =>
    !value || value === own
      ? []
      : [fieldError.invalid(field, value, `must match the service account ${what} if specified`)];
  const findings = [
    ...other('metadata.name', metadata.name, name, 'name'),
    ...other('metadata.namespace', metadata.namespace, namespace, 'namespace'),
  ];
  return findings.slice(0, 1);
}

function checkDuration(seconds: number): readonly FieldError[] {
  const wrong = (why: string): readonly FieldError[] => [fieldError.invalid('spec.expirationSeconds', seconds, why)];
  if (seconds < secondsMin) return wrong('may not specify a duration less than 10 minutes');
  return seconds > secondsMax ? wrong('may not specify a duration larger than 2^32 seconds') : [];
}

/** What the token is bound to, as its claims name it. */
function boundTo(core: ApiCore, namespace: string, account: string, reference: BoundObjectReference): BoundTo {
  const { kind: what = '', apiVersion = '', name = '' } = reference;
  const type = apiVersion.includes('/') ? '' : what;
  const { objects } = core;
  if (type === 'Pod') {
    const pod = objects.peek(pods, namespace, name);
    if (pod === undefined) throw apiErrors.notFound(pods, name);
    if (pod.spec.serviceAccountName !== account) {
      const who = `cannot bind token for serviceaccount ${JSON.stringify(account)}`;
      throw apiErrors.badRequest(`${who} to pod running with different serviceaccount name.`);
    }
    const { nodeName = '' } = pod.spec;
    const node = objects.peek(nodes, undefined, nodeName);
    const uid = node === undefined ? {} : { uid: node.metadata.uid };
    const place = nodeName === '' ? {} : { node: { name: nodeName, ...uid } };
    return { ...place, pod: checked(pod, reference) };
  }
  if (type === 'Secret') {
    const secret = objects.peek(secrets, namespace, name);
    if (secret === undefined) throw apiErrors.notFound(secrets, name);
    return { secret: checked(secret, reference) };
  }
  if (type === 'Node') {
    const node = objects.peek(nodes, undefined, name);
    if (node === undefined) throw apiErrors.notFound(nodes, name);
    return { node: checked(node, reference) };
  }
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  throw apiErrors.badRequest(`cannot bind token to object of type ${group}/${version}, Kind=${what}`);
}

/** Who names a uid means that very object, not another of the same name. */
function checked({ kind: what, metadata }: KubeObject, { uid: asked = '' }: BoundObjectReference): BoundObject {
  const { name, uid } = metadata;
  if (asked === '' || asked === uid) return { name, uid };
  const why =
    `the UID in the bound object reference (${asked}) does not match the UID in record. ` +
    'The object might have been deleted and then recreated';
  throw apiErrors.conflict({ group: '', plural: what }, name, why);
}
