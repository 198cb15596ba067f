import { defineResource } from '#kinds/define.ts';
import { pathSegmentProblems } from '#kinds/meta/names.ts';
import { prepareRequestApproval, prepareRequestStatus, prepareRequestUpdate } from './prepare.ts';
import { CertificateSigningRequest } from './schema.ts';
import { certificateSigningRequestTable } from './table.ts';
import { validateRequest, validateRequestApproval, validateRequestStatus, validateRequestUpdate } from './validate.ts';

export const certificateSigningRequests = defineResource<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  namespaced: false,
  schema: CertificateSigningRequest,
  subresources: [{ name: 'approval', kind: 'CertificateSigningRequest', verbs: ['get', 'patch', 'update'] }],
  rules: {
    hasStatus: true,
    revalidatesMetadata: true,
    nameProblems: pathSegmentProblems,
    unowned: {
      main: [['spec']],
      status: [['status', 'conditions']],
    },
    subresourceUpdates: {
      approval: {
        writes: ['metadata', 'status'],
        unowned: [['status', 'certificate']],
        prepare: prepareRequestApproval,
        validate: validateRequestApproval,
      },
    },
    prepareUpdate: prepareRequestUpdate,
    prepareStatusUpdate: prepareRequestStatus,
    validate: validateRequest,
    validateUpdate: validateRequestUpdate,
    validateStatusUpdate: validateRequestStatus,
  },
  table: certificateSigningRequestTable,
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName },
});
