import { jsonEqual } from '#base/json.ts';
import {
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
} from '#kinds/admission-policy/admission-policies.ts';
import type {
  ParamKind,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '#kinds/admission-policy/schema.ts';
import { apiVersionOf } from '#kinds/definition.ts';
import { apiErrors } from '#kinds/meta/errors.ts';
import { fieldError } from '#kinds/meta/field-error.ts';
import type { User } from '../../api.ts';
import { mastersGroup } from '../../authorize.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../chain.ts';
import type { PolicyParts } from './validating-policies.ts';

/** Nobody learns through a policy what he may not read: who names parameters must be allowed to read them
 *  (admissionregistration.k8s.io/v1 ParamKind, ParamRef). */
export function paramAccess(parts: PolicyParts): AdmissionPlugin {
  return {
    name: 'PolicyParamAccess',
    handles: ({ group, plural }, subresource, operation) =>
      group === validatingAdmissionPolicies.group &&
      (plural === validatingAdmissionPolicies.plural || plural === validatingAdmissionPolicyBindings.plural) &&
      subresource === undefined &&
      operation !== 'DELETE',
    validate: (object, request) => {
      if (request.context.user.groups.includes(mastersGroup)) return undefined;
      return request.resource.plural === validatingAdmissionPolicies.plural
        ? checkPolicy(parts, object as ValidatingAdmissionPolicy, request)
        : checkBinding(parts, object as ValidatingAdmissionPolicyBinding, request);
    },
  };
}

async function checkPolicy(
  parts: PolicyParts,
  { spec: { paramKind } }: ValidatingAdmissionPolicy,
  request: AdmissionRequest,
): Promise<void> {
  const old = request.old as ValidatingAdmissionPolicy | undefined;
  if (paramKind === undefined || jsonEqual(paramKind, old?.spec.paramKind)) return;
  const { user } = request.context;
  const asked = { verb: 'get', ...readResource(parts, paramKind), name: '*', namespace: '*' };
  if ((await parts.decide(user, asked)).allowed) return;
  const kind = `(kind=${paramKind.kind}, apiVersion=${paramKind.apiVersion})`;
  const why = `must have "get" permission on all objects of the referenced paramKind ${kind}`;
  refuse(request, 'spec.paramKind', `user ${shownUser(user)} ${why}`);
}

async function checkBinding(
  parts: PolicyParts,
  { spec }: ValidatingAdmissionPolicyBinding,
  request: AdmissionRequest,
): Promise<void> {
  const { paramRef, policyName = '' } = spec;
  const old = (request.old as ValidatingAdmissionPolicyBinding | undefined)?.spec;
  if (paramRef === undefined || (jsonEqual(paramRef, old?.paramRef) && policyName === old?.policyName)) return;
  const { user } = request.context;
  const policy = parts.objects.peek(validatingAdmissionPolicies, undefined, policyName);
  const kind = policy?.spec.paramKind;
  const found = kind === undefined ? everything : readResource(parts, kind);
  const verb = paramRef.name ? 'get' : 'list';
  const { name, namespace } = paramRef;
  if (
    (await parts.decide(user, { verb, ...found, name: name || undefined, namespace: namespace || undefined })).allowed
  )
    return;
  const permission = `${shownUser(user)} does not have "${verb}" permission`;
  const unknown = 'to determine minimum required permissions and user';
  const all = 'for all groups, versions and resources';
  const isUnresolved = kind !== undefined && found.plural === '*';
  const why =
    policy === undefined
      ? `unable to get policy ${policyName} ${unknown} ${permission} ${all}`
      : isUnresolved
        ? `unable to resolve paramKind &ParamKind{APIVersion:${kind.apiVersion},Kind:${kind.kind},} ${unknown} ${permission} ${all}`
        : `user ${permission} on the object referenced by paramRef`;
  refuse(request, 'spec.paramRef', why);
}

const everything = { group: '*', plural: '*' };

/** What must be readable: of a kind that nobody serves, all of its group. */
function readResource({ registry }: PolicyParts, { apiVersion = '', kind = '' }: ParamKind): typeof everything {
  const found = registry.resources.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
  if (found !== undefined) return { group: found.group, plural: found.plural };
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  return { group, plural: '*' };
}

function refuse({ resource, name }: AdmissionRequest, field: string, why: string): never {
  throw apiErrors.invalid(resource, name, [fieldError.forbidden(field, why)]);
}

/** A user as Go shows it. */
function shownUser({ name, uid = '', groups, extra = {} }: User): string {
  const shownExtra = Object.entries(extra).map(([key, values]) => `${key}:[${values.join(' ')}]`);
  return `&{${name} ${uid} [${groups.join(' ')}] map[${shownExtra.toSorted().join(' ')}]}`;
}
