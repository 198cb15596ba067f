import type { Millis } from '#base/units.ts';
import { timestamp } from '#kinds/meta/time.ts';
import type { Draft } from '#schema/type.ts';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from './schema.ts';

type Request = CertificateSigningRequest;
type Conditions = readonly CertificateSigningRequestCondition[];

/** Conditions that only `/approval` may write. */
export const approvalTypes = ['Approved', 'Denied'] as const;

/** What has been asked for stays. */
export function prepareRequestUpdate(draft: Draft<Request>, old: Request): void {
  draft.spec = old.spec as Draft<Request>['spec'];
}

/** A signer may go on from a status that is a little older: the decision in it is taken to be the stored one. Validation refuses
 *  one that was added or taken away. */
export function prepareRequestStatus(draft: Draft<Request>, old: Request, { now }: { readonly now: Millis }): void {
  let conditions: Conditions = draft.status.conditions ?? [];
  for (const type of approvalTypes) {
    const stored = (old.status.conditions ?? []).filter((condition) => condition.type === type);
    const given = conditions.filter((condition) => condition.type === type);
    if (stored.length !== given.length) continue;
    let next = 0;
    conditions = conditions.map((condition) => (condition.type === type ? (stored[next++] ?? condition) : condition));
  }
  setConditions(draft, conditions, old, now);
}

/** Only the conditions are written: the certificate is for the signer. */
export function prepareRequestApproval(draft: Draft<Request>, old: Request, { now }: { readonly now: Millis }): void {
  const given = draft.status.conditions;
  const { conditions: _old, ...status } = old.status;
  draft.status = { ...status } as Draft<Request>['status'];
  if (given !== undefined) setConditions(draft, given, old, now);
}

/** Fills in the times that were left open. */
function setConditions(draft: Draft<Request>, conditions: Conditions, old: Request, now: Millis): void {
  const moment = timestamp(now);
  const timed = conditions.map((condition) => {
    const same = (old.status.conditions ?? []).find(
      ({ type, status, lastTransitionTime }) =>
        type === condition.type && status === condition.status && lastTransitionTime !== null,
    );
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? moment,
      lastTransitionTime: condition.lastTransitionTime ?? same?.lastTransitionTime ?? moment,
    };
  });
  if (timed.length > 0) draft.status.conditions = timed as NonNullable<Draft<Request>['status']['conditions']>;
  else delete draft.status.conditions;
}
