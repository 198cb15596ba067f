import { X509Certificate } from 'node:crypto';
import type { Millis } from '#base/units.ts';
import { pemBlocks } from '#kinds/certificate-signing-request/pem.ts';
import type { CertificateSigningRequest } from '#kinds/certificate-signing-request/schema.ts';

const hour: Millis = 3600_000;
/** How long a request stays that is settled, and one that nobody has decided about. */
export const settledMs: Millis = hour;
export const pendingMs: Millis = 24 * hour;

/** When a request is to go: an hour after it was denied, failed or issued, with the certificate if that ends before, or a day after it was
 *  made when nothing came of it. Undefined for one that is approved and not issued yet: its signer may be slow. */
export function cleaningTime({ metadata, status }: CertificateSigningRequest): Millis | undefined {
  const { conditions = [], certificate } = status;
  if (conditions.length === 0) return Date.parse(metadata.creationTimestamp) + pendingMs;
  const times = conditions.flatMap(({ type, lastUpdateTime }) => {
    const isSettled = type === 'Denied' || type === 'Failed' || (type === 'Approved' && certificate);
    return isSettled && lastUpdateTime !== null ? [Date.parse(lastUpdateTime) + settledMs] : [];
  });
  const isIssued = certificate && conditions.some(({ type }) => type === 'Approved');
  const end = isIssued ? endOf(certificate) : undefined;
  const all = end === undefined ? times : [...times, end];
  return all.length === 0 ? undefined : Math.min(...all);
}

function endOf(certificate: string): Millis | undefined {
  const [block] = pemBlocks(Buffer.from(certificate, 'base64').toString('latin1'));
  try {
    return block === undefined ? undefined : new X509Certificate(block.der).validToDate.getTime();
  } catch {
    return undefined;
  }
}
