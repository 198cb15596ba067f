import { jsonEqual } from '#base/json.ts';
import { certificateSigningRequests } from '#kinds/certificate-signing-request/certificate-signing-request.ts';
import { type CertificateRequest, parseCertificateRequest } from '#kinds/certificate-signing-request/pkcs10.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';
import { signerNames } from '#kinds/certificate-signing-request/signers.ts';
import type { ResourceDefinition } from '#kinds/definition.ts';
import type { Draft } from '#schema/type.ts';
import type { User } from '../api.ts';
import { mastersGroup } from '../authorize.ts';
import type { Authorizer } from '../core.ts';
import type { AdmissionPlugin } from './chain.ts';
import { refuse } from './refusal.ts';

const { group, plural } = certificateSigningRequests;

function isRequest(resource: ResourceDefinition): boolean {
  return resource.group === group && resource.plural === plural;
}

/** The request inside a CertificateSigningRequest; `refused` is told why it cannot be read. */
export function parsedRequest(request: string, refused: (why: string) => never): CertificateRequest {
  try {
    return parseCertificateRequest(Buffer.from(request, 'base64').toString('latin1'));
  } catch (error) {
    return refused((error as Error).message);
  }
}

/** Writes down who asks for a certificate, whatever the request says of that. */
export const certificateRequester: AdmissionPlugin = {
  name: 'CertificateRequester',
  handles: (resource, subresource, operation) =>
    isRequest(resource) && subresource === undefined && operation === 'CREATE',
  admit: (draft, { context }) => {
    const { spec } = draft as unknown as Draft<CertificateSigningRequest>;
    const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...asked } = spec;
    const { name, uid, groups, extra = {} } = context.user;
    const requester = {
      username: name,
      ...(uid === undefined ? {} : { uid }),
      groups: [...groups],
      ...(Object.keys(extra).length === 0 ? {} : { extra: structuredClone(extra) }),
    };
    (draft as unknown as { spec: object }).spec = { ...asked, ...requester };
  },
};

/** The group that may do everything gets no certificates on request. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  handles: (resource, subresource, operation) =>
    isRequest(resource) && subresource === undefined && operation === 'CREATE',
  validate: (object, request) => {
    const { spec } = object as CertificateSigningRequest;
    if (spec.signerName !== signerNames.client) return;
    const asked = parsedRequest(spec.request, (why) => refuse(request, `failed to parse CSR: ${why}`));
    if (!asked.organizations.includes(mastersGroup)) return;
    refuse(request, `use of ${signerNames.client} signer with ${mastersGroup} group is not allowed`);
  },
};

/** Who decides about a request must be allowed to `approve` for its signer. */
export function certificateApproval(decide: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateApproval',
    handles: (resource, subresource, operation) =>
      isRequest(resource) && subresource === 'approval' && operation === 'UPDATE',
    validate: async (_object, request) => {
      const { signerName } = (request.old as CertificateSigningRequest).spec;
      if (await mayFor(decide, request.context.user, 'approve', signerName)) return;
      refuse(request, `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`);
    },
  };
}

/** Who writes the certificate, or that signing failed, must be allowed to `sign` for its signer. */
export function certificateSigning(decide: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    handles: (resource, subresource, operation) =>
      isRequest(resource) && subresource === 'status' && operation === 'UPDATE',
    validate: async (object, request) => {
      const { status } = object as CertificateSigningRequest;
      const old = request.old as CertificateSigningRequest;
      const { signerName } = old.spec;
      const isSame =
        status.certificate === old.status.certificate &&
        jsonEqual(status.conditions ?? [], old.status.conditions ?? []);
      if (isSame || (await mayFor(decide, request.context.user, 'sign', signerName))) return;
      refuse(request, `user not permitted to sign requests with signerName ${JSON.stringify(signerName)}`);
    },
  };
}

/** Either for this signer, or for all of its domain. */
async function mayFor(decide: Authorizer, user: User, verb: string, signerName: string): Promise<boolean> {
  const [domain = ''] = signerName.split('/');
  for (const name of [signerName, `${domain}/*`]) {
    if ((await decide(user, { verb, group, plural: 'signers', name })).allowed) return true;
  }
  return false;
}
