import { apiErrors } from '#kinds/meta/errors.ts';
import type { AdmissionRequest } from './chain.ts';

/** Refuses what is asked, in the form that all plug-ins share (spec: api.md section 18). */
export function refuse({ resource, name }: AdmissionRequest, why: string): never {
  throw apiErrors.forbidden(resource, name, why);
}
