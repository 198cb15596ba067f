import type { Millis } from '#base/units.ts';
import type { APIService, APIServiceStatus } from '#kinds/api-service/schema.ts';
import { setCondition } from '#kinds/meta/conditions.ts';
import { timestamp } from '#kinds/meta/time.ts';

/** What the condition Available says, apart from when. */
export interface Availability {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** Of what this server answers for itself. */
export const localAvailability: Availability = {
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
};

/** A status that says so; the same if it does already. */
export function withAvailability(status: APIServiceStatus, said: Availability, now: Millis): APIServiceStatus {
  const condition = { type: 'Available', ...said, lastTransitionTime: timestamp(now) };
  const conditions = setCondition(status.conditions, condition);
  return conditions === status.conditions ? status : { ...status, conditions };
}

/** Whether another server is to answer. */
export function isRemote({ spec }: APIService): boolean {
  return spec.service !== undefined;
}
