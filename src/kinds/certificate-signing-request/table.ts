import type { TableDefinition } from '#kinds/definition.ts';
import { humanDuration } from '#kinds/meta/human-duration.ts';
import { ageColumn, ageOf, column, nameColumn } from '#kinds/table.ts';
import type { CertificateSigningRequest } from './schema.ts';

const none = '<none>';

export const certificateSigningRequestTable: TableDefinition<CertificateSigningRequest> = {
  columns: [
    nameColumn,
    ageColumn,
    column('SignerName', { description: 'Who is asked to sign.' }),
    column('Requestor', { description: 'The user who asks.' }),
    column('RequestedDuration', { description: 'How long the certificate should last.' }),
    column('Condition', { description: 'What has been decided, and whether a certificate was issued.' }),
  ],
  cells: (request, now) => [
    request.metadata.name,
    ageOf(request.metadata.creationTimestamp, now),
    request.spec.signerName || none,
    request.spec.username ?? '',
    request.spec.expirationSeconds === undefined ? none : humanDuration(request.spec.expirationSeconds * 1000),
    shownState(request),
  ],
};

/** Such as "Approved,Issued". */
function shownState({ status }: CertificateSigningRequest): string {
  const has = (type: string): boolean => (status.conditions ?? []).some((condition) => condition.type === type);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return [decision, ...(has('Failed') ? ['Failed'] : []), ...(status.certificate ? ['Issued'] : [])].join(',');
}
